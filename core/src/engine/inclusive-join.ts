/** When the tokens that wait at an inclusive gateway go on as one. */
import type { Key } from '../base/key.ts'
import type { FlowId } from '../model/program.ts'
import { type GraphNode, nodeOf } from './graph.ts'
import { activateNode } from './token.ts'
import { elementInstance, type Transition } from './transition.ts'

/**
 * Fires inclusive joins of a scope that no further token can reach (§13.4.3). A join waits for a token elsewhere when
 * that token has a path to one of its empty incoming flows and none to a flow that has a token already.
 */
export function fireInclusiveJoins(tx: Transition, scope: Key): boolean {
  const { tokens } = elementInstance(tx, scope)
  if (tokens.size === 0) return false
  const joins = new Set<GraphNode>()
  for (const { def } of tx.graph.nodes.values()) {
    if (def.type !== 'inclusive-gateway') continue
    if (def.incoming.some((flow) => tokens.has(flow))) joins.add(nodeOf(tx.graph, def.id))
  }
  for (const join of joins) {
    if (isAwaited(tx, join, scope)) continue
    const consumed = join.incoming.filter((flow) => tokens.has(flow.id)).map((flow) => flow.id)
    activateNode(tx, join, scope, { consumed })
    return true
  }
  return false
}

function isAwaited(tx: Transition, join: GraphNode, scope: Key): boolean {
  const { tokens } = elementInstance(tx, scope)
  const filled = new Set<FlowId>()
  const empty = new Set<FlowId>()
  for (const flow of join.incoming) (tokens.has(flow.id) ? filled : empty).add(flow.id)
  if (empty.size === 0) return false
  for (const position of positions(tx, scope)) {
    if (position === join) continue
    const reached = reachable(position, join)
    if (overlaps(reached, empty) && !overlaps(reached, filled)) return true
  }
  return false
}

const overlaps = (flows: ReadonlySet<FlowId>, wanted: ReadonlySet<FlowId>): boolean =>
  !flows.isDisjointFrom(wanted)

/** Where tokens of a scope are: at living elements, and in front of other joins. */
function positions(tx: Transition, scope: Key): Set<GraphNode> {
  const found = new Set<GraphNode>()
  for (const instance of tx.state.elements.values()) {
    if (instance.scope === scope) found.add(nodeOf(tx.graph, instance.element))
  }
  const { tokens, element } = elementInstance(tx, scope)
  for (const node of tx.graph.nodes.values()) {
    if (node.def.scope === element && node.incoming.some((flow) => tokens.has(flow.id))) found.add(node)
  }
  return found
}

/** Flows that a token at `from` may take, not going through `barrier`. */
function reachable(from: GraphNode, barrier: GraphNode): Set<FlowId> {
  const flows = new Set<FlowId>()
  const seen = new Set<GraphNode>([from])
  const open: GraphNode[] = [from]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const next: GraphNode[] = [...node.boundaryEvents]
    for (const flow of node.outgoing) {
      flows.add(flow.id)
      next.push(flow.target)
    }
    for (const target of next) {
      if (target === barrier || seen.has(target)) continue
      seen.add(target)
      open.push(target)
    }
  }
  return flows
}
