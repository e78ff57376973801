/** One evaluation as it goes on: what it may spend, what it was given, what it has found out and noticed. */
import type { ValueLookup } from '../expression/expression.ts'
import type { Run } from '../expression/run.ts'
import type { Value } from '../expression/values.ts'
import type { TableTrace } from './table-trace.ts'

export type DecisionError = {
  readonly code: DecisionErrorCode
  /** What was expected and what came, with the ids of rules and outputs that it is about. */
  readonly message: string
}

/** Why a decision, or a part of it, is null although its logic says more. */
export type DecisionErrorCode =
  /** More rules match than the hit policy allows, or their outputs differ. */
  | 'HIT_POLICY_VIOLATED'
  /** A value is not of its type or not among its allowed values. */
  | 'TYPE_MISMATCH'
  /** An expression has no answer. */
  | 'EXPRESSION_NULL'

export type Evaluation = {
  readonly run: Run
  /**
   * Values of decisions and input data, and functions of knowledge. Where a service is called, its arguments are here
   * from the start.
   */
  readonly values: Map<object, Value>
  /** What was given from outside, by name. */
  readonly variables: ValueLookup
  /** The file whose decision was asked for; names of its imports qualify variables. */
  readonly file: number
  readonly errors: DecisionError[]
}

/** Where an expression is evaluated: the evaluation, and the names that it sees. */
export type Frame = { readonly evaluation: Evaluation; readonly variables: ValueLookup }

/** A compiled boxed expression. Never throws; the table that gives the value says in `trace` what it matched. */
export type Evaluate = (frame: Frame, trace?: TableTrace) => Value

/** More errors than that of one decision say nothing new. */
const maxErrors = 50

/** Notes why something is null, and gives that null. */
export function note(evaluation: Evaluation, code: DecisionErrorCode, message: string): null {
  takeWarnings(evaluation)
  if (evaluation.errors.length < maxErrors) evaluation.errors.push({ code, message })
  return null
}

/** Moves what the expressions noticed so far to the errors of the decision. */
export function takeWarnings({ run, errors }: Evaluation): void {
  for (const message of run.warnings.splice(0)) {
    if (errors.length < maxErrors) errors.push({ code: 'EXPRESSION_NULL', message })
  }
}

/** The frame with one more name, in front of all others. */
export const withName = ({ evaluation, variables }: Frame, name: string, value: Value): Frame => ({
  evaluation,
  variables: (wanted) => (wanted === name ? value : variables(wanted)),
})
