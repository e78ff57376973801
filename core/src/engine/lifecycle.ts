/** What every element instance goes through: enter, complete, terminate. */
import type { JsonObject, JsonValue } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import { limits } from '../base/limits.ts'
import { type Result, success } from '../base/result.ts'
import type { Mapping } from '../model/program.ts'
import { callOwnHandler, snapshotOf, undoNext, undoScope } from './compensation.ts'
import type { Event } from './event.ts'
import type { GraphFlow, GraphNode } from './graph.ts'
import { raiseIncident, resolveIncidentsOf } from './incident.ts'
import { callListener, executionListeners } from './listener.ts'
import type { ElementInstance } from './state.ts'
import { takeFlows } from './token.ts'
import {
  behaviorOf,
  type ChildCompletion,
  elementInstance,
  emit,
  nodeOfInstance,
  type Problem,
  type Transition,
} from './transition.ts'
import { lookUp, mapSeeing, mapVariables, propagate, setLocal } from './variables.ts'
import type { ListenerStep } from './wait-event.ts'
import { fireWaitingJoin } from './waiting-join.ts'
import { closeWaits, openWaits } from './waits.ts'

/** First step of an activated element. It may be gone: something earlier in the same command interrupted its scope. */
export function enter(tx: Transition, key: Key, payload: JsonObject | undefined): void {
  const instance = tx.state.elements.get(key)
  if (instance === undefined) return
  tx.allowance -= 1
  const problem = tx.allowance < 0 ? stepLimit(instance) : begin(tx, instance, payload)
  if (problem !== undefined) raiseActivationIncident(tx, instance, problem, payload)
}

function raiseActivationIncident(
  tx: Transition,
  instance: ElementInstance,
  problem: Problem,
  payload: JsonObject | undefined,
): void {
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
  if (instance.extras.role === 'undo') {
    undoScope(tx, instance, node)
    return undefined
  }
  if (node.def.inputs.length > 0) {
    const mappings = inputsOf(instance, node)
    const inputs = mapSeeing(tx, mappings, instance.key, outsideOf(tx, instance, node, mappings))
    if (!inputs.ok) return inputs.error
    setLocal(tx, instance.key, inputs.value)
  }
  if (node.def.listeners === undefined) return activate(tx, instance, node, payload)
  const listening = callListener(tx, instance, node.def.listeners, { on: 'start', index: 0, payload })
  return listening === 'none' ? activate(tx, instance, node, payload) : listening
}

/** Without those to variables that it has been given. */
function inputsOf({ extras }: ElementInstance, { def }: GraphNode): readonly Mapping[] {
  const { given } = extras
  return given === undefined
    ? def.inputs
    : def.inputs.filter(({ target }) => !given.includes(target.split('.', 1)[0] ?? ''))
}

/** An element that begins again does not see what its inputs were the first time, but what they hid. */
function outsideOf(
  tx: Transition,
  { variables, scope }: ElementInstance,
  { container }: GraphNode,
  mappings: readonly Mapping[],
): JsonObject {
  const item = container?.def.type === 'loop' && 'inputElement' in container.def.loop
  const outside: Record<string, JsonValue> = {}
  for (const { target } of mappings) {
    const name = target.split('.', 1)[0] ?? ''
    const isItem = item && container.def.loop.inputElement === name
    if (Object.hasOwn(variables, name) && !isItem && scope !== undefined)
      outside[name] = lookUp(tx.state, scope, name) ?? null
  }
  return outside
}

function activate(
  tx: Transition,
  instance: ElementInstance,
  node: GraphNode,
  payload: JsonObject | undefined,
): Problem | undefined {
  const problem = openWaits(tx, instance.key, node.listeners)
  if (problem !== undefined) return problem
  return behaviorOf(tx, node).activate(tx, instance, node, payload)
}

/** Tries the first step again, from its beginning. */
export function reenter(tx: Transition, instance: ElementInstance, payload: JsonObject | undefined): void {
  closeWaits(tx, instance)
  tx.agenda.push({ kind: 'enter', key: instance.key, ...(payload === undefined ? {} : { payload }) })
}

/** An execution listener has done its job: the next one's turn, or the element's. */
export function goOnAfterListener(
  tx: Transition,
  instance: ElementInstance,
  step: ListenerStep,
  results: JsonObject,
): void {
  const node = nodeOfInstance(tx, instance)
  const { on, payload } = step
  if (on === 'start') setLocal(tx, instance.key, results)
  else storeResults(tx, instance, node, results)
  const next = { on, index: step.index + 1, payload }
  const listening = callListener(tx, instance, executionListeners(node), next)
  if (on === 'start') {
    const problem = listening === 'none' ? activate(tx, instance, node, payload) : listening
    if (problem !== undefined) raiseActivationIncident(tx, instance, problem, payload)
  } else {
    const problem = listening === 'none' ? leave(tx, instance, node) : listening
    if (problem !== undefined) raiseIncident(tx, instance, 'complete', problem)
  }
}

