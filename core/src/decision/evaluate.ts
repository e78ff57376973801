/** Evaluates a decision or decision service of a graph. Pure: the time is an argument, and nothing else is read. */
import type { Instant } from '../base/instant.ts'
import type { JsonValue } from '../base/json.ts'
import { failure, type Result, success } from '../base/result.ts'
import { toJson } from '../expression/json.ts'
import { type EvaluationError, Run } from '../expression/run.ts'
import { type ContextValue, entryOf, type Value } from '../expression/values.ts'
import type { Decision } from '../model/decision-model.ts'
import { type DecisionError, type Evaluation, takeWarnings } from './evaluation.ts'
import type { DecisionGraph } from './link.ts'
import { type DecisionNode, evaluateAll } from './nodes.ts'
import { emptyTrace, type TableTrace } from './table-trace.ts'

export type DecisionContext = {
  /** Input data by name: JSON or values of FEEL. That of an imported file also in a context of the import's name. */
  readonly variables: ContextValue
  readonly now: Instant
}

export type DecisionOutcome = {
  /** The result as JSON: temporal values and ranges as their texts, functions as null. */
  readonly output: JsonValue
  /** The result as FEEL has it. */
  readonly value: Value
  /** Every decision that was evaluated, in that order; the one that was asked for comes last. */
  readonly evaluated: readonly EvaluatedDecision[]
  /** Why the result of a decision service is null although its decisions have results. */
  readonly errors: readonly DecisionError[]
}

/** One decision of an evaluation, in the words of Camunda 8's API. */
export type EvaluatedDecision = {
  readonly decisionId: string
  readonly decisionName: string
  readonly decisionType: 'DECISION_TABLE' | 'LITERAL_EXPRESSION' | 'UNSPECIFIED'
  readonly output: JsonValue
  /** Of the decision table that gives the result, as are the rules. */
  readonly inputs: readonly EvaluatedInput[]
  /** The first thousand in the order of the rules, also where the hit policy chose among them; `ruleIndex` counts from 1. */
  readonly matchedRules: readonly MatchedRule[]
  /** Why the decision, or a part of it, is null although its logic says more. */
  readonly errors: readonly DecisionError[]
}

export type EvaluatedInput = {
  readonly inputId: string
  readonly inputName: string
  readonly inputValue: JsonValue
}

export type MatchedRule = {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly outputs: readonly {
    readonly outputId: string
    readonly outputName: string
    readonly outputValue: JsonValue
  }[]
}

/** Beside the limits of expressions. */
export type DecisionFailureCode =
  /** No decision or decision service has that id or name. */
  'UNKNOWN_DECISION'

/** Why there is no outcome at all. */
export type DecisionFailure = {
  readonly code: DecisionFailureCode | EvaluationError['code']
  /** The decision that was being evaluated, by its id; for an unknown one, what was asked for. */
  readonly decision: string
  readonly message: string
}

/**
 * Evaluates a decision, after all that it requires, or a decision service, by id or name. Ids come before names, and
 * earlier files before later ones. Where the logic has no answer the result is null, and `errors` of the decision say
 * why; only an exhausted limit ends the evaluation with a failure.
 */
export function evaluateDecision(
  graph: DecisionGraph,
  decision: string,
  context: DecisionContext,
): Result<DecisionOutcome, DecisionFailure> {
  const target = graph.targets.get(decision)
  if (target === undefined) {
    const message = `Expected the id or name of a decision or decision service, got ${JSON.stringify(decision)}`
    return failure({ code: 'UNKNOWN_DECISION', decision, message })
  }
  const evaluation: Evaluation = {
    run: new Run(context.now),
    values: new Map(),
    variables: (name) => entryOf(context.variables, name),
    file: target.node.file,
    errors: [],
  }
  if (target.kind === 'decision') {
    return evaluate([target.node], evaluation, () => evaluation.values.get(target.node) ?? null)
  }
  const { node } = target
  for (const parameter of node.parameters()) {
    const given = evaluation.variables(parameter.variable.name) ?? null
    evaluation.values.set(parameter, parameter.accept(given, evaluation))
  }
  return evaluate(node.outputs(), evaluation, () => node.resultIn(evaluation))
}

function evaluate(
  targets: readonly DecisionNode[],
  evaluation: Evaluation,
  resultOf: () => Value,
): Result<DecisionOutcome, DecisionFailure> {
  const { run } = evaluation
  const evaluated: EvaluatedDecision[] = []
  let current = ''
  evaluateAll(targets, evaluation, (node) => {
    current = node.decision.id
    const trace = emptyTrace()
    const value = node.compute(evaluation, trace)
    evaluated.push(describe(node.decision, value, trace, evaluation))
    return value
  })
  const value = resultOf()
  const output = toJson(value, run)
  if (run.failure !== null) return failure({ ...run.failure, decision: current })
  return success({ output, value, evaluated, errors: evaluation.errors })
}

function describe(
  decision: Decision,
  value: Value,
  trace: TableTrace,
  evaluation: Evaluation,
): EvaluatedDecision {
  const { run, errors } = evaluation
  takeWarnings(evaluation)
  const { table } = trace
  return {
    decisionId: decision.id,
    decisionName: decision.name,
    decisionType: typeOf(decision),
    output: toJson(value, run),
    inputs: (table?.inputs ?? []).slice(0, trace.inputs.length).map(({ id, name }, index) => ({
      inputId: id,
      inputName: name,
      inputValue: toJson(trace.inputs[index] ?? null, run),
    })),
    matchedRules: trace.rules.map(({ rule, outputs }) => ({
      ruleId: table?.rules[rule]?.id ?? '',
      ruleIndex: rule + 1,
      outputs: (table?.outputs ?? []).slice(0, outputs.length).map(({ id, name }, index) => ({
        outputId: id,
        outputName: name,
        outputValue: toJson(outputs[index] ?? null, run),
      })),
    })),
    errors: errors.splice(0),
  }
}

function typeOf({ logic }: Decision): EvaluatedDecision['decisionType'] {
  if (logic?.kind === 'table') return 'DECISION_TABLE'
  return logic?.kind === 'literal' ? 'LITERAL_EXPRESSION' : 'UNSPECIFIED'
}
