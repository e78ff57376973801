/**
 * The state of one process instance: a tree of element instances. Invariants:
 * S1 the root element instance exists until the instance ends, and its key is the instance's;
 * S2 every element instance but the root names a living scope, whose `children` counts it;
 * S3 `tokens` of a scope holds only flows into joins that have not fired, all counts > 0;
 * S4 an element instance has waits, children, tokens or an incident: something that can move it on;
 * S5 `owners` names for every wait the element instance that holds it, and `conditions` for every condition;
 * S6 a compensation record is in one place only: `records` of the scope where its activity completed, a record around
 *    it, or the `queue` of who undoes it, from where it goes when that begins.
 */
import type { Instant } from '../base/instant.ts'
import type { JsonObject, JsonValue } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import type { ElementId, FlowId } from '../model/program.ts'
import type {
  Beginning,
  CompensationRole,
  IncidentStep,
  IncidentType,
  KeptCommand,
  ParentLink,
} from './event.ts'
import type { ListenerStep, PendingChange, UserTaskFields } from './wait-event.ts'

export type JobWait = {
  readonly kind: 'job'
  readonly key: Key
  readonly jobType: string
  readonly retries: number
  readonly listener?: ListenerStep
  /** It gives the loop its items. */
  readonly items?: true
  readonly priority?: number
}
export type UserTaskWait = {
  readonly kind: 'user-task'
  readonly key: Key
  /** What the task's listeners are being asked about. */
  readonly pending?: PendingChange
} & UserTaskFields
export type TimerWait = {
  readonly kind: 'timer'
  readonly key: Key
  /** The event that fires. */
  readonly element: ElementId
  readonly due: Instant
  readonly repetitions?: number
  readonly cycle?: string
  readonly part?: number
}
export type SubscriptionWait = {
  readonly kind: 'message' | 'signal'
  readonly key: Key
  /** The event that is triggered. */
  readonly element: ElementId
  readonly name: string
  readonly correlationKey?: string
  readonly part?: number
}
export type ConditionWait = {
  readonly kind: 'condition'
  readonly key: Key
  /** The event that occurs. */
  readonly element: ElementId
  readonly part?: number
  /** It holds already, and must cease to before it can become true. */
  readonly met?: boolean
}
/** An ad-hoc sub-process can be told what to do next. */
export type ActivationWait = { readonly kind: 'activation'; readonly key: Key }
/** The key is the child instance's. */
export type CallWait = { readonly kind: 'call'; readonly key: Key }

/** One thing that can move an element instance on. */
export type Wait =
  | JobWait
  | UserTaskWait
  | TimerWait
  | SubscriptionWait
  | ConditionWait
  | ActivationWait
  | CallWait

export type Incident = {
  readonly key: Key
  readonly elementInstanceKey: Key
  readonly type: IncidentType
  readonly step: IncidentStep
  readonly message: string
  readonly jobKey?: Key
  readonly payload?: JsonObject
}

/** What can be undone of a completed activity. */
export type CompensationRecord = {
  readonly key: Key
  readonly element: ElementId
  readonly index?: number
  /** The activity's own data when it completed. */
  readonly snapshot: JsonObject
  /** Of what completed inside it, the oldest first. */
  readonly records?: readonly CompensationRecord[]
}

export type LoopState = {
  count: number
  started: number
  completed: number
  terminated: number
  /** More runs may come, as long as a job gives items. */
  open?: true
  /** By index of the run; absent: nobody collects them. */
  results?: JsonValue[]
}

/** What few element instances have. */
export type ElementExtras = {
  /** Number of this run, from 1, of the loop around. */
  readonly index?: number
  /** Of an event sub-process: the start event that occurred. */
  readonly start?: ElementId
  readonly role?: CompensationRole
  /** Of a process that has not begun yet: where it will. */
  begin?: Beginning
  /** Variables that its input mappings leave alone. */
  readonly given?: readonly string[]
  /** Its token has gone on already. */
  left?: true
  /** Its handler has been called. */
  handled?: true
  /** A transaction that ends by compensating itself. */
  cancels?: true
  loop?: LoopState
  /** Elements to activate as soon as nothing else runs inside. */
  enabled?: readonly ElementId[]
  /** What completed inside and can be undone, the oldest first. */
  records?: CompensationRecord[]
  /** What it undoes, from the end. */
  queue?: CompensationRecord[]
  /** Parallel multiple events of which some triggers have occurred, with what these carried. */
  matched?: Readonly<Record<ElementId, JsonObject>>
  /** Complex gateways inside that fired, with the flows they took tokens from. */
  fired?: Readonly<Record<ElementId, readonly FlowId[]>>
}

export type ElementInstance = {
  readonly key: Key
  element: ElementId
  readonly scope: Key | undefined
  extras: ElementExtras
  /** Living element instances directly inside. */
  children: number
  /** Tokens on flows into joins of this scope. */
  tokens: ReadonlyMap<FlowId, number>
  /** Replaced, never written to. */
  waits: readonly Wait[]
  variables: JsonObject
}

const copyLoop = (loop: LoopState): LoopState =>
  loop.results === undefined ? { ...loop } : { ...loop, results: [...loop.results] }

/** Shared by all that have none, so that they cost nothing; never written to. */
export const noExtras: ElementExtras = Object.freeze({})

/** Shared by all that have none. */
export const noTokens: ReadonlyMap<FlowId, number> = new Map()

/** Shared by all that have none. */
export const noWaits: readonly Wait[] = []

/** The tokens of a scope, to be written to. */
export function tokensOf(scope: ElementInstance): Map<FlowId, number> {
  if (scope.tokens === noTokens) scope.tokens = new Map()
  return scope.tokens as Map<FlowId, number>
}

/** The extras of an element instance, to be written to. */
export function extrasOf(instance: ElementInstance): ElementExtras {
  if (instance.extras === noExtras) instance.extras = {}
  return instance.extras
}

export type InstanceStatus = 'active' | 'completed' | 'terminated'

export type InstanceState = {
  readonly key: Key
  definitionKey: Key
  processId: string
  readonly parent?: ParentLink
  readonly businessId?: string
  readonly startKey?: string
  status: InstanceStatus
  readonly elements: Map<Key, ElementInstance>
  /** Wait → element instance. */
  readonly owners: Map<Key, Key>
  /** Wait for a condition → element instance, the oldest first. */
  readonly conditions: Map<Key, Key>
  readonly incidents: Map<Key, Incident>
  /** The process's variables when it ended. */
  result: JsonObject
  /** Nothing moves; what it waits for has no rows. */
  suspended: boolean
  /** What came while it was suspended, in order. */
  kept: readonly KeptCommand[]
}

/** A copy that shares nothing mutable. */
export function copyState(state: InstanceState): InstanceState {
  const elements = new Map<Key, ElementInstance>()
  for (const [key, element] of state.elements) {
    elements.set(key, {
      ...element,
      extras: copyExtras(element.extras),
      tokens: element.tokens.size === 0 ? noTokens : new Map(element.tokens),
    })
  }
  return {
    ...state,
    elements,
    owners: new Map(state.owners),
    conditions: new Map(state.conditions),
    incidents: new Map(state.incidents),
  }
}

function copyExtras(extras: ElementExtras): ElementExtras {
  if (extras === noExtras) return extras
  const { loop, records, queue } = extras
  return {
    ...extras,
    ...(loop === undefined ? {} : { loop: copyLoop(loop) }),
    ...(records === undefined ? {} : { records: [...records] }),
    ...(queue === undefined ? {} : { queue: [...queue] }),
  }
}
