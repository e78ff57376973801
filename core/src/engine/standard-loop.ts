/** One run after the other while a condition holds (BPMN 2.0 §13.3.6). */
import { limits } from '../base/limits.ts'
import { type Result, success } from '../base/result.ts'
import type { Expression, LoopSpec } from '../model/program.ts'
import type { GraphNode } from './graph.ts'
import { completeElement } from './lifecycle.ts'
import { countRuns, evaluateCount, nextIndex, numbersOf, startRun, tooManyRuns } from './loop-runs.ts'
import type { ElementInstance } from './state.ts'
import type { Problem, Transition } from './transition.ts'
import { evaluateCondition } from './variables.ts'

type Standard = Extract<LoopSpec, { readonly kind: 'standard' }>

export function beginStandard(
  tx: Transition,
  body: ElementInstance,
  node: GraphNode,
  spec: Standard,
): Problem | undefined {
  const maximum =
    spec.maximum === undefined
      ? success(limits.loopRuns)
      : evaluateCount(tx, body, spec.maximum, 'loop maximum')
  if (!maximum.ok) return maximum.error
  countRuns(tx, body, maximum.value, false)
  if (!spec.testBefore && maximum.value > 0) {
    startRun(tx, body, node, { loopCounter: nextIndex(body) })
    return undefined
  }
  return nextStandardRun(tx, body, node, spec)
}

/** The next run, or the end. */
export function nextStandardRun(
  tx: Transition,
  body: ElementInstance,
  node: GraphNode,
  spec: Standard,
): Problem | undefined {
  const { started = 0, count: maximum = 0 } = body.extras.loop ?? {}
  const goesOn = started < maximum ? holds(tx, body, spec.condition) : success(false)
  if (!goesOn.ok) return goesOn.error
  if (goesOn.value) startRun(tx, body, node, { loopCounter: nextIndex(body) })
  else if (started >= limits.loopRuns && spec.maximum === undefined) return tooManyRuns(body)
  else completeElement(tx, body)
  return undefined
}

function holds(
  tx: Transition,
  body: ElementInstance,
  condition: Expression | undefined,
): Result<boolean, Problem> {
  if (condition === undefined) return success(true)
  return evaluateCondition(tx, condition, body.key, `loop condition of '${body.element}'`, numbersOf(body))
}
