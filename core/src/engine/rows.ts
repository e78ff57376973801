/**
 * The tables derived from events: what each event inserts, changes or removes. Nothing else writes these tables, so
 * that folding `rowsOf` over a log gives exactly what is stored (I8).
 */
import type { Instant } from '../base/instant.ts'
import type { JsonObject } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import type { ElementId } from '../model/program.ts'
import type { Command } from './command.ts'
import type { Event, EventOf, EventType, IncidentType, InstanceMigrated } from './event.ts'
import type { ListenerPlace, UserTaskFields } from './wait-event.ts'

/** The instance that an event belongs to. */
export type Owner = { readonly key: Key; readonly definitionKey: Key; readonly processId: string }

export type JobRow = {
  readonly key: Key
  readonly elementInstanceKey: Key
  readonly element: ElementId
  readonly jobType: string
  readonly retries: number
  readonly listener?: ListenerPlace
  /** It gives a loop its items. */
  readonly items?: true
  /** Absent: 0. */
  readonly priority?: number
}
export type TimerRow = {
  readonly key: Key
  readonly elementInstanceKey: Key
  readonly element: ElementId
  readonly due: Instant
}
export type SubscriptionRow = {
  readonly key: Key
  readonly kind: 'message' | 'signal'
  readonly elementInstanceKey: Key
  readonly element: ElementId
  readonly name: string
  readonly correlationKey?: string
}
export type UserTaskRow = {
  readonly key: Key
  readonly elementInstanceKey: Key
  readonly element: ElementId
  readonly name?: string
  readonly formId?: string
  readonly externalFormReference?: string
} & UserTaskFields
export type IncidentRow = {
  readonly key: Key
  readonly elementInstanceKey: Key
  readonly element: ElementId
  readonly incidentType: IncidentType
  readonly message: string
  readonly jobKey?: Key
}
/** A message waits in the buffer for subscriptions until `timeToLiveMs` after its publication; a signal does not. */
export type MessageRow = {
  readonly key: Key
  readonly kind: 'message' | 'signal'
  readonly name: string
  readonly correlationKey?: string
  readonly messageId?: string
  readonly timeToLiveMs: number
  readonly variables: JsonObject
  /** A signal's thrower, which has heard it already (`receiveOwnSignal`); absent when it comes from outside. */
  readonly thrownBy?: Key
}
/** A command from one instance to another, delivered at least once after the commit that wrote it. */
export type OutboxRow = {
  readonly key: Key
  readonly target: Key
  readonly command:
    | Command
    /** The definition of a call is chosen where the child is made. */
    | {
        readonly type: 'call'
        readonly processId: string
        readonly binding: 'latest' | 'deployment' | 'versionTag'
        readonly versionTag?: string
        readonly callerDefinitionKey: Key
        readonly create: Omit<Extract<Command, { type: 'create-instance' }>, 'definitionKey'>
      }
}

export type RowChange =
  /** Ignored when the job has a row already. */
  | { readonly op: 'insert-job'; readonly row: JobRow }
  | {
      readonly op: 'update-job'
      readonly key: Key
      readonly retries: number
      readonly availableAt?: Instant
      readonly message?: string
    }
  | { readonly op: 'delete-job'; readonly key: Key }
  | { readonly op: 'insert-timer'; readonly row: TimerRow }
  | { readonly op: 'delete-timer'; readonly key: Key }
  | { readonly op: 'insert-subscription'; readonly row: SubscriptionRow }
  | { readonly op: 'delete-subscription'; readonly key: Key }
  | { readonly op: 'insert-user-task'; readonly row: UserTaskRow }
  | { readonly op: 'update-user-task'; readonly key: Key; readonly changes: UserTaskFields }
  | { readonly op: 'end-user-task'; readonly key: Key; readonly state: 'COMPLETED' | 'CANCELED' }
  | { readonly op: 'insert-incident'; readonly row: IncidentRow }
  | { readonly op: 'resolve-incident'; readonly key: Key }
  /** Belongs to another element, of the definition of the commit. */
  | ({ readonly op: 'move-row' } & InstanceMigrated['moved'][number])
  | { readonly op: 'set-variables'; readonly scope: Key; readonly variables: JsonObject }
  | { readonly op: 'insert-message'; readonly row: MessageRow }
  | { readonly op: 'insert-outbox'; readonly row: OutboxRow }

/** What a row says of the listener whose job it is; nothing when it is the element's own. */
export const placeOf = (listener: ListenerPlace | undefined): { readonly listener?: ListenerPlace } =>
  listener === undefined ? {} : { listener: { on: listener.on, index: listener.index } }

const none: readonly RowChange[] = []

