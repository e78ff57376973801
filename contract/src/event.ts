/**
 * The events of a process instance as they travel: those of the engine, field by field, with keys as strings and
 * times as ISO 8601. Fields are only ever added. The sentences make `docs/events.md`.
 */
import { z } from 'zod'
import {
  childKey,
  element,
  elementInstanceKey,
  event,
  flow,
  job,
  message,
  subscription,
  timer,
  variables,
} from './event-fields.ts'
import { jsonObject, key } from './schema.ts'
import { jobEvents, messageEvents, timerEvents, userTaskEvents, waitEvents } from './wait-event.ts'

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

const operationEvents = [
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
  event('instance-modified', 'Somebody moved tokens by hand; what came of it follows.', {
    key: key.describe('Of the process instance.'),
    activated: z.array(key).describe('Element instances that were begun.'),
    terminated: z.array(key).describe('Element instances that were ended, with everything inside.'),
  }),
  event('instance-migrated', 'The process instance runs another definition from now on.', {
    key: key.describe('Of the process instance.'),
    definitionKey: key.describe('The process definition that it runs now.'),
    processId: z.string().describe('Id of the process in the file.'),
    mapping: z
      .array(z.object({ source: element, target: element }))
      .describe('Which element is which in the new definition.'),
    moved: z
      .array(
        z.object({ kind: z.enum(['job', 'user-task', 'timer', 'subscription', 'incident']), key, element }),
      )
      .describe('What belongs to an element of the new definition now, with its old key.'),
  }),
  event('command-kept', 'A suspended process instance got something that it does when it is resumed.', {
    command: z
      .discriminatedUnion('type', [
        z.object({
          type: z.literal('resolve-incident'),
          incidentKey: key,
          retries: z.int().optional().describe('What its job has at least then.'),
        }),
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
    index: z.int().optional().describe('Number of this run of a loop, from 1.'),
    start: z.string().optional().describe('Of an event sub-process: the start event that occurred.'),
    role: z
      .enum(['undo', 'handler'])
      .optional()
      .describe('`handler`: it compensates an activity; `undo`: a completed scope in which handlers run.'),
    record: key.optional().describe('The element instance that is compensated.'),
    begin: z
      .object({
        elements: z
          .array(
            z.object({
              element,
              variables: jsonObject.optional().describe('Local to it; they win over its input mappings.'),
            }),
          )
          .describe('Elements that are activated.'),
        flows: z.array(flow).describe('Flows that get a token each.'),
      })
      .optional()
      .describe('Of the process: the elements and flows at which its tokens begin, instead of start events.'),
    given: z
      .array(z.string())
      .optional()
      .describe('Variables that it has been given, which its input mappings leave alone.'),
  }),
  event('element-completed', 'An element instance ended by itself.', {
    key: ownKey,
    element,
    result: z.json().optional().describe('What this run of a loop gives to its output collection.'),
    snapshot: jsonObject.optional().describe('It can be compensated, with this data of its own.'),
  }),
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
  event('loop-counted', 'A loop knows, or knows anew, how many runs it has.', {
    key: ownKey,
    count: z.int().describe('Runs, those that have ended included.'),
    collects: z.literal(true).optional().describe('Their results become a list.'),
    open: z.literal(true).optional().describe('More may come: a job gives the items.'),
  }),
  event('elements-enabled', 'Elements of an ad-hoc sub-process wait for their turn.', {
    key: ownKey,
    elements: z.array(z.string()).describe('Ids in the file, in their order.'),
  }),
  event('gateway-fired', 'The condition of a complex gateway held over the tokens that waited.', {
    scope: key.describe('The element instance in which the gateway lies.'),
    gateway: z.string().describe('Id of the gateway in the file.'),
    flows: z.array(flow).describe('Flows that it took tokens from.'),
  }),
  event('gateway-reset', 'A complex gateway can fire anew.', {
    scope: key.describe('The element instance in which the gateway lies.'),
    gateway: z.string().describe('Id of the gateway in the file.'),
  }),
  event('compensation-started', 'What has completed is undone, the last first.', {
    key: key.describe('The element instance that compensates.'),
    from: z.array(key).describe('The scopes in which it completed.'),
    activity: z.string().optional().describe('Only this activity; absent: all.'),
    left: z.literal(true).optional().describe('The token went on without waiting for it.'),
    cancels: z.literal(true).optional().describe('A transaction ends by it.'),
  }),
  event('variables-set', 'Variables were made or changed.', {
    scope: key.describe('The element instance that owns them.'),
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
      .enum(['activate', 'complete', 'job', 'check'])
      .describe(
        'What is done again when it is resolved: its beginning, its end, its job, or the question how it goes on.',
      ),
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
  'Operations on instances': operationEvents,
  'Elements, tokens, variables': elementEvents,
  Jobs: jobEvents,
  'User tasks': userTaskEvents,
  Timers: timerEvents,
  'Messages and signals': messageEvents,
  'Conditions and other waits': waitEvents,
  Calls: callEvents,
  'Errors and incidents': troubleEvents,
} as const

export const processEvent = z.discriminatedUnion('type', [
  ...instanceEvents,
  ...operationEvents,
  ...elementEvents,
  ...jobEvents,
  ...userTaskEvents,
  ...timerEvents,
  ...messageEvents,
  ...waitEvents,
  ...callEvents,
  ...troubleEvents,
])

export type ProcessEvent = z.output<typeof processEvent>
