/** When the tokens that wait at inclusive and complex gateways go on as one. */
import type { FlowId } from '../model/program.ts'
import { type GraphNode, nodeOf } from './graph.ts'
import { raiseIncident } from './incident.ts'
import type { ElementInstance } from './state.ts'
import { activateNode } from './token.ts'
import { emit, type Problem, type Transition } from './transition.ts'
import { evaluateCondition, setLocal } from './variables.ts'

/** Fires one of the joins of a scope that wait; false when none can. */
export function fireWaitingJoin(tx: Transition, scope: ElementInstance, node: GraphNode): boolean {
  if (scope.tokens.size === 0 && scope.extras.fired === undefined) return false
  return node.waitingJoins.some((join) =>
    join.join?.kind === 'complex' ? fireComplexJoin(tx, join, scope) : fireInclusiveJoin(tx, join, scope),
  )
}

/**
 * An inclusive join fires when no further token can reach it (BPMN 2.0 §13.4.3). It waits for a token elsewhere when that
 * token has a path to one of its empty incoming flows and none to a flow that has a token already.
 */
function fireInclusiveJoin(tx: Transition, join: GraphNode, scope: ElementInstance): boolean {
  const filled = flowsWithTokens(join, scope)
  if (filled.size === 0) return false
  const empty = flowsOf(join).difference(filled)
  if (isAwaited(tx, { join, scope, filled, empty })) return false
  activateNode(tx, join, scope.key, { consumed: [...filled] })
  return true
}

/**
 * A complex gateway fires once its condition holds over the tokens that wait. After that it is not ready again until every
 * other incoming flow has had its token or can get none any more; what has come by then is taken together (§13.4.5).
 */
function fireComplexJoin(tx: Transition, join: GraphNode, scope: ElementInstance): boolean {
  const fired = scope.extras.fired?.[join.id]
  return fired === undefined ? startRound(tx, join, scope) : endRound(tx, join, scope, new Set(fired))
}

function startRound(tx: Transition, join: GraphNode, scope: ElementInstance): boolean {
  const filled = flowsWithTokens(join, scope)
  if (filled.size === 0) return false
  const holds = activationHolds(tx, join, scope)
  if (typeof holds !== 'boolean') return reportOnce(tx, scope, holds)
  if (!holds) return false
  const flows = [...filled]
  emit(tx, { type: 'gateway-fired', scope: scope.key, gateway: join.id, flows })
  setLocal(tx, activateNode(tx, join, scope.key, { consumed: flows }), { waitingForStart: true })
  return true
}

function endRound(
  tx: Transition,
  join: GraphNode,
  scope: ElementInstance,
  fired: ReadonlySet<FlowId>,
): boolean {
  const others = flowsOf(join).difference(fired)
  const filled = flowsWithTokens(join, scope).intersection(others)
  const empty = others.difference(filled)
  if (isAwaited(tx, { join, scope, filled, empty })) return false
  emit(tx, { type: 'gateway-reset', scope: scope.key, gateway: join.id })
  if (filled.size > 0)
    setLocal(tx, activateNode(tx, join, scope.key, { consumed: [...filled] }), { waitingForStart: false })
  return true
}

/** One token is enough when the gateway has no condition. */
function activationHolds(tx: Transition, join: GraphNode, scope: ElementInstance): boolean | Problem {
  const condition = join.def.type === 'complex-gateway' ? join.def.activationCondition : undefined
  if (condition === undefined) return true
  const counts = Object.fromEntries(join.incoming.map(({ id }) => [id, scope.tokens.get(id) ?? 0]))
  const activationCount = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const what = `activation condition of '${join.id}'`
  const holds = evaluateCondition(tx, condition, scope.key, what, { ...counts, activationCount })
  return holds.ok ? holds.value : holds.error
}

/** The gateway has no element instance yet, so the trouble is its scope's. */
function reportOnce(tx: Transition, scope: ElementInstance, problem: Problem): false {
  for (const incident of tx.state.incidents.values()) {
    if (incident.elementInstanceKey === scope.key && incident.step === 'check') return false
  }
  raiseIncident(tx, scope, 'check', problem)
  return false
}

const flowsOf = (join: GraphNode): Set<FlowId> => new Set(join.incoming.map(({ id }) => id))

const flowsWithTokens = (join: GraphNode, { tokens }: ElementInstance): Set<FlowId> =>
  new Set(join.incoming.map(({ id }) => id).filter((id) => tokens.has(id)))

type Waiting = {
  readonly join: GraphNode
  readonly scope: ElementInstance
  readonly filled: ReadonlySet<FlowId>
  readonly empty: ReadonlySet<FlowId>
}

function isAwaited(tx: Transition, { join, scope, filled, empty }: Waiting): boolean {
  if (empty.size === 0) return false
  for (const position of positions(tx, scope)) {
    if (position === join) continue
    const reached = reachable(position, join)
    if (!reached.isDisjointFrom(empty) && reached.isDisjointFrom(filled)) return true
  }
  return false
}

/** Where tokens of a scope are: at living elements, and in front of other joins. */
function positions(tx: Transition, { key, element, tokens }: ElementInstance): Set<GraphNode> {
  const found = new Set<GraphNode>()
  for (const instance of tx.state.elements.values()) {
    if (instance.scope === key) found.add(nodeOf(tx.graph, instance.element))
  }
  if (tokens.size === 0) return found
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
