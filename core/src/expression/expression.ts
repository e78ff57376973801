import type { Instant } from '../base/instant.ts'
import type { JsonValue } from '../base/json.ts'
import { failure, type Result, success } from '../base/result.ts'
import { compile } from './compile/compile.ts'
import { compileTests } from './compile/membership.ts'
import { bind, type Environment, rootScope, within } from './compile/scope.ts'
import type { ExpressionFinding } from './finding.ts'
import { toJson } from './json.ts'
import { parseExpression, parseUnaryTests } from './parse.ts'
import { type EvaluationError, Run } from './run.ts'
import type { Expression } from './syntax.ts'
import { isContext, isList, type Value } from './values.ts'

export type { ExpressionFinding } from './finding.ts'
export type { EvaluationError } from './run.ts'

/** Finds a variable through the scope chain; undefined when there is none, which FEEL reads as null. */
export type VariableLookup = (name: string) => JsonValue | undefined

export type EvaluationContext = { readonly variables: VariableLookup; readonly now: Instant }

export type CompiledExpression = {
  readonly source: string
  /** Free variables it reads. */
  readonly names: readonly string[]
  /** JSON result (temporal values as their ISO 8601 strings). */
  evaluate(context: EvaluationContext): Result<JsonValue, EvaluationError>
}

export type CompiledUnaryTests = {
  test(context: EvaluationContext & { readonly input: JsonValue }): Result<boolean, EvaluationError>
}

/** Variables whose names contain operators or keywords, which the parser has to know (`order-id`). */
export type CompileOptions = { readonly names?: readonly string[] }

/**
 * Compiles a FEEL expression (DMN 1.5 §10.3), once. Evaluating it never throws: what FEEL can't answer is null, only an
 * exhausted limit or a failed `assert` is an error.
 */
export function compileExpression(
  source: string,
  options: CompileOptions = {},
): Result<CompiledExpression, ExpressionFinding> {
  const parsed = parseExpression(source, options.names ?? [])
  if (!parsed.ok) return parsed
  const scope = rootScope()
  const evaluate = compile(parsed.value, scope)
  const passesOn = selectsVariable(parsed.value)
  return success({
    source,
    names: [...scope.unit.names],
    evaluate(context) {
      const run = new Run(context.now)
      const value = evaluate(environmentOf(run, context))
      const result = passesOn && isContextOrList(value) ? (value as JsonValue) : toJson(value, run)
      return run.failure === null ? success(result) : failure(run.failure)
    },
  })
}

/** Compiles the tests of a decision table cell; `?` and the value to the left of each test is the input. */
export function compileUnaryTests(
  source: string,
  options: CompileOptions = {},
): Result<CompiledUnaryTests, ExpressionFinding> {
  const parsed = parseUnaryTests(source, options.names ?? [])
  if (!parsed.ok) return parsed
  const tests = parsed.value
  if (tests.kind === 'any') return success({ test: () => success(true) })
  const holds = compileTests(tests.tests, within(rootScope(), '?'), compile)
  return success({
    test(context) {
      const run = new Run(context.now)
      const answer = holds(bind(environmentOf(run, context), context.input))
      if (run.failure !== null) return failure(run.failure)
      return success(tests.negated ? answer === false : answer === true)
    },
  })
}

const environmentOf = (run: Run, context: EvaluationContext): Environment => ({
  run,
  variables: context.variables,
  value: null,
  outer: null,
})

/** Whether an expression only picks from variables, whose JSON needs no conversion, however large it is. */
const selectsVariable = (expression: Expression): boolean =>
  expression.kind === 'name' || (expression.kind === 'path' && selectsVariable(expression.source))

const isContextOrList = (value: Value): boolean => isContext(value) || isList(value)
