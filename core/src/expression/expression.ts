import type { Instant } from '../base/instant.ts'
import type { JsonValue } from '../base/json.ts'
import { limits } from '../base/limits.ts'
import { failure, type Result, success } from '../base/result.ts'
import type { Ternary } from './compare.ts'
import { compile } from './compile/compile.ts'
import { compileTests } from './compile/membership.ts'
import {
  bind,
  type Environment,
  type Evaluate,
  rootScope,
  stepsOf,
  type Unit,
  within,
} from './compile/scope.ts'
import type { ExpressionFinding } from './finding.ts'
import { toJson } from './json.ts'
import { type KnownNames, knownNames, noNames } from './parse/known-names.ts'
import { type OutsideNames, parseExpression, parseUnaryTests } from './parse/parse.ts'
import { type EvaluationError, Run } from './run.ts'
import type { Expression, TypeReference } from './syntax.ts'
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
  /** Why parts of its result are null: a sentence each. Evaluates again, for those who report a failure. */
  reasons(context: EvaluationContext): readonly string[]
  /**
   * FEEL result, as part of a larger evaluation: decimals, dates, ranges and functions stay what they are. Null where
   * FEEL has no answer, and then `run` says why: in `warnings` when it goes on, in `failure` when it has to stop.
   */
  value(run: Run, variables: ValueLookup): Value
}

export type CompiledUnaryTests = {
  test(context: EvaluationContext & { readonly input: JsonValue }): Result<boolean, EvaluationError>
  /** Whether the input meets the tests, as part of a larger evaluation; null where FEEL has no answer. */
  answer(run: Run, variables: ValueLookup, input: Value): Ternary
}

/** Finds a FEEL value by name; undefined when there is none. */
export type ValueLookup = (name: string) => Value | undefined

export type CompileOptions = {
  /** Variables whose names contain operators or keywords, which the parser has to know (`order-id`). */
  readonly names?: readonly string[]
  /** The same, as trees that many expressions share. */
  readonly layers?: readonly KnownNames[]
  /** Types from outside (item definitions) that the expression may name, by their names. */
  readonly types?: ReadonlyMap<string, TypeReference>
}

/**
 * Compiles a FEEL expression (DMN 1.5 §10.3), once. Evaluating it never throws: what FEEL can't answer is null, only an
 * exhausted limit or a failed `assert` is an error.
 */
export function compileExpression(
  source: string,
  options: CompileOptions = {},
): Result<CompiledExpression, ExpressionFinding> {
  const parsed = parseExpression(source, outsideNames(options))
  if (!parsed.ok) return parsed
  const scope = rootScope(options.types)
  const evaluate = nested(scope.unit, compile(parsed.value, scope))
  if (scope.unit.tooDeep) return failure(tooDeep)
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
    reasons(context) {
      const run = new Run(context.now)
      evaluate(environmentOf(run, context))
      return run.warnings
    },
    value: (run, variables) => evaluate({ run, variables, value: null, outer: null }),
  })
}

/** Compiles the tests of a decision table cell; `?` and the value to the left of each test is the input. */
export function compileUnaryTests(
  source: string,
  options: CompileOptions = {},
): Result<CompiledUnaryTests, ExpressionFinding> {
  const parsed = parseUnaryTests(source, outsideNames(options))
  if (!parsed.ok) return parsed
  const tests = parsed.value
  if (tests.kind === 'any') return success({ test: () => success(true), answer: () => true })
  const scope = rootScope(options.types)
  const holds = compileTests(tests.tests, within(scope, '?'), compile)
  if (scope.unit.tooDeep) return failure(tooDeep)
  const answer = nested(scope.unit, (environment) => {
    const held = holds(environment)
    return tests.negated && held !== null ? !held : held
  })
  return success({
    answer: (run, variables, input) =>
      answer(bind({ run, variables, value: null, outer: null }, input)) as Ternary,
    test(context) {
      const run = new Run(context.now)
      const held = answer(bind(environmentOf(run, context), context.input))
      return run.failure === null ? success(held === true) : failure(run.failure)
    },
  })
}

/** The position of the first test that a value meets; the number of tests when it meets none. */
export type Ranking = (run: Run, variables: ValueLookup, value: Value) => number

/** Compiles unary tests that list values by importance, as those of a table with priorities do. */
export function compileRanking(
  source: string,
  options: CompileOptions = {},
): Result<Ranking, ExpressionFinding> {
  const parsed = parseUnaryTests(source, outsideNames(options))
  if (!parsed.ok) return parsed
  const tests = parsed.value.kind === 'any' || parsed.value.negated ? [] : parsed.value.tests
  const compiled = tests.map((test) => {
    const scope = rootScope(options.types)
    const holds = compileTests([test], within(scope, '?'), compile)
    return nested(scope.unit, holds)
  })
  return success((run, variables, value) => {
    const environment = bind({ run, variables, value: null, outer: null }, value)
    const position = compiled.findIndex((holds) => holds(environment) === true)
    return position === -1 ? compiled.length : position
  })
}

const tooDeep: ExpressionFinding = {
  code: 'EXPRESSION_TOO_DEEP',
  message: `The expression nests deeper than ${limits.expressionDepth} levels`,
}

/** Made once per collection of types, which many expressions share. */
const typeNames = new WeakMap<ReadonlyMap<string, TypeReference>, KnownNames>()

function outsideNames({ names, layers = [], types }: CompileOptions): OutsideNames {
  const variables = names === undefined ? layers : [...layers, knownNames(names)]
  if (types === undefined) return { variables, types: noNames() }
  const known = typeNames.get(types) ?? knownNames(types.keys())
  typeNames.set(types, known)
  return { variables, types: known }
}

/**
 * Takes fuel for the size of an expression, and counts its closures while it runs: functions and decisions may lead back to
 * it, any number of times.
 */
function nested(unit: Unit, evaluate: Evaluate): Evaluate {
  const height = unit.deepest + 1
  const steps = stepsOf(unit.size)
  return (environment) => {
    const { run } = environment
    if (!run.spend(steps) || !run.enter(height)) return null
    const value = evaluate(environment)
    run.leave(height)
    return value
  }
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
