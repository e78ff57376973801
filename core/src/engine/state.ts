/**
 * The state of one process instance: a tree of element instances. Invariants:
 * S1 the root element instance exists until the instance ends, and its key is the instance's;
 * S2 every element instance but the root names a living scope, whose `children` counts it;
 * S3 `tokens` of a scope holds only flows into joins that have not fired, all counts > 0;
 * S4 an element instance has waits, children, tokens or an incident: something that can move it on;
 * S5 `owners` names for every wait the element instance that holds it, and nothing else.
 */
import type { Instant } from '../base/instant.ts'
import type { JsonObject } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import type { ElementId, FlowId } from '../model/program.ts'
import type { IncidentStep, IncidentType, KeptCommand, ParentLink, UserTaskFields } from './event.ts'

export type JobWait = {
  readonly kind: 'job'
  readonly key: Key
  readonly jobType: string
  readonly retries: number
}
export type UserTaskWait = { readonly kind: 'user-task'; readonly key: Key } & UserTaskFields
export type TimerWait = {
  readonly kind: 'timer'
  readonly key: Key
  /** The event that fires. */
  readonly element: ElementId
  readonly due: Instant
  readonly repetitions?: number
  readonly cycle?: string
}
export type SubscriptionWait = {
  readonly kind: 'message' | 'signal'
  readonly key: Key
  /** The event that is triggered. */
  readonly element: ElementId
  readonly name: string
  readonly correlationKey?: string
}
/** The key is the child instance's. */
export type CallWait = { readonly kind: 'call'; readonly key: Key }

/** One thing that can move an element instance on. */
export type Wait = JobWait | UserTaskWait | TimerWait | SubscriptionWait | CallWait

export type Incident = {
  readonly key: Key
  readonly elementInstanceKey: Key
  readonly type: IncidentType
  readonly step: IncidentStep
  readonly message: string
  readonly jobKey?: Key
  readonly payload?: JsonObject
}

export type ElementInstance = {
  readonly key: Key
  readonly element: ElementId
  readonly scope: Key | undefined
  /** Living element instances directly inside. */
  children: number
  /** Tokens on flows into joins of this scope. */
  tokens: Map<FlowId, number>
  waits: Wait[]
  variables: JsonObject
}

export type InstanceStatus = 'active' | 'completed' | 'terminated'

export type InstanceState = {
  readonly key: Key
  readonly definitionKey: Key
  readonly processId: string
  readonly parent?: ParentLink
  readonly businessId?: string
  readonly startKey?: string
  status: InstanceStatus
  readonly elements: Map<Key, ElementInstance>
  /** Wait → element instance. */
  readonly owners: Map<Key, Key>
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
    elements.set(key, { ...element, tokens: new Map(element.tokens), waits: [...element.waits] })
  }
  return { ...state, elements, owners: new Map(state.owners), incidents: new Map(state.incidents) }
}
