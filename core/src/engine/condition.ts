/** Conditional events: what waits for a condition over variables to become true (BPMN 2.0 §10.5.5). */
import type { Expression, Trigger } from '../model/program.ts'
import { nodeOf } from './graph.ts'
import type { ConditionWait } from './state.ts'
import { emit, type Transition } from './transition.ts'
import { isInterrupting, triggerEvent } from './trigger.ts'
import { evaluate } from './variables.ts'
import { findWait } from './waits.ts'

/**
 * Each condition that became true occurs, the one that was waited for first before the others. A suspended instance asks
 * when it is resumed.
 */
export function checkConditions(tx: Transition): void {
  if (tx.state.suspended) return
  for (const key of [...tx.state.conditions.keys()]) {
    // One that occurred before may have ended this one.
    const found = findWait(tx, key, ['condition'])
    if (found === undefined) continue
    const { owner, wait } = found
    const holds = evaluate(tx, conditionOf(tx, wait), owner.key)
    // Before its variables exist a condition is neither true nor false.
    const met = holds.ok && holds.value === true
    if (met === (wait.met ?? false)) continue
    const event = nodeOf(tx.graph, wait.element)
    const goesOn = owner.element !== wait.element && !isInterrupting(event)
    if (goesOn || !met) emit(tx, { type: 'condition-changed', key, met })
    if (met) triggerEvent(tx, owner, wait.element, {}, key)
  }
}

function conditionOf(tx: Transition, wait: ConditionWait): Expression {
  const { def } = nodeOf(tx.graph, wait.element)
  const trigger: Trigger | undefined = 'trigger' in def ? def.trigger : undefined
  const part = trigger?.kind === 'multiple' && wait.part !== undefined ? trigger.triggers[wait.part] : trigger
  if (part?.kind !== 'conditional') throw new Error(`${wait.element} waits for no condition`)
  return part.condition
}
