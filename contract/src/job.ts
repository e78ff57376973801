import { limits } from '@braid/core/base/limits.ts'
import { z } from 'zod'
import { empty, json, route } from './route.ts'
import {
  choiceFilter,
  dateTime,
  dateTimeFilter,
  id,
  integerFilter,
  jsonObject,
  jsonValue,
  key,
  keyFilter,
  operationReference,
  queryInteger,
  searchRequest,
  searchResponse,
  tenantId,
  text,
  textFilter,
} from './schema.ts'

export const jobStates = ['CREATED', 'COMPLETED', 'FAILED', 'ERROR_THROWN', 'CANCELED'] as const
export const jobKinds = ['BPMN_ELEMENT', 'EXECUTION_LISTENER', 'TASK_LISTENER'] as const
export const listenerEventTypes = [
  'UNSPECIFIED',
  'START',
  'END',
  'CREATING',
  'ASSIGNING',
  'UPDATING',
  'COMPLETING',
] as const

/** Whose job it is, by the moment that its listener is for; absent: the element's own. */
export function kindOf(on: string | undefined): Pick<Job, 'kind' | 'listenerEventType'> {
  const listenerEventType = listenerEventTypes.find((type) => type === on?.toUpperCase())
  if (listenerEventType === undefined) return { kind: 'BPMN_ELEMENT', listenerEventType: 'UNSPECIFIED' }
  const isExecution = listenerEventType === 'START' || listenerEventType === 'END'
  return { kind: isExecution ? 'EXECUTION_LISTENER' : 'TASK_LISTENER', listenerEventType }
}

const jobType = text(255).min(1)
const workerName = text(255)

/** What a task listener says about the change of the user task that it was asked about. */
export const jobResult = z.strictObject({
  type: z.literal('userTask').optional(),
  denied: z.boolean().nullish(),
  deniedReason: text(1000).nullish(),
  corrections: z
    .strictObject({
      assignee: text(255).nullish(),
      candidateUsers: z.array(text(255)).nullish(),
      candidateGroups: z.array(text(255)).nullish(),
      dueDate: z.string().nullish(),
      followUpDate: z.string().nullish(),
      priority: z.int().min(0).max(100).nullish(),
    })
    .nullish(),
})

export const activatedJob = z.object({
  jobKey: key,
  type: z.string(),
  processInstanceKey: key,
  processDefinitionKey: key,
  processDefinitionId: id,
  processDefinitionVersion: z.int(),
  elementId: id,
  elementInstanceKey: key,
  customHeaders: z.record(z.string(), z.string()),
  worker: z.string(),
  retries: z.int(),
  /** Jobs of higher priority are given out first. */
  priority: z.int(),
  /** From 1: how often it was taken, with this time. */
  attempt: z.int(),
  /** End of the lease, in milliseconds since 1970. */
  deadline: z.number(),
  variables: jsonObject,
  tenantId,
  kind: z.enum(jobKinds),
  listenerEventType: z.enum(listenerEventTypes),
  /** Of a job that gives a loop its items: how many the loop has taken, so that its worker can go on from there. */
  itemsTaken: z.int().optional(),
})
export type ActivatedJob = z.output<typeof activatedJob>

export const job = z.object({
  jobKey: key,
  type: z.string(),
  state: z.enum(jobStates),
  kind: z.enum(jobKinds),
  listenerEventType: z.enum(listenerEventTypes),
  retries: z.int(),
  priority: z.int(),
  worker: z.string(),
  deadline: dateTime.optional(),
  errorCode: z.string().optional(),
  errorMessage: z.string().optional(),
  hasFailedWithRetriesLeft: z.boolean(),
  customHeaders: z.record(z.string(), z.string()),
  processInstanceKey: key,
  processDefinitionKey: key,
  processDefinitionId: id,
  elementId: id,
  elementInstanceKey: key,
  tenantId,
})
export type Job = z.output<typeof job>

export const jobFilter = z.strictObject({
  jobKey: keyFilter.optional(),
  type: textFilter.optional(),
  state: choiceFilter(jobStates).optional(),
  kind: choiceFilter(jobKinds).optional(),
  listenerEventType: choiceFilter(listenerEventTypes).optional(),
  worker: textFilter.optional(),
  retries: integerFilter.optional(),
  priority: integerFilter.optional(),
  deadline: dateTimeFilter.optional(),
  errorMessage: textFilter.optional(),
  hasFailedWithRetriesLeft: z.boolean().optional(),
  processInstanceKey: keyFilter.optional(),
  processDefinitionKey: keyFilter.optional(),
  processDefinitionId: textFilter.optional(),
  elementId: textFilter.optional(),
  elementInstanceKey: keyFilter.optional(),
  tenantId: tenantId.optional(),
})

export const jobSearch = searchRequest(jobFilter, [
  'jobKey',
  'type',
  'state',
  'worker',
  'retries',
  'priority',
  'deadline',
  'processInstanceKey',
  'processDefinitionKey',
  'processDefinitionId',
  'elementId',
  'elementInstanceKey',
])

export const jobActivation = z.strictObject({
  type: jobType,
  worker: workerName.optional(),
  /** Milliseconds until somebody else may get the job. */
  timeout: z.int().min(1).max(86_400_000),
  maxJobsToActivate: z.int().min(1).max(10_000),
  fetchVariable: z.array(id).max(1000).optional(),
  /** Milliseconds to wait for a first job; 0 or absent: 10 s, negative: do not wait. */
  requestTimeout: z.int().max(600_000).optional(),
  tenantIds: z.array(tenantId).max(10).optional(),
})

