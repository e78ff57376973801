/**
 * The events of a process instance as they travel: those of the engine, field by field, with keys as strings and
 * times as ISO 8601. Fields are only ever added. The sentences make `docs/events.md`.
 */
import { z } from 'zod'
import { dateTime, jsonObject, key } from './schema.ts'

const event = <const T extends string, S extends z.core.$ZodLooseShape>(type: T, what: string, shape: S) =>
  z.object({ type: z.literal(type), ...shape }).describe(what)

const element = z.string().describe('Id of the element in the file.')
const flow = z.string().describe('Id of the sequence flow in the file.')
const elementInstanceKey = key.describe('The element instance that it belongs to.')
const childKey = key.describe('The called process instance.')
const variables = jsonObject.describe('Values by name.')
const message = z.string().describe('The reason, for people.')
const retries = z.number().describe('Attempts that are left.')
const action = z.string().describe('What the caller named it; `assign`, `complete` … unless said otherwise.')
const catches = z
  .union([z.literal('*'), z.array(z.string())])
  .optional()
  .describe('Codes of the errors that somebody above catches; `*`: all.')
const parent = z
  .object({
    instanceKey: key.describe('The calling process instance.'),
    elementInstanceKey: key.describe('Its call activity.'),
    depth: z.int().describe('1 for an instance that a top-level one called.'),
    catches,
  })
  .describe('Who called this instance.')

const job = {
  key: key.describe('Of the job.'),
  elementInstanceKey,
  element,
  jobType: z.string().describe('Workers ask for jobs by it.'),
  retries,
}
const userTaskFields = {
  assignee: z.string().nullable().optional().describe('Whom it is given to; null: nobody.'),
  candidateUsers: z.array(z.string()).optional().describe('Who may claim it.'),
  candidateGroups: z.array(z.string()).optional().describe('Groups whose members may claim it.'),
  dueDate: z.string().nullable().optional().describe('ISO 8601; null: none.'),
  followUpDate: z.string().nullable().optional().describe('ISO 8601; null: none.'),
  priority: z.number().optional().describe('0 to 100.'),
}
const binding = z
  .enum(['latest', 'deployment', 'versionTag'])
  .describe('Which version is called: the latest, that of the same deployment, or that with `versionTag`.')
const outcome = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('completed'), variables: jsonObject }),
    z.object({ kind: z.literal('error'), code: z.string(), message: z.string(), variables: jsonObject }),
    z.object({ kind: z.literal('escalation'), code: z.string(), variables: jsonObject }),
    z.object({ kind: z.literal('terminated') }),
    z.object({ kind: z.literal('refused'), message: z.string() }),
  ])
  .describe('How it ended, with what the caller gets: result variables, the code of an error or escalation.')

const instanceEvents = [
  event('instance-created', 'A process instance began.', {
    key: key.describe('Of the process instance.'),
    definitionKey: key.describe('The process definition that it runs.'),
    processId: z.string().describe('Id of the process in the file.'),
    parent: parent.optional(),
    businessId: z.string().optional().describe("The starter's own id."),
    startKey: z
      .string()
      .optional()
      .describe(
        'Correlation key of the message that started it: no second one starts with it while this one runs.',
      ),
  }),
  event('instance-completed', 'No token is left: the process instance ended by itself.', {
    key: key.describe('Of the process instance.'),
  }),
  event(
    'instance-terminated',
    'The process instance was canceled, or ended by an error that nobody caught.',
    {
      key: key.describe('Of the process instance.'),
    },
  ),
] as const

/** What an instance waits for: named in other events too. */
const timer = {
  key: key.describe('Of the timer.'),
  elementInstanceKey,
  element: z.string().describe('Id of the event that fires.'),
  due: dateTime.describe('When it fires.'),
}
const subscription = {
  key: key.describe('Of the subscription.'),
  kind: z.enum(['message', 'signal']).describe('What it waits for.'),
  elementInstanceKey,
  element: z.string().describe('Id of the event or task that waits.'),
  name: z.string().describe('Of the message or signal.'),
  correlationKey: z.string().optional().describe('Which message it takes; absent for signals.'),
}

