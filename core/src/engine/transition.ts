/** One command at work: the state it changes, the events so far, and what is still to do. */
import type { Instant } from '../base/instant.ts'
import type { JsonObject, JsonValue } from '../base/json.ts'
import type { Key, KeySource } from '../base/key.ts'
import type { Result } from '../base/result.ts'
import type { Node } from '../model/program.ts'
import type { Event, IncidentType } from './event.ts'
import { evolve } from './evolve.ts'
import type { Graph, GraphFlow, GraphNode } from './graph.ts'
import { nodeOf } from './graph.ts'
import type { ElementInstance, InstanceState } from './state.ts'

/** Why an element can't go on: becomes an incident. */
export type Problem = { readonly type: IncidentType; readonly message: string }

/** What an element does. All else (scopes, boundary events, mappings, joins) is the same for all. */
export type Behavior<N extends Node = Node> = {
  /**
   * A token is here: wait for something, or go on with `completeElement`. With `payload`, what the element would
   * wait for has happened already and carried these variables.
   */
  readonly activate: (
    tx: Transition,
    instance: ElementInstance,
    node: GraphNode<N>,
    payload: JsonObject | undefined,
  ) => Problem | undefined
  /** Which flows a token leaves by. */
  readonly leave: (
    tx: Transition,
    instance: ElementInstance,
    node: GraphNode<N>,
  ) => Result<readonly GraphFlow[], Problem>
  /** Its own job has completed with these results. Absent: it completes with them. */
  readonly jobCompletes?: (
    tx: Transition,
    instance: ElementInstance,
    node: GraphNode<N>,
    results: JsonObject,
  ) => void
  /** Something directly inside `scope` is about to complete. */
  readonly childCompletes?: (
    tx: Transition,
    scope: ElementInstance,
    node: GraphNode<N>,
    child: ElementInstance,
  ) => Result<ChildCompletion, Problem>
  /** Nothing is left inside. Absent: then it completes. */
  readonly drained?: (tx: Transition, scope: ElementInstance, node: GraphNode<N>) => Problem | undefined
}

export type ChildCompletion = {
  /** What the child gives to the scope. */
  readonly result?: JsonValue
  /** What the scope does once the child has completed. */
  readonly after: () => void
}

/** By type of node; each is for nodes of its own type only. */
export type Behaviors = ReadonlyMap<string, Behavior<never>>

/** Later steps of the same command, first in first out: no recursion, whatever the length of the path. */
export type Step =
  /** An activated element does its first step; for `payload` see `Behavior.activate`. */
  | { readonly kind: 'enter'; readonly key: Key; readonly payload?: JsonObject }
  /** As `enter`, but after all that can still begin to wait for what it throws. */
  | { readonly kind: 'throw'; readonly key: Key }
  /** A token may have been the last of its scope, or the one that an inclusive join waited for. */
  | { readonly kind: 'check-scope'; readonly scope: Key }
  /** Variables have changed that conditions may depend on. */
  | { readonly kind: 'check-conditions' }

export type Transition = {
  readonly graph: Graph
  readonly behaviors: Behaviors
  readonly state: InstanceState
  readonly now: Instant
  readonly keys: KeySource
  readonly graphOf: ((definitionKey: Key) => Graph | undefined) | undefined
  readonly events: Event[]
  readonly agenda: Step[]
  /** What throws once the agenda is empty. */
  readonly throwers: Key[]
  /** Elements that may still be activated before the command is stopped as a loop without a wait. */
  allowance: number
}

export function emit(tx: Transition, event: Event): void {
  evolve(tx.state, event)
  tx.events.push(event)
}

export function elementInstance(tx: Transition, key: Key): ElementInstance {
  const instance = tx.state.elements.get(key)
  if (instance === undefined) throw new Error(`element instance ${key} is not alive in ${tx.state.key}`)
  return instance
}

/** A run of a loop has the id of the loop, and a node of its own. */
export function nodeOfInstance(tx: Transition, instance: ElementInstance): GraphNode {
  const node = nodeOf(tx.graph, instance.element)
  return instance.extras.index === undefined ? node : (node.run ?? node)
}

export const behaviorOf = (tx: Transition, node: GraphNode): Behavior =>
  tx.behaviors.get(node.def.type) as Behavior
