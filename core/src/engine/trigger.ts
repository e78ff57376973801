/** What happens when an event that something waits for occurs. */
import type { JsonObject } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import { type GraphFlow, type GraphNode, nodeOf, type TriggeredNode } from './graph.ts'
import { raiseIncident, resolveIncidentsOf } from './incident.ts'
import { completeElement, terminateChildren, terminateElement } from './lifecycle.ts'
import type { ElementInstance } from './state.ts'
import { activateNode } from './token.ts'
import { emit, nodeOfInstance, type Transition } from './transition.ts'
import { closeWait, closeWaits, openWaits } from './waits.ts'

/** `owner` waited for `element`, which now occurs with `payload`; `wait` is the wait that says so. */
export function triggerEvent(
  tx: Transition,
  owner: ElementInstance,
  element: string,
  payload: JsonObject,
  wait: Key,
): void {
  const event = nodeOf(tx.graph, element) as TriggeredNode
  if (needsAll(event)) matchTrigger(tx, owner, event, payload, wait)
  else occur(tx, owner, event, payload)
}

function occur(tx: Transition, owner: ElementInstance, event: TriggeredNode, payload: JsonObject): void {
  if (event.def.type === 'boundary-event') fireBoundaryEvent(tx, owner, event, payload)
  else if (owner.element === event.id) {
    // Before anything that can fail: what has occurred is not waited for again.
    closeWaitsFor(tx, owner, event)
    completeElement(tx, owner, payload)
  } else if (event.def.type === 'start-event') startEventSubProcess(tx, owner, event, payload)
  else chooseEvent(tx, owner, event, payload)
}

/** Of a parallel multiple event all triggers must occur, each once; then it does, with what all of them carried. */
function matchTrigger(
  tx: Transition,
  owner: ElementInstance,
  event: TriggeredNode,
  variables: JsonObject,
  wait: Key,
): void {
  const open = owner.waits.find(({ key }) => key === wait)
  if (open !== undefined) closeWait(tx, open)
  const last = !owner.waits.some((other) => 'element' in other && other.element === event.id)
  const payload = { ...owner.extras.matched?.[event.id], ...variables }
  emit(tx, {
    type: 'trigger-matched',
    elementInstanceKey: owner.key,
    element: event.id,
    variables,
    ...(last ? { last } : {}),
  })
  if (!last) return
  if (!isInterrupting(event)) {
    const problem = openWaits(tx, owner.key, [event])
    if (problem !== undefined) raiseIncident(tx, owner, 'activate', problem)
  }
  occur(tx, owner, event, payload)
}

function closeWaitsFor(tx: Transition, owner: ElementInstance, event: GraphNode): void {
  for (const wait of owner.waits) if ('element' in wait && wait.element === event.id) closeWait(tx, wait)
}

/** An interrupting one ends its host first, with everything inside (BPMN 2.0 §13.5.3). */
export function fireBoundaryEvent(
  tx: Transition,
  host: ElementInstance,
  event: GraphNode,
  payload: JsonObject,
): void {
  if (host.scope === undefined) throw new Error(`boundary event ${event.id} on a process`)
  if (isInterrupting(event)) terminateElement(tx, host)
  activateNode(tx, event, host.scope, undefined, payload)
}

/** An interrupting one ends all else in the scope, which then listens to no other event sub-process. */
export function startEventSubProcess(
  tx: Transition,
  scope: ElementInstance,
  start: GraphNode,
  payload: JsonObject,
): void {
  const eventSubProcess = nodeOfInstance(tx, scope).eventSubProcesses.find(
    (candidate) => candidate.start === start,
  )
  if (eventSubProcess === undefined)
    throw new Error(`${start.id} starts no event sub-process of ${scope.element}`)
  if (isInterrupting(start)) {
    terminateChildren(tx, scope)
    resolveIncidentsOf(tx, scope.key)
    stopListening(tx, scope)
  }
  activateNode(tx, eventSubProcess.node, scope.key, { start: start.id }, payload)
}

/** The scope waits for no event sub-process any more. */
export function stopListening(tx: Transition, scope: ElementInstance): void {
  for (const wait of scope.waits) {
    if ('element' in wait && nodeOf(tx.graph, wait.element).def.type === 'start-event') closeWait(tx, wait)
  }
}

/** Event-based gateway: the first event wins, the others are no longer waited for (§13.4.4). */
function chooseEvent(tx: Transition, gateway: ElementInstance, event: GraphNode, payload: JsonObject): void {
  const flow = nodeOfInstance(tx, gateway).outgoing.find((candidate: GraphFlow) => candidate.target === event)
  if (flow === undefined || gateway.scope === undefined)
    throw new Error(`${gateway.element} does not lead to ${event.id}`)
  const { scope } = gateway
  closeWaits(tx, gateway)
  emit(tx, { type: 'element-completed', key: gateway.key, element: gateway.element })
  emit(tx, { type: 'flow-taken', flow: flow.id, scope })
  activateNode(tx, event, scope, undefined, payload)
}

/** Whether several triggers must all have occurred. */
export const needsAll = ({ def }: GraphNode): boolean =>
  'trigger' in def && def.trigger.kind === 'multiple' && def.trigger.parallel

/** Whether the event ends what it is attached to or inside of. */
export const isInterrupting = ({ def }: GraphNode): boolean =>
  (def.type !== 'boundary-event' && def.type !== 'start-event') || def.interrupting