const suspensionEvents = [
  event('instance-suspended', 'The process instance stands still until somebody resumes it.', {
    key: key.describe('Of the process instance.'),
    jobs: z.array(key).describe('Jobs that nobody can take meanwhile.'),
    timers: z.array(key).describe('Timers that do not fire meanwhile.'),
    subscriptions: z.array(key).describe('Subscriptions that no message or signal meets meanwhile.'),
  }),
  event('instance-resumed', 'The process instance goes on; what was missed meanwhile follows.', {
    key: key.describe('Of the process instance.'),
    jobs: z.array(z.object(job)).describe('As in `job-created`.'),
    timers: z.array(z.object(timer)).describe('As in `timer-armed`; those that are over-due fire.'),
    subscriptions: z.array(z.object(subscription)).describe('As in `subscription-opened`.'),
  }),
  event('command-kept', 'A suspended process instance got something that it does when it is resumed.', {
    command: z
      .discriminatedUnion('type', [
        z.object({ type: z.literal('resolve-incident'), incidentKey: key }),
        z.object({
          type: z.literal('receive-outcome'),
          childKey,
          elementInstanceKey,
          outcome,
        }),
      ])
      .describe('To resolve an incident, or how a called instance ended.'),
  }),
] as const

const ownKey = key.describe('Of the element instance.')
const elementEvents = [
  event('element-activated', 'A token entered an element: an element instance began.', {
    key: ownKey,
    element,
    scope: key
      .optional()
      .describe(
        'The element instance around it: a sub-process or the process; absent for the process itself.',
      ),
    consumed: z.array(flow).optional().describe('Flows whose waiting tokens a join took together.'),
  }),
  event('element-completed', 'An element instance ended by itself.', { key: ownKey, element }),
  event('element-terminated', 'An element instance was interrupted or canceled.', {
    key: ownKey,
    element,
  }),
  event('flow-taken', 'A token moved along a sequence flow.', {
    flow,
    scope: key.describe('The element instance in which the flow lies.'),
    waits: z.literal(true).optional().describe('The token stays on the flow until the join behind it fires.'),
  }),
  event('tokens-dropped', 'The tokens that waited at the joins of an interrupted scope are gone.', {
    scope: ownKey,
  }),
  event('variables-set', 'Variables were made or changed.', {
    scope: key.describe('The element instance that owns them.'),
    variables,
  }),
] as const

const jobKey = key.describe('Of the job.')
const jobEvents = [
  event('job-created', 'A job waits for a worker.', job),
  event('job-completed', 'A worker completed the job.', { key: jobKey }),
  event('job-failed', 'A worker failed the job.', {
    key: jobKey,
    retries,
    retryAt: dateTime.describe('The job is not offered again before.'),
    message,
  }),
  event('job-error-thrown', 'A worker threw a BPMN error; what catches it follows.', {
    key: jobKey,
    code: z.string().describe('Of the error.'),
    message,
  }),
  event('job-retries-updated', 'Somebody gave the job other retries.', { key: jobKey, retries }),
  event('job-canceled', 'The job is gone with the element instance that waited for it.', { key: jobKey }),
  event('jobs-published', 'Jobs that only one node knew were stored for all nodes; nothing else changed.', {
    jobs: z.array(z.object(job)).describe('As in `job-created`.'),
  }),
] as const

const userTaskKey = key.describe('Of the user task.')
const userTaskEvents = [
  event('user-task-created', 'A task waits for a person.', {
    key: userTaskKey,
    elementInstanceKey,
    element,
    name: z.string().optional().describe('As drawn.'),
    formId: z.string().optional().describe('Id of its form.'),
    externalFormReference: z.string().optional().describe('Names a form of another system.'),
    ...userTaskFields,
  }),
  event('user-task-updated', 'A user task was assigned or changed; only changed fields are listed.', {
    key: userTaskKey,
    action,
    ...userTaskFields,
  }),
  event('user-task-completed', 'A person completed the task.', { key: userTaskKey, action }),
  event('user-task-canceled', 'The task is gone with the element instance that waited for it.', {
    key: userTaskKey,
  }),
] as const

const timerKey = key.describe('Of the timer.')
const timerEvents = [
  event('timer-armed', 'A timer waits for its time.', {
    ...timer,
    repetitions: z.number().optional().describe('Firings after this one; -1: without bound.'),
    cycle: z.string().optional().describe('ISO 8601 interval or cron text of the firings after this one.'),
  }),
  event('timer-fired', 'The time of a timer came.', { key: timerKey }),
  event('timer-canceled', 'A timer is not needed any more.', { key: timerKey }),
] as const

