/**
 * Facts about one process instance, in the past tense. The log of an instance is a list of these; its state and
 * every table, stream and screen is a fold over them. Names and fields are stored forever: add, never change.
 */
import type { Instant } from '../base/instant.ts'
import type { JsonObject } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import type { ElementId, FlowId } from '../model/program.ts'

export type ParentLink = {
  readonly instanceKey: Key
  /** The call activity's element instance. */
  readonly elementInstanceKey: Key
  /** 1 for an instance called by a top-level one; bounds recursion. */
  readonly depth: number
  /** Codes of the errors that somebody above catches; `*`: all. Absent: none. */
  readonly catches?: readonly string[] | '*'
}

export type IncidentType =
  | 'JOB_NO_RETRIES'
  | 'IO_MAPPING_ERROR'
  | 'CONDITION_ERROR'
  | 'EXTRACT_VALUE_ERROR'
  | 'CALLED_ELEMENT_ERROR'
  | 'UNHANDLED_ERROR_EVENT'
  | 'STEP_LIMIT'

/** The step of an element instance that failed and is tried again when its incident is resolved. */
export type IncidentStep = 'activate' | 'complete' | 'job'

export type InstanceCreated = {
  readonly type: 'instance-created'
  readonly key: Key
  readonly definitionKey: Key
  readonly processId: string
  readonly parent?: ParentLink
  readonly businessId?: string
  /** While set, no second instance of the process starts with the same message correlation key. */
  readonly startKey?: string
}
/** No token is left; output variables of a called instance go to its parent. */
export type InstanceCompleted = { readonly type: 'instance-completed'; readonly key: Key }
export type InstanceTerminated = { readonly type: 'instance-terminated'; readonly key: Key }

export type ElementActivated = {
  readonly type: 'element-activated'
  readonly key: Key
  readonly element: ElementId
  /** Element instance of the containing scope; absent for the process itself. */
  readonly scope?: Key
  /** Tokens taken from these waiting flows of the scope: the join fired. */
  readonly consumed?: readonly FlowId[]
}
export type ElementCompleted = {
  readonly type: 'element-completed'
  readonly key: Key
  readonly element: ElementId
}
export type ElementTerminated = {
  readonly type: 'element-terminated'
  readonly key: Key
  readonly element: ElementId
}
/** A token moved along a flow. `waits`: the target is a join, so the token stays on the flow until the join fires. */
export type FlowTaken = {
  readonly type: 'flow-taken'
  readonly flow: FlowId
  readonly scope: Key
  readonly waits?: true
}

/** An interrupted scope forgets the tokens that waited at its joins. */
export type TokensDropped = { readonly type: 'tokens-dropped'; readonly scope: Key }

export type VariablesSet = {
  readonly type: 'variables-set'
  /** Element instance that owns them. */
  readonly scope: Key
  readonly variables: JsonObject
}

export type JobCreated = {
  readonly type: 'job-created'
  readonly key: Key
  readonly elementInstanceKey: Key
  readonly element: ElementId
  readonly jobType: string
  readonly retries: number
}
export type JobCompleted = { readonly type: 'job-completed'; readonly key: Key }
export type JobFailed = {
  readonly type: 'job-failed'
  readonly key: Key
  /** Left after this failure. */
  readonly retries: number
  /** Not offered again before. */
  readonly retryAt: Instant
  readonly message: string
}
/** The worker threw a BPMN error. */
export type JobErrorThrown = {
  readonly type: 'job-error-thrown'
  readonly key: Key
  readonly code: string
  readonly message: string
}
export type JobRetriesUpdated = {
  readonly type: 'job-retries-updated'
  readonly key: Key
  readonly retries: number
}
export type JobCanceled = { readonly type: 'job-canceled'; readonly key: Key }

/** Jobs that a node held in memory only get rows, so that others can see and, unless leased, take them. */
export type JobsPublished = {
  readonly type: 'jobs-published'
  readonly jobs: readonly {
    readonly key: Key
    readonly elementInstanceKey: Key
    readonly element: ElementId
    readonly jobType: string
    readonly retries: number
  }[]
}

export type UserTaskFields = {
  readonly assignee?: string | null
  readonly candidateUsers?: readonly string[]
  readonly candidateGroups?: readonly string[]
  readonly dueDate?: string | null
  readonly followUpDate?: string | null
  readonly priority?: number
}
export type UserTaskCreated = {
  readonly type: 'user-task-created'
  readonly key: Key
  readonly elementInstanceKey: Key
  readonly element: ElementId
  readonly name?: string
  readonly formId?: string
  readonly externalFormReference?: string
} & UserTaskFields
export type UserTaskUpdated = {
  readonly type: 'user-task-updated'
  readonly key: Key
  readonly action: string
} & UserTaskFields
export type UserTaskCompleted = {
  readonly type: 'user-task-completed'
  readonly key: Key
  readonly action: string
}
export type UserTaskCanceled = { readonly type: 'user-task-canceled'; readonly key: Key }

export type TimerArmed = {
  readonly type: 'timer-armed'
  readonly key: Key
  readonly elementInstanceKey: Key
  /** The event that fires. */
  readonly element: ElementId
  readonly due: Instant
  /** Further firings after this one: a count, or -1 without bound. */
  readonly repetitions?: number
  /** ISO 8601 interval or cron text that gives the next due time. */
  readonly cycle?: string
}
export type TimerFired = { readonly type: 'timer-fired'; readonly key: Key }
export type TimerCanceled = { readonly type: 'timer-canceled'; readonly key: Key }

