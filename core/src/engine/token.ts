/** Putting a token somewhere: along a flow, or straight onto an element. */
import type { JsonObject } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import type { ElementId, FlowId } from '../model/program.ts'
import type { CompensationRole } from './event.ts'
import type { GraphFlow, GraphNode } from './graph.ts'
import { elementInstance, emit, type Transition } from './transition.ts'

export type Activation = {
  readonly consumed?: readonly FlowId[]
  readonly index?: number
  readonly start?: ElementId
  readonly role?: CompensationRole
  readonly record?: Key
  readonly given?: readonly string[]
}

/** Activates an element in a scope; it does its first step when the agenda reaches it. */
export function activateNode(
  tx: Transition,
  node: GraphNode,
  scope: Key,
  activation?: Activation,
  payload?: JsonObject,
): Key {
  const key = tx.keys.next()
  if (activation === undefined) emit(tx, { type: 'element-activated', key, element: node.id, scope })
  else emit(tx, { type: 'element-activated', key, element: node.id, scope, ...activation })
  if (payload !== undefined) tx.agenda.push({ kind: 'enter', key, payload })
  else tx.agenda.push({ kind: node.throwsSignal ? 'throw' : 'enter', key })
  return key
}

/** Moves a token along a flow: its target is activated, or it waits there for others. */
export function takeFlow(tx: Transition, flow: GraphFlow, scope: Key): void {
  const { target } = flow
  if (target.join === undefined) {
    emit(tx, { type: 'flow-taken', flow: flow.id, scope })
    activateNode(tx, target, scope)
    return
  }
  emit(tx, { type: 'flow-taken', flow: flow.id, scope, waits: true })
  if (target.join.kind === 'parallel') fireParallelJoin(tx, target, scope)
  else if (target.join.kind === 'quantity') gatherTokens(tx, target, scope, target.join.tokens)
  else tx.agenda.push({ kind: 'check-scope', scope })
}

/** Along each flow as many tokens as the activity makes (`completionQuantity`). */
export function takeFlows(tx: Transition, node: GraphNode, flows: readonly GraphFlow[], scope: Key): void {
  for (const flow of flows) {
    for (let token = 0; token < node.completionQuantity; token++) takeFlow(tx, flow, scope)
  }
}

/** A parallel join fires once each incoming flow has a token (BPMN 2.0 §13.4.1). */
function fireParallelJoin(tx: Transition, join: GraphNode, scope: Key): void {
  const { tokens } = elementInstance(tx, scope)
  if (!join.incoming.every((flow) => tokens.has(flow.id))) return
  activateNode(tx, join, scope, { consumed: join.incoming.map((flow) => flow.id) })
}

/** An activity begins once enough tokens have come, over whichever flows (§13.3.2, `startQuantity`). */
function gatherTokens(tx: Transition, activity: GraphNode, scope: Key, wanted: number): void {
  const { tokens } = elementInstance(tx, scope)
  const waiting = activity.incoming.flatMap(({ id }) => Array<FlowId>(tokens.get(id) ?? 0).fill(id))
  if (waiting.length >= wanted) activateNode(tx, activity, scope, { consumed: waiting.slice(0, wanted) })
}
