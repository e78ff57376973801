/** What can be asked of one process instance: imperative, refused or turned into events by `decide`. */
import type { JsonObject, JsonValue } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import type { ElementId } from '../model/program.ts'
import type { Beginning, IncidentType, InstanceCreated, ParentLink, ParentNotified } from './event.ts'
import type { UserTaskFields } from './wait-event.ts'

export type CreateInstance = {
  readonly type: 'create-instance'
  readonly key: Key
  readonly definitionKey: Key
  readonly variables: JsonObject
  /** Which start event: by default the one without trigger. */
  readonly startElement?: ElementId
  /** Instead of a start event. */
  readonly begin?: Beginning
  readonly parent?: ParentLink
  readonly businessId?: string
  readonly startKey?: string
}

/** What a creation makes of an instance, before anything happens in it. */
export function instanceCreated(command: CreateInstance, processId: string): InstanceCreated {
  const { key, definitionKey, parent, businessId, startKey } = command
  const event = { type: 'instance-created', key, definitionKey, processId } as const
  if (parent === undefined && businessId === undefined && startKey === undefined) return event
  return {
    ...event,
    ...(parent === undefined ? {} : { parent }),
    ...(businessId === undefined ? {} : { businessId }),
    ...(startKey === undefined ? {} : { startKey }),
  }
}
/** `byCaller`: the call activity is gone, so that nobody waits for an answer. */
export type CancelInstance = { readonly type: 'cancel-instance'; readonly byCaller?: true }
export type CompleteJob = {
  readonly type: 'complete-job'
  readonly jobKey: Key
  readonly variables: JsonObject
  /** What a listener of a user task says about the change that it was asked about. */
  readonly verdict?: TaskVerdict
}
export type TaskVerdict = {
  /** Why the change is not made; absent: it is. */
  readonly denied?: string
  /** Fields of the task to change besides. */
  readonly corrections?: UserTaskFields
}
export type FailJob = {
  readonly type: 'fail-job'
  readonly jobKey: Key
  readonly retries: number
  readonly retryBackOffMs: number
  readonly message: string
  readonly variables: JsonObject
  /** Trouble that no retry mends: the job ends, and its element waits for an operator to do it again. */
  readonly incident?: IncidentType
}
export type ThrowJobError = {
  readonly type: 'throw-job-error'
  readonly jobKey: Key
  readonly code: string
  readonly message: string
  readonly variables: JsonObject
}
/**
 * Items for the loop whose job this is: one run each. `offset`: how many items its producer gave before these. Those that
 * were taken already are passed over, so that they can be given again after a crash.
 */
export type AddItems = {
  readonly type: 'add-items'
  readonly jobKey: Key
  readonly offset: number
  readonly items: readonly JsonValue[]
}
export type UpdateJobRetries = {
  readonly type: 'update-job-retries'
  readonly jobKey: Key
  readonly retries: number
}
/** Gives rows to jobs that only lived in a node's memory: the named ones, or all. */
export type PublishJobs = { readonly type: 'publish-jobs'; readonly jobKeys?: readonly Key[] }
export type CompleteUserTask = {
  readonly type: 'complete-user-task'
  readonly userTaskKey: Key
  readonly variables: JsonObject
  readonly action: string
}
/** Assign, unassign, update: only the named fields change. */
export type UpdateUserTask = {
  readonly type: 'update-user-task'
  readonly userTaskKey: Key
  readonly action: string
  readonly changes: UserTaskFields
  /** Refused when somebody else holds the task: a claim, not a transfer. */
  readonly onlyIfUnassigned?: boolean
}
export type FireTimer = { readonly type: 'fire-timer'; readonly timerKey: Key }
/** A message or signal for an open subscription. */
export type TriggerSubscription = {
  readonly type: 'trigger-subscription'
  readonly subscriptionKey: Key
  readonly source: Key
  readonly variables: JsonObject
}
export type ResolveIncident = {
  readonly type: 'resolve-incident'
  readonly incidentKey: Key
  /** What its job has at least then: as one command, so that no worker comes between. Of one without a job: nothing. */
  readonly retries?: number
}
export type SetVariables = {
  readonly type: 'set-variables'
  readonly scope: Key
  readonly variables: JsonObject
  /** Into the scope itself; otherwise each goes to the nearest scope that has it, else to the process. */
  readonly local: boolean
}
/** A child instance reports to its call activity. */
export type ReceiveOutcome = {
  readonly type: 'receive-outcome'
  readonly childKey: Key
  readonly elementInstanceKey: Key
  readonly outcome: ParentNotified['outcome']
}

/** Stops everything inside until `resume-instance`. */
export type SuspendInstance = { readonly type: 'suspend-instance' }
export type ResumeInstance = { readonly type: 'resume-instance' }

/** One element instance, or all of an element. */
export type ElementInstanceChoice = { readonly key: Key } | { readonly element: ElementId }
/** For the named element, which is activated or a scope around it; else for the process. */
export type VariableInstruction = { readonly scope?: ElementId; readonly variables: JsonObject }
/** Ends what it chooses and activates one `to` for each. */
export type MoveInstruction = {
  readonly from: ElementInstanceChoice
  readonly to: ElementId
  /** Where: an element instance; the innermost around the source that can hold it; or only its own scope. */
  readonly ancestor: Key | 'inferred' | 'source-parent'
  readonly variables: readonly VariableInstruction[]
}
export type ModifyInstance = {
  readonly type: 'modify-instance'
  readonly activate: readonly {
    readonly element: ElementId
    /** By default the nearest scope that lives, which must be one only. */
    readonly ancestor?: Key
    readonly variables: readonly VariableInstruction[]
  }[]
  readonly terminate: readonly ElementInstanceChoice[]
  readonly move: readonly MoveInstruction[]
}

/** Tells an ad-hoc sub-process what to do next. */
export type ActivateElements = {
  readonly type: 'activate-elements'
  readonly elementInstanceKey: Key
  readonly elements: readonly { readonly element: ElementId; readonly variables: JsonObject }[]
  /** Ends what runs inside first. */
  readonly cancelRemaining: boolean
}

/** Goes on in another definition: each active element as its target. */
export type MigrateInstance = {
  readonly type: 'migrate-instance'
  readonly definitionKey: Key
  readonly mapping: readonly { readonly source: ElementId; readonly target: ElementId }[]
}

export type Command =
  | CreateInstance
  | CancelInstance
  | CompleteJob
  | FailJob
  | ThrowJobError
  | AddItems
  | UpdateJobRetries
  | PublishJobs
  | CompleteUserTask
  | UpdateUserTask
  | FireTimer
  | TriggerSubscription
  | ResolveIncident
  | SetVariables
  | ReceiveOutcome
  | SuspendInstance
  | ResumeInstance
  | ModifyInstance
  | ActivateElements
  | MigrateInstance

export type CommandType = Command['type']

/**
 * `not-found`: no such thing (any more). `conflict`: it is there, in a state that forbids this. `invalid`: never right.
 * `busy`: it has no room now, and will have by itself.
 */
export type Rejection = {
  readonly kind: 'not-found' | 'conflict' | 'invalid' | 'busy'
  readonly message: string
  /** All that is in the way, when that may be more than one thing. */
  readonly details?: readonly Detail[]
}
/** `path`: the element. */
export type Detail = { readonly path: string; readonly message: string }