const subscriptionKey = key.describe('Of the subscription.')
const messageEvents = [
  event('subscription-opened', 'An element waits for a message or signal.', {
    ...subscription,
  }),
  event('subscription-closed', 'Nobody waits any more.', { key: subscriptionKey }),
  event('subscription-triggered', 'A message or signal arrived; the subscription may stay open.', {
    key: subscriptionKey,
    source: key.describe('The message or signal.'),
  }),
  event('message-published', 'A throw event published a message.', {
    key: key.describe('Of the message.'),
    name: z.string().describe('Of the message.'),
    correlationKey: z.string().describe('Whom it is for.'),
    messageId: z
      .string()
      .optional()
      .describe('No second message with this id is accepted while this one lives.'),
    timeToLiveMs: z.number().describe('Milliseconds for which it waits for a receiver.'),
    variables,
  }),
  event('signal-broadcast', 'A throw event sent a signal to all who wait for it.', {
    key: key.describe('Of the signal.'),
    name: z.string().describe('Of the signal.'),
    variables,
  }),
] as const

const callEvents = [
  event('call-started', 'A call activity asked for another process instance.', {
    elementInstanceKey: key.describe('The call activity.'),
    childKey: key.describe('The key that the called instance will have.'),
    processId: z.string().describe('The process that is called.'),
    binding,
    versionTag: z.string().optional().describe('The tag that `binding` asks for.'),
    variables: jsonObject.describe('What the called instance begins with.'),
    depth: z.number().describe('1 for a call by a top-level instance.'),
    catches,
  }),
  event('call-canceled', 'A call activity was interrupted: the called instance is to end.', {
    key: key.describe('Of the request to end it.'),
    childKey,
  }),
  event('call-ended', 'The called instance reported its end, or could not be started.', {
    elementInstanceKey: key.describe('The call activity.'),
    childKey,
    outcome: z
      .enum(['completed', 'error', 'escalation', 'terminated', 'refused'])
      .describe('`refused`: there was no definition to run.'),
  }),
  event('escalation-received', 'The called instance escalated and goes on.', {
    childKey,
    code: z.string().describe('Of the escalation.'),
  }),
  event('parent-notified', 'This called instance told its caller how it ended, or that it escalates.', {
    key: key.describe('Of the notice.'),
    parent,
    outcome,
  }),
] as const

const troubleEvents = [
  event('error-caught', 'An error or escalation travelled to the element that caught it.', {
    kind: z.enum(['error', 'escalation']).describe('What travelled.'),
    code: z.string().describe('Of the error or escalation.'),
    thrownBy: key.describe('The element instance that threw it.'),
    caughtBy: z.string().describe('Id of the catching event in the file.'),
  }),
  event('error-uncaught', 'Nobody caught an error: the instance ends.', {
    code: z.string().describe('Of the error.'),
    message,
    thrownBy: key.describe('The element instance that threw it.'),
  }),
  event('incident-raised', 'An element instance stopped until somebody resolves its incident.', {
    key: key.describe('Of the incident.'),
    elementInstanceKey,
    element,
    incidentType: z.string().describe('Listed in [errors.md](errors.md#incidents).'),
    message,
    step: z
      .enum(['activate', 'complete', 'job'])
      .describe('What is done again when it is resolved: its beginning, its end, or its job.'),
    jobKey: key.optional().describe('The job that has no retries left.'),
    payload: jsonObject
      .optional()
      .describe('What the message, signal or error that activated the element carried.'),
  }),
  event(
    'incident-resolved',
    'An incident is over: somebody resolved it and its step is done again, or its element instance went on or ended otherwise.',
    {
      key: key.describe('Of the incident.'),
    },
  ),
] as const

/** In the order of the documentation, by chapter. */
export const processEventChapters = {
  'Process instances': instanceEvents,
  Suspension: suspensionEvents,
  'Elements, tokens, variables': elementEvents,
  Jobs: jobEvents,
  'User tasks': userTaskEvents,
  Timers: timerEvents,
  'Messages and signals': messageEvents,
  Calls: callEvents,
  'Errors and incidents': troubleEvents,
} as const

export const processEvent = z.discriminatedUnion('type', [
  ...instanceEvents,
  ...suspensionEvents,
  ...elementEvents,
  ...jobEvents,
  ...userTaskEvents,
  ...timerEvents,
  ...messageEvents,
  ...callEvents,
  ...troubleEvents,
])

export type ProcessEvent = z.output<typeof processEvent>