export const jobFailure = z.strictObject({
  /** Left after this failure; 0 raises an incident. */
  retries: z.int().min(0).max(1_000_000).optional(),
  errorMessage: text(10_000).optional(),
  /** Milliseconds before the job is offered again. */
  retryBackOff: z.int().min(0).max(31_536_000_000).optional(),
  variables: jsonObject.nullish(),
})

export const jobError = z.strictObject({
  errorCode: id,
  errorMessage: text(10_000).nullish(),
  variables: jsonObject.nullish(),
})

/** One outcome in a batch. */
export const jobOutcome = z.union([
  z.strictObject({ jobKey: key, variables: jsonObject.nullish() }),
  z.strictObject({ jobKey: key, failure: jobFailure }),
  z.strictObject({ jobKey: key, error: jobError }),
])

export const jobOutcomeResult = z.object({
  jobKey: key,
  /** 204 when it was taken; otherwise the status that the single request would have had. */
  status: z.int(),
  code: z.string().optional(),
  detail: z.string().optional(),
})

/** A line of the worker stream: jobs, jobs to be left, or a sign of life (without either). */
export const jobStreamFrame = z.object({
  jobs: z.array(activatedJob),
  /** Jobs that came on this stream and that nobody needs any more: their results will be refused. */
  canceled: z.array(key).optional(),
})
export type JobStreamFrame = z.output<typeof jobStreamFrame>

const params = z.object({ jobKey: key })
const tag = 'Jobs'

export const jobRoutes = {
  activateJobs: route({
    method: 'POST',
    path: '/jobs/activation',
    tag,
    summary: 'Take jobs of a type for a while, waiting for the first one',
    permission: 'job:work',
    surface: 'field',
    body: jobActivation,
    response: json(z.object({ jobs: z.array(activatedJob) })),
  }),
  completeJob: route({
    method: 'POST',
    path: '/jobs/{jobKey}/completion',
    tag,
    summary: 'Complete a job',
    permission: 'job:work',
    surface: 'field',
    params,
    body: z.strictObject({ variables: jsonObject.nullish(), result: jobResult.nullish() }).optional(),
    response: empty,
  }),
  failJob: route({
    method: 'POST',
    path: '/jobs/{jobKey}/failure',
    tag,
    summary: 'Fail a job: it is tried again, or raises an incident when no retries are left',
    permission: 'job:work',
    surface: 'field',
    params,
    body: jobFailure.optional(),
    response: empty,
  }),
  throwJobError: route({
    method: 'POST',
    path: '/jobs/{jobKey}/error',
    tag,
    summary: 'Throw a BPMN error from a job',
    permission: 'job:work',
    surface: 'field',
    params,
    body: jobError,
    response: empty,
  }),
  addJobItems: route({
    method: 'POST',
    path: '/jobs/{jobKey}/items',
    tag,
    summary: 'Give items to the loop whose job this is: each starts a run while the job goes on',
    permission: 'job:work',
    surface: 'braid',
    params,
    body: z.strictObject({
      /** How many items were given before these; those that the loop has taken already are passed over. */
      offset: z.int().min(0),
      items: z.array(jsonValue).min(1).max(limits.itemsPerCommand),
    }),
    response: empty,
  }),
  updateJob: route({
    method: 'PATCH',
    path: '/jobs/{jobKey}',
    tag,
    summary: 'Change the retries of a job, or the end of its lease',
    permission: 'job:update',
    surface: 'field',
    params,
    body: z.strictObject({
      changeset: z.strictObject({
        retries: z.int().min(1).max(1_000_000).nullish(),
        /** Milliseconds from now. */
        timeout: z.int().min(0).max(86_400_000).nullish(),
      }),
      operationReference: operationReference.optional(),
    }),
    response: empty,
  }),
  searchJobs: route({
    method: 'POST',
    path: '/jobs/search',
    tag,
    summary: 'Search jobs',
    permission: 'job:read',
    surface: 'field',
    body: jobSearch.optional(),
    response: json(searchResponse(job)),
  }),
  streamJobs: route({
    method: 'GET',
    path: '/jobs/stream',
    tag,
    summary: 'Receive jobs of a type in batches, as long as fewer than maxJobs are unanswered',
    permission: 'job:work',
    surface: 'braid',
    query: z.strictObject({
      type: jobType,
      worker: workerName.min(1),
      /** Jobs that may be out at once. */
      maxJobs: queryInteger({ min: 1, max: 10_000 }),
      /** Milliseconds of lease; 5 minutes unless said. */
      timeout: queryInteger({ min: 1000, max: 86_400_000 }).optional(),
      /** Comma-separated names; all variables unless said. */
      fetchVariable: text(10_000).optional(),
    }),
    response: { kind: 'stream', status: 200, contentType: 'application/x-ndjson', frame: jobStreamFrame },
  }),
  answerJobs: route({
    method: 'POST',
    path: '/jobs/completions',
    tag,
    summary: 'Answer many jobs in one request: completed, failed or with a BPMN error',
    permission: 'job:work',
    surface: 'braid',
    body: z.strictObject({ completions: z.array(jobOutcome).min(1).max(10_000) }),
    response: json(z.object({ results: z.array(jobOutcomeResult) })),
  }),
} as const
