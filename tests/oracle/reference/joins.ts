/** What waits for several tokens: gateways (BPMN 2.0.2 §13.4) and activities with a start quantity (§13.3.2). */
import type { EventOf } from '@braid/core/engine/event.ts'
import type { ComplexGatewayNode, ElementId, FlowId, Node } from '@braid/core/model/program.ts'
import type { Living } from './living.ts'
import type { Machine } from './machine.ts'
import { chooseRoutes } from './routes.ts'
import { evaluate } from './variables.ts'

const startQuantity = (node: Node): number => ('startQuantity' in node && node.startQuantity) || 1

const gathers = (node: Node): boolean =>
  node.type === 'parallel-gateway' || node.type === 'inclusive-gateway' || node.type === 'complex-gateway'

/** Whether tokens wait on the flows into the node. */
export const joins = (node: Node): boolean =>
  (gathers(node) && node.incoming.length > 1) || startQuantity(node) > 1

const tokensOn = (scope: Living, flow: FlowId): number => scope.tokens.get(flow) ?? 0

/** Flows that one token each is taken from if the join fires now; undefined when it may not. */
type Firing = { readonly flows: readonly FlowId[]; readonly isReset?: boolean }

function firingOf(machine: Machine, scope: Living, node: Node): Firing | undefined {
  const waiting = node.incoming.filter((flow) => tokensOn(scope, flow) > 0)
  if (node.type === 'complex-gateway') return complexFiring(machine, scope, node, waiting)
  if (waiting.length === 0) return undefined
  if (node.type === 'parallel-gateway')
    return waiting.length === node.incoming.length ? { flows: waiting } : undefined
  if (node.type === 'inclusive-gateway')
    return mayStillArrive(machine, scope, node, waiting) ? undefined : { flows: waiting }
  const count = node.incoming.reduce((sum, flow) => sum + tokensOn(scope, flow), 0)
  return count >= startQuantity(node) ? { flows: waiting } : undefined
}

function complexFiring(
  machine: Machine,
  scope: Living,
  node: ComplexGatewayNode,
  waiting: readonly FlowId[],
): Firing | undefined {
  const used = scope.rounds.get(node.id)?.used
  if (used !== undefined) {
    const others = node.incoming.filter((flow) => !used.has(flow) && !waiting.includes(flow))
    const came = waiting.filter((flow) => !used.has(flow))
    return canReach(machine, scope, node, others) ? undefined : { flows: came, isReset: true }
  }
  if (waiting.length === 0) return undefined
  const activationCount = node.incoming.reduce((sum, flow) => sum + tokensOn(scope, flow), 0)
  const { activationCondition } = node
  if (activationCondition === undefined) return { flows: waiting }
  const counts = Object.fromEntries(node.incoming.map((flow) => [flow, tokensOn(scope, flow)]))
  const holds = evaluate(machine, activationCondition, scope, { ...counts, activationCount })
  return holds === true ? { flows: waiting } : undefined
}

/** Joins of the scope that have what they wait for. */
export function readyJoins(machine: Machine, scope: Living): readonly ElementId[] {
  if (scope.phase !== 'active' || (scope.tokens.size === 0 && scope.rounds.size === 0)) return []
  const targets = new Set([...scope.tokens.keys()].map((flow) => machine.flow(flow).target))
  for (const id of scope.rounds.keys()) targets.add(id)
  return [...targets].filter((id) => firingOf(machine, scope, machine.node(id)) !== undefined)
}

/** A join fires: it must be ready, and take what it may. */
export function fireJoin(machine: Machine, event: EventOf<'element-activated'>): boolean {
  const scope = event.scope === undefined ? undefined : machine.living.get(event.scope)
  const consumed = event.consumed ?? []
  const node = machine.node(event.element)
  if (scope?.phase !== 'active' || !joins(node)) return false
  const firing = firingOf(machine, scope, node)
  if (firing === undefined || !isRightShare(node, scope, firing.flows, consumed)) return false
  for (const flow of consumed) {
    const left = tokensOn(scope, flow) - 1
    if (left === 0) scope.tokens.delete(flow)
    else scope.tokens.set(flow, left)
  }
  const living = machine.appear(event.key, node, scope)
  if (node.type === 'complex-gateway') continueComplex(machine, living, scope, node, firing)
  return true
}