export type SubscriptionOpened = {
  readonly type: 'subscription-opened'
  readonly key: Key
  readonly kind: 'message' | 'signal'
  readonly elementInstanceKey: Key
  readonly element: ElementId
  readonly name: string
  /** Messages only. */
  readonly correlationKey?: string
}
export type SubscriptionClosed = { readonly type: 'subscription-closed'; readonly key: Key }
/** A message or signal reached a subscription, which stays open until `subscription-closed`. */
export type SubscriptionTriggered = {
  readonly type: 'subscription-triggered'
  readonly key: Key
  /** Key of the message or signal. */
  readonly source: Key
}

export type MessagePublished = {
  readonly type: 'message-published'
  readonly key: Key
  readonly name: string
  readonly correlationKey: string
  readonly messageId?: string
  readonly timeToLiveMs: number
  readonly variables: JsonObject
}
export type SignalBroadcast = {
  readonly type: 'signal-broadcast'
  readonly key: Key
  readonly name: string
  readonly variables: JsonObject
}

/** A call activity asked for a child instance, whose key is fixed here so that it is made once. */
export type CallStarted = {
  readonly type: 'call-started'
  readonly elementInstanceKey: Key
  readonly childKey: Key
  readonly processId: string
  readonly binding: 'latest' | 'deployment' | 'versionTag'
  readonly versionTag?: string
  readonly variables: JsonObject
  readonly depth: number
  readonly catches?: readonly string[] | '*'
}
/** `key` names the request itself, so that it is delivered once. */
export type CallCanceled = { readonly type: 'call-canceled'; readonly key: Key; readonly childKey: Key }
/** The child instance reported its end, or that it can't run. */
export type CallEnded = {
  readonly type: 'call-ended'
  readonly elementInstanceKey: Key
  readonly childKey: Key
  readonly outcome: ParentNotified['outcome']['kind']
}
/** A running child instance escalated; the call goes on. */
export type EscalationReceived = {
  readonly type: 'escalation-received'
  readonly childKey: Key
  readonly code: string
}
/** This called instance ended by itself and says so to its parent. */
export type ParentNotified = {
  readonly type: 'parent-notified'
  readonly key: Key
  readonly parent: ParentLink
  readonly outcome:
    | { readonly kind: 'completed'; readonly variables: JsonObject }
    | {
        readonly kind: 'error'
        readonly code: string
        readonly message: string
        readonly variables: JsonObject
      }
    | { readonly kind: 'escalation'; readonly code: string; readonly variables: JsonObject }
    | { readonly kind: 'terminated' }
    /** No definition to run: becomes an incident at the call activity. */
    | { readonly kind: 'refused'; readonly message: string }
}

/** An error or escalation travelled to the element that caught it. */
export type ErrorCaught = {
  readonly type: 'error-caught'
  readonly kind: 'error' | 'escalation'
  readonly code: string
  readonly thrownBy: Key
  readonly caughtBy: ElementId
}

/** Nobody caught it: the instance ends. */
export type ErrorUncaught = {
  readonly type: 'error-uncaught'
  readonly code: string
  readonly message: string
  readonly thrownBy: Key
}

export type IncidentRaised = {
  readonly type: 'incident-raised'
  readonly key: Key
  readonly elementInstanceKey: Key
  readonly element: ElementId
  readonly incidentType: IncidentType
  readonly message: string
  readonly step: IncidentStep
  readonly jobKey?: Key
  /** What the event that could not be activated carried: not lost when the step is done again. */
  readonly payload?: JsonObject
}
export type IncidentResolved = { readonly type: 'incident-resolved'; readonly key: Key }

/** Nothing moves until it is resumed: what it waits for is not on offer meanwhile. */
export type InstanceSuspended = {
  readonly type: 'instance-suspended'
  readonly key: Key
  readonly jobs: readonly Key[]
  readonly timers: readonly Key[]
  readonly subscriptions: readonly Key[]
}
/** What it waits for is on offer again. */
export type InstanceResumed = {
  readonly type: 'instance-resumed'
  readonly key: Key
  readonly jobs: JobsPublished['jobs']
  readonly timers: readonly Pick<TimerArmed, 'key' | 'elementInstanceKey' | 'element' | 'due'>[]
  readonly subscriptions: readonly Omit<SubscriptionOpened, 'type'>[]
}
/** Commands that a suspended instance takes, to do them when it is resumed. */
export type KeptCommand =
  | { readonly type: 'resolve-incident'; readonly incidentKey: Key }
  | {
      readonly type: 'receive-outcome'
      readonly childKey: Key
      readonly elementInstanceKey: Key
      readonly outcome: ParentNotified['outcome']
    }
export type CommandKept = { readonly type: 'command-kept'; readonly command: KeptCommand }

export type Event =
  | InstanceCreated
  | InstanceCompleted
  | InstanceTerminated
  | ElementActivated
  | ElementCompleted
  | ElementTerminated
  | FlowTaken
  | TokensDropped
  | VariablesSet
  | JobCreated
  | JobCompleted
  | JobFailed
  | JobErrorThrown
  | JobRetriesUpdated
  | JobCanceled
  | JobsPublished
  | UserTaskCreated
  | UserTaskUpdated
  | UserTaskCompleted
  | UserTaskCanceled
  | TimerArmed
  | TimerFired
  | TimerCanceled
  | SubscriptionOpened
  | SubscriptionClosed
  | SubscriptionTriggered
  | MessagePublished
  | SignalBroadcast
  | CallStarted
  | CallCanceled
  | CallEnded
  | EscalationReceived
  | ParentNotified
  | ErrorCaught
  | ErrorUncaught
  | IncidentRaised
  | IncidentResolved
  | InstanceSuspended
  | InstanceResumed
  | CommandKept

export type EventType = Event['type']
export type EventOf<T extends EventType> = Extract<Event, { readonly type: T }>
