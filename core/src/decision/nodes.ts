/** The elements of a requirements graph ready to run (DMN 1.5 §6). */
import type { TypeReference } from '../expression/syntax.ts'
import type { Value } from '../expression/values.ts'
import type { Decision, DecisionService, Variable } from '../model/decision-model.ts'
import type { Evaluation } from './evaluation.ts'
import type { TableTrace } from './table-trace.ts'

/** What can be an argument of a service, and has one value in an evaluation. */
export type ParameterNode = {
  readonly variable: Variable
  /** Null when it takes any value. */
  readonly type: TypeReference | null
  /** A value from outside as one of its type. */
  accept(value: Value, evaluation: Evaluation): Value
}

export type InputNode = ParameterNode & { valueIn(evaluation: Evaluation): Value }

export type DecisionNode = ParameterNode & {
  readonly file: number
  readonly decision: Decision
  /** Decisions to evaluate before this one. */
  requires(): readonly DecisionNode[]
  /** Its value, from those of what it requires. */
  compute(evaluation: Evaluation, trace?: TableTrace): Value
}

/** A business knowledge model or decision service: a function. */
export type KnowledgeNode = { functionIn(evaluation: Evaluation): Value }

export type ServiceNode = KnowledgeNode & {
  readonly file: number
  readonly service: DecisionService
  outputs(): readonly DecisionNode[]
  /** Input data, then input decisions. */
  parameters(): readonly ParameterNode[]
  /** The result, once all outputs have values. */
  resultIn(evaluation: Evaluation): Value
}

/**
 * Evaluates decisions after those that they require, without nesting. What has a value already (an argument of a
 * service) is not evaluated. `visit` does one decision and gives its value.
 */
export function evaluateAll(
  targets: readonly DecisionNode[],
  { run, values }: Evaluation,
  visit: (node: DecisionNode) => Value,
): void {
  const pending = targets.toReversed()
  for (let node = pending.at(-1); node !== undefined; node = pending.at(-1)) {
    if (run.failure !== null) return
    const missing = values.has(node) ? [] : node.requires().filter((required) => !values.has(required))
    if (missing.length > 0) {
      pending.push(...missing.toReversed())
      continue
    }
    pending.pop()
    if (!values.has(node)) values.set(node, visit(node))
  }
}