function isRightShare(
  node: Node,
  scope: Living,
  flows: readonly FlowId[],
  consumed: readonly FlowId[],
): boolean {
  if (gathers(node)) return [...flows].sort().join() === [...consumed].sort().join()
  const counts = new Map<FlowId, number>()
  for (const flow of consumed) counts.set(flow, (counts.get(flow) ?? 0) + 1)
  const enough = [...counts].every(
    ([flow, count]) => node.incoming.includes(flow) && count <= tokensOn(scope, flow),
  )
  return enough && consumed.length === startQuantity(node)
}

/** The engine says that the round of a complex gateway is over; the tokens that came meanwhile are taken next. */
export function resetGateway(machine: Machine, { scope: key, gateway }: EventOf<'gateway-reset'>): boolean {
  const scope = machine.living.get(key)
  const round = scope?.rounds.get(gateway)
  if (scope?.forgotten.delete(gateway) === true) return true
  if (scope === undefined || round === undefined || round.isOver) return false
  const firing = firingOf(machine, scope, machine.node(gateway))
  if (firing?.isReset !== true) return false
  if (firing.flows.length === 0) scope.rounds.delete(gateway)
  round.isOver = true
  return true
}

/** At its start it leaves as an inclusive gateway does, at its reset by explicit conditions only. */
function continueComplex(
  machine: Machine,
  living: Living,
  scope: Living,
  node: ComplexGatewayNode,
  { flows, isReset = false }: Firing,
): void {
  if (isReset) scope.rounds.delete(node.id)
  else scope.rounds.set(node.id, { used: new Set(flows), isOver: false })
  const holding = node.outgoing.filter((id) => {
    const { condition } = machine.flow(id)
    if (id === node.defaultFlow) return false
    if (condition === undefined) return !isReset
    return evaluate(machine, condition, living, { waitingForStart: !isReset }) === true
  })
  const { defaultFlow } = node
  living.variables = { waitingForStart: !isReset }
  chooseRoutes(
    living,
    holding.length === 0 && !isReset && defaultFlow !== undefined ? [defaultFlow] : holding,
  )
}

/** §13.4.3: whether a token in the scope can reach a flow into the gateway that has none, and no other into it. */
function mayStillArrive(machine: Machine, scope: Living, node: Node, waiting: readonly FlowId[]): boolean {
  return tokensIn(machine, scope, node).some((from) => {
    const reached = reachedFrom(machine, from, node)
    if (waiting.some((flow) => reached.has(flow))) return false
    return node.incoming.some((flow) => !waiting.includes(flow) && reached.has(flow))
  })
}

/** Whether any token in the scope can reach one of the flows into the gateway. */
function canReach(machine: Machine, scope: Living, node: Node, flows: readonly FlowId[]): boolean {
  return tokensIn(machine, scope, node).some((from) => {
    const reached = reachedFrom(machine, from, node)
    return flows.some((flow) => reached.has(flow))
  })
}

/** For each token of the scope that is not at the gateway, the flows that it may take next. */
function tokensIn(machine: Machine, scope: Living, gateway: Node): readonly (readonly FlowId[])[] {
  const found: (readonly FlowId[])[] = []
  for (const [flow] of scope.tokens) {
    const { target } = machine.flow(flow)
    if (target !== gateway.id) found.push(waysOutOf(machine, machine.node(target)))
  }
  for (const child of scope.children) if (child.phase !== 'doomed') found.push(waysOutOf(machine, child.node))
  for (const step of machine.steps) {
    if (step.owner === scope && step.inside === true && step.leadsTo !== undefined) found.push(step.leadsTo)
  }
  return found
}

/** Flows that a token at the node may take next, boundary events included. */
export function waysOutOf(machine: Machine, node: Node): readonly FlowId[] {
  const real = machine.node(node.id)
  const boundary = 'boundaryEvents' in real ? real.boundaryEvents : []
  return [...real.outgoing, ...boundary.flatMap((id) => machine.node(id).outgoing)]
}

/** Flows that a token may still take, never through the gateway. */
function reachedFrom(machine: Machine, from: readonly FlowId[], gateway: Node): ReadonlySet<FlowId> {
  const reached = new Set<FlowId>()
  const waiting = [...from]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (reached.has(id)) continue
    reached.add(id)
    const { target } = machine.flow(id)
    if (target !== gateway.id) waiting.push(...waysOutOf(machine, machine.node(target)))
  }
  return reached
}
