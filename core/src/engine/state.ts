/**
 * The state of one process instance: a tree of element instances. Invariants:
 * S1 the root element instance exists until the instance ends, and its key is the instance's;
 * S2 every element instance but the root names a living scope, whose `children` counts it;
 * S3 `tokens` of a scope holds only flows into joins that have not fired, all counts > 0;
 * S4 an element instance that waits for something names it in `waits`, or has children, tokens or an incident.
 */
import type { Instant } from '../base/instant.ts'
import type { JsonValue } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import type { ElementId, FlowId } from '../model/program.ts'
import type { IncidentStep, IncidentType, ParentLink, UserTaskFields } from './event.ts'

/** One thing that can move an element instance on. */
export type Wait =
  | { readonly kind: 'job'; readonly key: Key; readonly jobType: string; readonly retries: number }
  | ({ readonly kind: 'user-task'; readonly key: Key } & UserTaskFields)
  | {
      readonly kind: 'timer'
      readonly key: Key
      readonly element: ElementId
      readonly due: Instant
      readonly repetitions?: number
      readonly cycle?: string
    }
  | {
      readonly kind: 'message' | 'signal'
      readonly key: Key
      readonly element: ElementId
      readonly name: string
      readonly correlationKey?: string
    }
  | { readonly kind: 'call'; readonly key: Key }

export type Incident = {
  readonly key: Key
  readonly elementInstanceKey: Key
  readonly type: IncidentType
  readonly step: IncidentStep
  readonly message: string
  readonly jobKey?: Key
}

export type ElementInstance = {
  readonly key: Key
  readonly element: ElementId
  readonly scope?: Key
  /** Living element instances directly inside. */
  children: number
  /** Tokens on flows into joins of this scope. */
  tokens: Record<FlowId, number>
  waits: readonly Wait[]
  variables: Record<string, JsonValue>
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
  readonly incidents: Map<Key, Incident>
}