/** The element has done its work: its results go outwards and its token goes on. On trouble, an incident. */
export function completeElement(tx: Transition, instance: ElementInstance, results?: JsonObject): void {
  const node = nodeOfInstance(tx, instance)
  if (results !== undefined) storeResults(tx, instance, node, results)
  const problem = node.def.listeners === undefined ? leave(tx, instance, node) : end(tx, instance, node)
  if (problem !== undefined) raiseIncident(tx, instance, 'complete', problem)
}

function end(tx: Transition, instance: ElementInstance, node: GraphNode): Problem | undefined {
  const listening = callListener(tx, instance, executionListeners(node), { on: 'end', index: 0 })
  return listening === 'none' ? leave(tx, instance, node) : listening
}

/** Results that output mappings choose from stay inside. What a handler changes is not its copy of the data. */
function storeResults(tx: Transition, instance: ElementInstance, node: GraphNode, results: JsonObject): void {
  if (node.def.outputs.length > 0) setLocal(tx, instance.key, results)
  else if (instance.extras.role === 'handler' && instance.scope !== undefined)
    propagate(tx, instance.scope, results)
  else {
    propagate(tx, instance.key, results)
    // Its own data, which the handler will see (BPMN 2.0 §10.6.1).
    if (node.compensation?.handler !== undefined) setLocal(tx, instance.key, results)
  }
}

function leave(tx: Transition, instance: ElementInstance, node: GraphNode): Problem | undefined {
  const { scope, extras } = instance
  const { outputs } = node.def
  if (outputs.length > 0 && extras.role !== 'undo') {
    const into = extras.index === undefined ? (scope ?? instance.key) : instance.key
    const mapped = mapVariables(tx, outputs, instance.key, into)
    if (!mapped.ok) return mapped.error
    propagate(tx, into, mapped.value)
  }
  const flows = flowsOut(tx, instance, node)
  if (!flows.ok) return flows.error
  const completion = tellScope(tx, instance, node)
  if (!completion.ok) return completion.error
  const snapshot = snapshotOf(tx, instance, node)
  if (!snapshot.ok) return snapshot.error
  closeWaits(tx, instance)
  resolveIncidentsOf(tx, instance.key)
  emit(tx, completed(instance, completion.value?.result, snapshot.value))
  if (scope === undefined) {
    endInstance(tx)
    return undefined
  }
  takeFlows(tx, node, flows.value, scope)
  completion.value?.after()
  afterLeaving(tx, scope, flows.value.length)
  return undefined
}

function completed(
  { key, element }: ElementInstance,
  result: JsonValue | undefined,
  snapshot: JsonObject | undefined,
): Event {
  const event = { type: 'element-completed', key, element } as const
  if (result === undefined && snapshot === undefined) return event
  return {
    ...event,
    ...(result === undefined ? {} : { result }),
    ...(snapshot === undefined ? {} : { snapshot }),
  }
}

/** A run's token goes on when its loop is done; that of what compensates, when everything is undone. */
function flowsOut(
  tx: Transition,
  instance: ElementInstance,
  node: GraphNode,
): Result<readonly GraphFlow[], Problem> {
  const { role, index, left } = instance.extras
  if (role !== undefined || index !== undefined || left === true) return success([])
  return behaviorOf(tx, node).leave(tx, instance, node)
}

/** Made once: most completions need it. */
const nothing = success(undefined)

/** Scopes that count what completes in them hear of it; what compensates is not counted. */
function tellScope(
  tx: Transition,
  instance: ElementInstance,
  { container }: GraphNode,
): Result<ChildCompletion | undefined, Problem> {
  if (container === undefined || instance.scope === undefined) return nothing
  const { childCompletes } = behaviorOf(tx, container)
  if (childCompletes === undefined || instance.extras.role !== undefined) return nothing
  const scope = elementInstance(tx, instance.scope)
  return scope.extras.role === 'undo' ? nothing : childCompletes(tx, scope, container, instance)
}

/** A token that ended, or moved to where it can't reach a waiting join any more, may let its scope go on. */
export function afterLeaving(tx: Transition, scope: Key, flowsTaken: number): void {
  const instance = tx.state.elements.get(scope)
  if (instance === undefined) return
  if (flowsTaken === 0 || instance.tokens.size > 0 || instance.extras.fired !== undefined)
    tx.agenda.push({ kind: 'check-scope', scope })
}

/** A token may have been the last of its scope, or the one that a join waited for. */
export function checkScope(tx: Transition, key: Key): void {
  const scope = tx.state.elements.get(key)
  if (scope === undefined) return
  const node = nodeOfInstance(tx, scope)
  if (node.waitingJoins.length > 0 && fireWaitingJoin(tx, scope, node)) {
    tx.agenda.push({ kind: 'check-scope', scope: key })
    return
  }
  if (scope.children > 0 || scope.tokens.size > 0) return
  const { queue, role } = scope.extras
  if (queue !== undefined && queue.length > 0) undoNext(tx, scope)
  else if (role === 'undo') {
    if (!callOwnHandler(tx, scope, node)) completeElement(tx, scope)
  } else {
    const { drained } = behaviorOf(tx, node)
    if (drained === undefined) completeElement(tx, scope)
    else {
      const problem = drained(tx, scope, node)
      if (problem !== undefined) raiseIncident(tx, scope, 'check', problem)
    }
  }
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