const changes = {
  'instance-created': () => none,
  'instance-completed': () => none,
  'instance-terminated': () => none,
  'element-activated': () => none,
  'element-completed': () => none,
  'element-terminated': () => none,
  'flow-taken': () => none,
  'tokens-dropped': () => none,
  'loop-counted': () => none,
  'elements-enabled': () => none,
  'gateway-fired': () => none,
  'gateway-reset': () => none,
  'compensation-started': () => none,
  'variables-set': (event) => [{ op: 'set-variables', scope: event.scope, variables: event.variables }],
  'job-created': ({ type: _, listener, ...row }) => [
    { op: 'insert-job', row: { ...row, ...placeOf(listener) } },
  ],
  'job-completed': (event) => [{ op: 'delete-job', key: event.key }],
  'job-failed': (event) => [
    {
      op: 'update-job',
      key: event.key,
      retries: event.retries,
      availableAt: event.retryAt,
      message: event.message,
    },
  ],
  'job-error-thrown': (event) => [{ op: 'delete-job', key: event.key }],
  'job-retries-updated': (event) => [{ op: 'update-job', key: event.key, retries: event.retries }],
  'job-canceled': (event) => [{ op: 'delete-job', key: event.key }],
  'jobs-published': (event) => event.jobs.map((row) => ({ op: 'insert-job', row })),
  'user-task-created': ({ type: _, ...row }) => [{ op: 'insert-user-task', row }],
  'user-task-updated': ({ type: _, key, action: __, ...changed }) => [
    { op: 'update-user-task', key, changes: changed },
  ],
  'user-task-change-pending': () => none,
  'user-task-change-denied': () => none,
  'user-task-completed': (event) => [{ op: 'end-user-task', key: event.key, state: 'COMPLETED' }],
  'user-task-canceled': (event) => [{ op: 'end-user-task', key: event.key, state: 'CANCELED' }],
  'timer-armed': ({ key, elementInstanceKey, element, due }) => [
    { op: 'insert-timer', row: { key, elementInstanceKey, element, due } },
  ],
  'timer-fired': (event) => [{ op: 'delete-timer', key: event.key }],
  'timer-canceled': (event) => [{ op: 'delete-timer', key: event.key }],
  'subscription-opened': ({ type: _, part: __, ...row }) => [{ op: 'insert-subscription', row }],
  'subscription-closed': (event) => [{ op: 'delete-subscription', key: event.key }],
  'subscription-triggered': () => none,
  'condition-awaited': () => none,
  'condition-changed': () => none,
  'condition-dropped': () => none,
  'trigger-matched': () => none,
  'activation-awaited': () => none,
  'activation-dropped': () => none,
  'message-published': ({ type: _, ...row }) => [{ op: 'insert-message', row: { kind: 'message', ...row } }],
  'signal-broadcast': ({ type: _, ...row }, owner) => [
    { op: 'insert-message', row: { kind: 'signal', timeToLiveMs: 0, thrownBy: owner.key, ...row } },
  ],
  'call-started': (event, owner) => [
    {
      op: 'insert-outbox',
      row: {
        key: event.childKey,
        target: event.childKey,
        command: {
          type: 'call',
          processId: event.processId,
          binding: event.binding,
          ...(event.versionTag === undefined ? {} : { versionTag: event.versionTag }),
          callerDefinitionKey: owner.definitionKey,
          create: {
            type: 'create-instance',
            key: event.childKey,
            variables: event.variables,
            parent: {
              instanceKey: owner.key,
              elementInstanceKey: event.elementInstanceKey,
              depth: event.depth,
              ...(event.catches === undefined ? {} : { catches: event.catches }),
            },
          },
        },
      },
    },
  ],
  'call-canceled': (event) => [
    {
      op: 'insert-outbox',
      row: { key: event.key, target: event.childKey, command: { type: 'cancel-instance', byCaller: true } },
    },
  ],
  'call-ended': () => none,
  'escalation-received': () => none,
  'parent-notified': (event, owner) => [
    {
      op: 'insert-outbox',
      row: {
        key: event.key,
        target: event.parent.instanceKey,
        command: {
          type: 'receive-outcome',
          childKey: owner.key,
          elementInstanceKey: event.parent.elementInstanceKey,
          outcome: event.outcome,
        },
      },
    },
  ],
  'error-caught': () => none,
  'error-uncaught': () => none,
  'incident-raised': ({ type: _, step: __, payload: ___, ...row }) => [{ op: 'insert-incident', row }],
  'incident-resolved': (event) => [{ op: 'resolve-incident', key: event.key }],
  'instance-suspended': ({ jobs, timers, subscriptions }) => [
    ...jobs.map((key) => ({ op: 'delete-job', key }) as const),
    ...timers.map((key) => ({ op: 'delete-timer', key }) as const),
    ...subscriptions.map((key) => ({ op: 'delete-subscription', key }) as const),
  ],
  'instance-resumed': ({ jobs, timers, subscriptions }) => [
    ...jobs.map((row) => ({ op: 'insert-job', row }) as const),
    ...timers.map((row) => ({ op: 'insert-timer', row }) as const),
    ...subscriptions.map((row) => ({ op: 'insert-subscription', row }) as const),
  ],
  'command-kept': () => none,
  'instance-modified': () => none,
  'instance-migrated': ({ moved }) => moved.map((row) => ({ op: 'move-row', ...row })),
} as const satisfies { [T in EventType]: (event: EventOf<T>, owner: Owner) => readonly RowChange[] }

/** The row changes of one event, in order. */
export function rowsOf(event: Event, owner: Owner): readonly RowChange[] {
  // The table is exhaustive by type; TypeScript cannot tie the key to the argument.
  const change = changes[event.type] as (event: Event, owner: Owner) => readonly RowChange[]
  return change(event, owner)
}
