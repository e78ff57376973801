/** Which flows a token leaves by (BPMN 2.0.2 §13.4, conditional and default flows §13.3.2). */
import type { ElementId, Flow, FlowId } from '@braid/core/model/program.ts'
import type { Living } from './living.ts'
import type { Machine } from './machine.ts'
import { evaluate } from './variables.ts'

const chosen = new WeakMap<Living, readonly FlowId[]>()

/** The event that occurred first at an event-based gateway decides. */
export function chooseRoute(machine: Machine, gateway: Living, event: ElementId): void {
  chosen.set(
    gateway,
    gateway.node.outgoing.filter((id) => machine.flow(id).target === event),
  )
}

/** A complex gateway's way on depends on its phase. */
export const chooseRoutes = (gateway: Living, flows: readonly FlowId[]): void => {
  chosen.set(gateway, flows)
}

/** Undefined: none of the flows may be taken, though one has to be. */
export function routesOf(machine: Machine, living: Living): readonly FlowId[] | undefined {
  const decided = chosen.get(living)
  if (decided !== undefined) return decided
  const { node } = living
  const flows = node.outgoing.map((id) => machine.flow(id))
  if (flows.length === 0) return []
  if (node.type === 'parallel-gateway') return node.outgoing
  const taken = holding(machine, living, flows)
  if (taken === undefined) return undefined
  if (taken.length === 0) return node.defaultFlow === undefined ? undefined : [node.defaultFlow]
  return node.type === 'exclusive-gateway' ? taken.slice(0, 1) : taken
}

/** Of the flows beside the default those whose condition holds; undefined when one is neither true nor false. */
function holding(machine: Machine, living: Living, flows: readonly Flow[]): readonly FlowId[] | undefined {
  const taken: FlowId[] = []
  for (const { id, condition } of flows) {
    if (id === living.node.defaultFlow) continue
    const value = condition === undefined ? true : evaluate(machine, condition, living)
    if (typeof value !== 'boolean') return undefined
    if (value) taken.push(id)
    if (value && living.node.type === 'exclusive-gateway') return taken
  }
  return taken
}
