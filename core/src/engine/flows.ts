/** Which flows a token leaves by, and what happens at the other end. */
import { failure, type Result, success } from '../base/result.ts'
import type { GraphFlow, GraphNode } from './graph.ts'
import type { ElementInstance } from './state.ts'
import type { Problem, Transition } from './transition.ts'
import { evaluateCondition } from './variables.ts'

/** A flow without a condition holds always. Anything but a boolean is a problem, null included. */
function holds(tx: Transition, instance: ElementInstance, flow: GraphFlow): Result<boolean, Problem> {
  if (flow.flow.condition === undefined) return success(true)
  return evaluateCondition(tx, flow.flow.condition, instance.key, `condition of flow '${flow.id}'`)
}

/** The first flow whose condition holds, in document order, else the default (BPMN 2.0 §13.4.2). */
export function firstFlow(
  tx: Transition,
  instance: ElementInstance,
  node: GraphNode,
): Result<readonly GraphFlow[], Problem> {
  if (!node.conditional) return success(node.outgoing.slice(0, 1))
  for (const flow of node.outgoing) {
    if (flow === node.defaultFlow) continue
    const taken = holds(tx, instance, flow)
    if (!taken.ok) return taken
    if (taken.value) return success([flow])
  }
  return orDefault(node)
}

/**
 * Every flow whose condition holds, or the default when none does; flows without condition besides (§13.4.3, and for
 * activities §8.4.13).
 */
export function everyFlow(
  tx: Transition,
  instance: ElementInstance,
  node: GraphNode,
): Result<readonly GraphFlow[], Problem> {
  if (!node.conditional) return success(node.outgoing)
  const taken: GraphFlow[] = []
  let chosen = false
  for (const flow of node.outgoing) {
    if (flow === node.defaultFlow) continue
    const outcome = holds(tx, instance, flow)
    if (!outcome.ok) return outcome
    if (!outcome.value) continue
    taken.push(flow)
    chosen ||= flow.flow.condition !== undefined
  }
  if (!chosen && node.defaultFlow !== undefined) taken.push(node.defaultFlow)
  return taken.length > 0 ? success(taken) : orDefault(node)
}

/** Every flow with a condition that holds; a flow without one, the default included, is not for this. */
export function conditionalFlows(
  tx: Transition,
  instance: ElementInstance,
  node: GraphNode,
): Result<readonly GraphFlow[], Problem> {
  const taken: GraphFlow[] = []
  for (const flow of node.outgoing) {
    if (flow.flow.condition === undefined) continue
    const outcome = holds(tx, instance, flow)
    if (!outcome.ok) return outcome
    if (outcome.value) taken.push(flow)
  }
  return success(taken)
}

/** Conditions do not matter (§13.4.1). */
export const allFlows = (
  _tx: Transition,
  _instance: ElementInstance,
  node: GraphNode,
): Result<readonly GraphFlow[], Problem> => success(node.outgoing)

function orDefault(node: GraphNode): Result<readonly GraphFlow[], Problem> {
  if (node.defaultFlow !== undefined) return success([node.defaultFlow])
  return failure({
    type: 'CONDITION_ERROR',
    message: `expected one outgoing flow of '${node.id}' to have a condition that is true, or a default flow`,
  })
}
