/**
 * The events of a process instance as they travel: those of the engine, field by field, with keys as strings and
 * times as ISO 8601. Fields are only ever added.
 */
import { z } from 'zod'
import { dateTime, jsonObject, key } from './schema.ts'

const element = z.string()
const flow = z.string()
const parent = z.object({ instanceKey: key, elementInstanceKey: key, depth: z.int() })

const event = <const T extends string, S extends z.core.$ZodLooseShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), ...shape })

const job = { key, elementInstanceKey: key, element, jobType: z.string(), retries: z.number() }
const userTaskFields = {
  assignee: z.string().nullable().optional(),
  candidateUsers: z.array(z.string()).optional(),
  candidateGroups: z.array(z.string()).optional(),
  dueDate: z.string().nullable().optional(),
  followUpDate: z.string().nullable().optional(),
  priority: z.number().optional(),
}
const binding = z.enum(['latest', 'deployment', 'versionTag'])
const outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('completed'), variables: jsonObject }),
  z.object({ kind: z.literal('error'), code: z.string(), message: z.string(), variables: jsonObject }),
  z.object({ kind: z.literal('escalation'), code: z.string(), variables: jsonObject }),
  z.object({ kind: z.literal('terminated') }),
  z.object({ kind: z.literal('refused'), message: z.string() }),
])

export const processEvent = z.discriminatedUnion('type', [
  event('instance-created', {
    key,
    definitionKey: key,
    processId: z.string(),
    parent: parent.optional(),
    businessId: z.string().optional(),
    startKey: z.string().optional(),
  }),
  event('instance-completed', { key }),
  event('instance-terminated', { key }),
  event('element-activated', { key, element, scope: key.optional(), consumed: z.array(flow).optional() }),
  event('element-completed', { key, element }),
  event('element-terminated', { key, element }),
  event('flow-taken', { flow, scope: key, waits: z.literal(true).optional() }),
  event('tokens-dropped', { scope: key }),
  event('variables-set', { scope: key, variables: jsonObject }),
  event('job-created', job),
  event('job-completed', { key }),
  event('job-failed', { key, retries: z.number(), retryAt: dateTime, message: z.string() }),
  event('job-error-thrown', { key, code: z.string(), message: z.string() }),
  event('job-retries-updated', { key, retries: z.number() }),
  event('job-canceled', { key }),
  event('jobs-published', { jobs: z.array(z.object(job)) }),
  event('user-task-created', {
    key,
    elementInstanceKey: key,
    element,
    name: z.string().optional(),
    formId: z.string().optional(),
    externalFormReference: z.string().optional(),
    ...userTaskFields,
  }),
  event('user-task-updated', { key, action: z.string(), ...userTaskFields }),
  event('user-task-completed', { key, action: z.string() }),
  event('user-task-canceled', { key }),
  event('timer-armed', {
    key,
    elementInstanceKey: key,
    element,
    due: dateTime,
    repetitions: z.number().optional(),
    cycle: z.string().optional(),
  }),
  event('timer-fired', { key }),
  event('timer-canceled', { key }),
  event('subscription-opened', {
    key,
    kind: z.enum(['message', 'signal']),
    elementInstanceKey: key,
    element,
    name: z.string(),
    correlationKey: z.string().optional(),
  }),
  event('subscription-closed', { key }),
  event('subscription-triggered', { key, source: key }),
  event('message-published', {
    key,
    name: z.string(),
    correlationKey: z.string(),
    messageId: z.string().optional(),
    timeToLiveMs: z.number(),
    variables: jsonObject,
  }),
  event('signal-broadcast', { key, name: z.string(), variables: jsonObject }),
  event('call-started', {
    elementInstanceKey: key,
    childKey: key,
    processId: z.string(),
    binding,
    versionTag: z.string().optional(),
    variables: jsonObject,
    depth: z.number(),
  }),
  event('call-canceled', { key, childKey: key }),
  event('call-ended', {
    elementInstanceKey: key,
    childKey: key,
    outcome: z.enum(['completed', 'error', 'escalation', 'terminated', 'refused']),
  }),
  event('escalation-received', { childKey: key, code: z.string() }),
  event('parent-notified', { key, parent, outcome }),
  event('error-caught', {
    kind: z.enum(['error', 'escalation']),
    code: z.string(),
    thrownBy: key,
    caughtBy: element,
  }),
  event('error-uncaught', { code: z.string(), message: z.string(), thrownBy: key }),
  event('incident-raised', {
    key,
    elementInstanceKey: key,
    element,
    incidentType: z.string(),
    message: z.string(),
    step: z.enum(['activate', 'complete', 'job']),
    jobKey: key.optional(),
    payload: jsonObject.optional(),
  }),
  event('incident-resolved', { key }),
])

export type ProcessEvent = z.output<typeof processEvent>
