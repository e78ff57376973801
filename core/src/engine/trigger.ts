/** What happens when an event that something waits for occurs. */
import type { JsonObject } from '../base/json.ts'
import { type GraphFlow, type GraphNode, nodeOf } from './graph.ts'
import { resolveIncidentsOf } from './incident.ts'
import { completeElement, terminateChildren, terminateElement } from './lifecycle.ts'
import type { ElementInstance } from './state.ts'
import { activateNode } from './token.ts'
import { emit, nodeOfInstance, type Transition } from './transition.ts'
import { closeWait, closeWaits } from './waits.ts'

/** `owner` waited for `element`, which now occurs with `payload`. */
export function triggerEvent(
  tx: Transition,
  owner: ElementInstance,
  element: string,
  payload: JsonObject,
): void {
  const event = nodeOf(tx.graph, element)
  if (event.def.type === 'boundary-event') fireBoundaryEvent(tx, owner, event, payload)
  else if (owner.element === element) {
    // Before anything that can fail: what has occurred is not waited for again.
    closeWaitsFor(tx, owner, event)
    completeElement(tx, owner, payload)
  } else if (event.def.type === 'start-event') startEventSubProcess(tx, owner, event, payload)
  else chooseEvent(tx, owner, event, payload)
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
  if (isInterrupting(tx, event)) terminateElement(tx, host)
  activateNode(tx, event, host.scope, { payload })
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
  if (eventSubProcess.node.def.interrupting) {
    terminateChildren(tx, scope)
    resolveIncidentsOf(tx, scope.key)
    for (const wait of scope.waits) {
      if ('element' in wait && nodeOf(tx.graph, wait.element).def.type === 'start-event') closeWait(tx, wait)
    }
  }
  activateNode(tx, eventSubProcess.node, scope.key, { payload })
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
  activateNode(tx, event, scope, { payload })
}

/** Whether the event ends what it is attached to or inside of. */
export function isInterrupting(tx: Transition, event: GraphNode): boolean {
  if (event.def.type === 'boundary-event') return event.def.interrupting
  const container = event.def.scope === undefined ? undefined : nodeOf(tx.graph, event.def.scope)
  return container?.def.type !== 'event-sub-process' || container.def.interrupting
}
