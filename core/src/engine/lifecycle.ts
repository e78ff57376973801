/** What every element instance goes through: enter, complete, terminate. */
import type { JsonObject } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import { limits } from '../base/limits.ts'
import type { GraphNode } from './graph.ts'
import { raiseIncident, resolveIncidentsOf } from './incident.ts'
import { fireInclusiveJoins } from './inclusive-join.ts'
import type { ElementInstance } from './state.ts'
import { takeFlow } from './token.ts'
import {
  type Behavior,
  elementInstance,
  emit,
  nodeOfInstance,
  type Problem,
  type Step,
  type Transition,
} from './transition.ts'
import { mapVariables, propagate, setLocal } from './variables.ts'
import { closeWaits, openWaits } from './waits.ts'

/** Works until nothing is left to do at once. */
export function runAgenda(tx: Transition): void {
  for (let done = 0; done < tx.agenda.length; done++) {
    const step = tx.agenda[done] as Step
    if (step.kind === 'enter') enter(tx, step.key, step.payload)
    else checkScope(tx, step.scope)
  }
  tx.agenda.length = 0
}

const behaviorOf = (tx: Transition, node: GraphNode): Behavior => tx.behaviors[node.def.type] as Behavior

/** First step of an activated element. It may be gone: something earlier in the same command interrupted its scope. */
function enter(tx: Transition, key: Key, payload: JsonObject | undefined): void {
  const instance = tx.state.elements.get(key)
  if (instance === undefined) return
  tx.activations += 1
  const problem =
    tx.activations > limits.activationsPerCommand ? stepLimit(instance) : begin(tx, instance, payload)
  if (problem === undefined) return
  raiseIncident(tx, instance, 'activate', problem, payload === undefined ? {} : { payload })
}

const stepLimit = (instance: ElementInstance): Problem => ({
  type: 'STEP_LIMIT',
  message: `stopped at '${instance.element}' after ${limits.activationsPerCommand} elements without a wait: is there a loop without an exit? Resolve to go on`,
})

function begin(
  tx: Transition,
  instance: ElementInstance,
  payload: JsonObject | undefined,
): Problem | undefined {
  const node = nodeOfInstance(tx, instance)
  if (node.def.inputs.length > 0) {
    const inputs = mapVariables(tx, node.def.inputs, instance.key, undefined)
    if (!inputs.ok) return inputs.error
    setLocal(tx, instance.key, inputs.value)
  }
  const problem = openWaits(tx, instance.key, node.listeners)
  if (problem !== undefined) return problem
  return behaviorOf(tx, node).activate(tx, instance, node, payload)
}

/** Tries the first step again, from its beginning. */
export function reenter(tx: Transition, instance: ElementInstance, payload: JsonObject | undefined): void {
  closeWaits(tx, instance)
  tx.agenda.push({ kind: 'enter', key: instance.key, ...(payload === undefined ? {} : { payload }) })
}

/** The element has done its work: its results go outwards and its token goes on. On trouble, an incident. */
export function completeElement(tx: Transition, instance: ElementInstance, results?: JsonObject): void {
  const problem = tryComplete(tx, instance, results)
  if (problem !== undefined) raiseIncident(tx, instance, 'complete', problem)
}

function tryComplete(
  tx: Transition,
  instance: ElementInstance,
  results: JsonObject | undefined,
): Problem | undefined {
  const node = nodeOfInstance(tx, instance)
  const { outputs } = node.def
  if (results !== undefined) {
    if (outputs.length > 0) setLocal(tx, instance.key, results)
    else propagate(tx, instance.key, results)
  }
  if (outputs.length > 0) {
    const into = instance.scope ?? instance.key
    const mapped = mapVariables(tx, outputs, instance.key, into)
    if (!mapped.ok) return mapped.error
    propagate(tx, into, mapped.value)
  }
  const flows = behaviorOf(tx, node).leave(tx, instance, node)
  if (!flows.ok) return flows.error
  closeWaits(tx, instance)
  resolveIncidentsOf(tx, instance.key)
  const { scope } = instance
  emit(tx, { type: 'element-completed', key: instance.key, element: instance.element })
  if (scope === undefined) {
    endInstance(tx)
    return undefined
  }
  for (const flow of flows.value) takeFlow(tx, flow, scope)
  afterLeaving(tx, scope, flows.value.length)
  return undefined
}

/** A token that ended, or moved to where it can't reach a waiting inclusive join any more, may let its scope go on. */
export function afterLeaving(tx: Transition, scope: Key, flowsTaken: number): void {
  if (flowsTaken === 0 || elementInstance(tx, scope).tokens.size > 0)
    tx.agenda.push({ kind: 'check-scope', scope })
}

function checkScope(tx: Transition, key: Key): void {
  const scope = tx.state.elements.get(key)
  if (scope === undefined) return
  if (fireInclusiveJoins(tx, key)) {
    tx.agenda.push({ kind: 'check-scope', scope: key })
    return
  }
  if (scope.children === 0 && scope.tokens.size === 0) completeElement(tx, scope)
}

function endInstance(tx: Transition): void {
  const { parent, key, result } = tx.state
  if (parent !== undefined) {
    emit(tx, {
      type: 'parent-notified',
      key: tx.keys.next(),
      parent,
      outcome: { kind: 'completed', variables: result },
    })
  }
  emit(tx, { type: 'instance-completed', key })
}

/** Ends an element instance and everything inside it, innermost first; no token goes on. */
export function terminateElement(tx: Transition, instance: ElementInstance): void {
  terminateChildren(tx, instance)
  closeWaits(tx, instance)
  resolveIncidentsOf(tx, instance.key)
  emit(tx, { type: 'element-terminated', key: instance.key, element: instance.element })
}

export function terminateChildren(tx: Transition, scope: ElementInstance): void {
  if (scope.children > 0) {
    const children = [...tx.state.elements.values()].filter((child) => child.scope === scope.key)
    for (const child of children.reverse()) terminateElement(tx, child)
  }
  if (scope.tokens.size > 0) emit(tx, { type: 'tokens-dropped', scope: scope.key })
}

/** Ends the whole instance without completing it. */
export function terminateInstance(tx: Transition): void {
  const { key } = tx.state
  terminateElement(tx, elementInstance(tx, key))
  emit(tx, { type: 'instance-terminated', key })
}
