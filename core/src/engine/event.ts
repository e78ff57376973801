/**
 * Facts about one process instance, in the past tense. The log of an instance is a list of these; its state and
 * every table, stream and screen is a fold over them. Names and fields are stored forever: add, never change.
 */
import type { JsonObject, JsonValue } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import type { ElementId, FlowId } from '../model/program.ts'
import type { JobsPublished, SubscriptionOpened, TimerArmed, WaitEvent } from './wait-event.ts'

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
  | 'DECISION_EVALUATION_ERROR'

/** The step of an element instance that failed and is tried again when its incident is resolved. */
export type IncidentStep =
  | 'activate'
  | 'complete'
  | 'job'
  /** Whether a scope, or a gateway in it, can go on. */
  | 'check'

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
  /** Number of the run, from 1, in the loop that the scope is. */
  readonly index?: number
  /** Of an event sub-process: the start event that occurred. */
  readonly start?: ElementId
  readonly role?: CompensationRole
  /** The record that is compensated by this, taken from the scope's queue. */
  readonly record?: Key
  /** Of the process: where its tokens begin, when not at its start events. */
  readonly begin?: Beginning
  /** Names of variables that it has been given, which its input mappings leave alone. */
  readonly given?: readonly string[]
}
/** Where the tokens of an instance begin, all directly inside the process. */
export type Beginning = {
  /** Activated; `variables` are local to the element, and win over its input mappings. */
  readonly elements: readonly { readonly element: ElementId; readonly variables?: JsonObject }[]
  /** A token is on each, as if what it comes from had completed. */
  readonly flows: readonly FlowId[]
}
/** `undo`: a completed scope, entered again to undo what is inside. `handler`: the activity that undoes another. */
export type CompensationRole = 'undo' | 'handler'

export type ElementCompleted = {
  readonly type: 'element-completed'
  readonly key: Key
  readonly element: ElementId
  /** What a run gives to the output collection of its loop. */
  readonly result?: JsonValue
  /** It can be compensated, with this data of its own. */
  readonly snapshot?: JsonObject
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

/**
 * A loop knows, or knows anew, how many runs it has. `collects`: their results become a list. `open`: more may come, as
 * long as a job gives items.
 */
export type LoopCounted = {
  readonly type: 'loop-counted'
  readonly key: Key
  readonly count: number
  readonly collects?: true
  readonly open?: true
}
/** Elements of an ad-hoc sub-process that are activated as soon as nothing else runs in it. */
export type ElementsEnabled = {
  readonly type: 'elements-enabled'
  readonly key: Key
  readonly elements: readonly ElementId[]
}
/** A complex gateway took tokens from these flows, and waits for the others before it can fire anew. */
export type GatewayFired = {
  readonly type: 'gateway-fired'
  readonly scope: Key
  readonly gateway: ElementId
  readonly flows: readonly FlowId[]
}
export type GatewayReset = {
  readonly type: 'gateway-reset'
  readonly scope: Key
  readonly gateway: ElementId
}

/**
 * The element instance undoes, last first, what has completed in the scopes `from`: all of it, or the runs of `activity`.
 * `left`: its token has gone on already. `cancels`: it is a transaction, which ends by that.
 */
export type CompensationStarted = {
  readonly type: 'compensation-started'
  readonly key: Key
  readonly from: readonly Key[]
  readonly activity?: ElementId
  readonly left?: true
  readonly cancels?: true
}

export type VariablesSet = {
  readonly type: 'variables-set'
  /** Element instance that owns them. */
  readonly scope: Key
  readonly variables: JsonObject
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
  readonly subscriptions: readonly Omit<SubscriptionOpened, 'type' | 'part'>[]
}
/** Somebody moved tokens by hand: what was activated and ended follows, with what came of it. */
export type InstanceModified = {
  readonly type: 'instance-modified'
  readonly key: Key
  readonly activated: readonly Key[]
  readonly terminated: readonly Key[]
}
/** The instance runs another definition from now on. What it waits for belongs to other elements there. */
export type InstanceMigrated = {
  readonly type: 'instance-migrated'
  readonly key: Key
  readonly definitionKey: Key
  readonly processId: string
  readonly mapping: readonly { readonly source: ElementId; readonly target: ElementId }[]
  readonly moved: readonly {
    readonly kind: 'job' | 'user-task' | 'timer' | 'subscription' | 'incident'
    readonly key: Key
    readonly element: ElementId
  }[]
}
/** Commands that a suspended instance takes, to do them when it is resumed. */
export type KeptCommand =
  | { readonly type: 'resolve-incident'; readonly incidentKey: Key; readonly retries?: number }
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
  | LoopCounted
  | ElementsEnabled
  | GatewayFired
  | GatewayReset
  | CompensationStarted
  | VariablesSet
  | WaitEvent
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
  | InstanceModified
  | InstanceMigrated

export type EventType = Event['type']
export type EventOf<T extends EventType> = Extract<Event, { readonly type: T }>
