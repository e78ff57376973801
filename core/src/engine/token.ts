/** Putting a token somewhere: along a flow, or straight onto an element. */
import type { JsonObject } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import type { FlowId } from '../model/program.ts'
import type { GraphFlow, GraphNode } from './graph.ts'
import { elementInstance, emit, type Transition } from './transition.ts'

/** Activates an element in a scope; it does its first step when the agenda reaches it. */
export function activateNode(
  tx: Transition,
  node: GraphNode,
  scope: Key,
  options: { readonly consumed?: readonly FlowId[]; readonly payload?: JsonObject } = {},
): Key {
  const key = tx.keys.next()
  const { consumed, payload } = options
  emit(tx, {
    type: 'element-activated',
    key,
    element: node.id,
    scope,
    ...(consumed === undefined ? {} : { consumed }),
  })
  tx.agenda.push(payload === undefined ? { kind: 'enter', key } : { kind: 'enter', key, payload })
  return key
}

/** Moves a token along a flow: its target is activated, or it waits there for a join. */
export function takeFlow(tx: Transition, flow: GraphFlow, scope: Key): void {
  if (!flow.target.joins) {
    emit(tx, { type: 'flow-taken', flow: flow.id, scope })
    activateNode(tx, flow.target, scope)
    return
  }
  emit(tx, { type: 'flow-taken', flow: flow.id, scope, waits: true })
  if (flow.target.def.type === 'parallel-gateway') fireParallelJoin(tx, flow.target, scope)
  else tx.agenda.push({ kind: 'check-scope', scope })
}

/** A parallel join fires once each incoming flow has a token (BPMN 2.0 §13.4.1). */
function fireParallelJoin(tx: Transition, join: GraphNode, scope: Key): void {
  const { tokens } = elementInstance(tx, scope)
  if (!join.incoming.every((flow) => tokens.has(flow.id))) return
  activateNode(tx, join, scope, { consumed: join.incoming.map((flow) => flow.id) })
}
