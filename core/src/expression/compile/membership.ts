import { contains, equal, type Ternary } from '../compare.ts'
import type { Run } from '../run.ts'
import type { Expression } from '../syntax.ts'
import { isList, RangeValue, typeOf, type Value } from '../values.ts'
import { comparisons } from './comparison.ts'
import { bind, type Environment, type Evaluate, type Scope, within } from './scope.ts'

type Compile = (expression: Expression, scope: Scope) => Evaluate

/** A compiled test; the environment's innermost value is what is tested. */
export type Test = (environment: Environment) => Ternary

export function compileIn(
  expression: Extract<Expression, { kind: 'in' }>,
  scope: Scope,
  compile: Compile,
): Evaluate {
  const operand = compile(expression.operand, scope)
  const test = compileTests(expression.tests, within(scope, '?'), compile)
  return (environment) => {
    const value = operand(environment)
    return (
      test(bind(environment, value)) ?? environment.run.warn(`A ${typeOf(value)} can't be tested like this`)
    )
  }
}

/** Whether any test holds (DMN 1.5 §10.3.2.8). The scope's innermost binding is `?`. */
export function compileTests(tests: readonly Expression[], scope: Scope, compile: Compile): Test {
  const compiled = tests.map((test) => compileTest(test, scope, compile))
  const [only] = compiled
  if (compiled.length === 1 && only !== undefined) return only
  return (environment) => {
    let result: Ternary = false
    for (const test of compiled) {
      const answer = test(environment)
      if (answer === true) return true
      if (answer === null) result = null
    }
    return result
  }
}

function compileTest(test: Expression, scope: Scope, compile: Compile): Test {
  if (test.kind === 'unary-test') {
    const endpoint = compile(test.endpoint, scope)
    const holds = comparisons[test.operator]
    return (environment) => holds(environment.value, endpoint(environment), environment.run)
  }
  const evaluate = compile(test, scope)
  // A test that reads `?` gives the answer itself; any other gives what to look for.
  if (scope.binding?.used === true) {
    scope.binding.used = false
    return (environment) => {
      const value = evaluate(environment)
      return typeof value === 'boolean' || value === null
        ? value
        : matches(environment.value, value, environment.run)
    }
  }
  return (environment) => matches(environment.value, evaluate(environment), environment.run)
}

/** A value is in a range that holds it, in a list with it or with a range that holds it, and in its equal. */
export function matches(input: Value, candidate: Value, run: Run): Ternary {
  if (candidate instanceof RangeValue) {
    return input instanceof RangeValue ? equal(input, candidate, run) : contains(candidate, input)
  }
  if (!isList(candidate)) return equal(input, candidate, run)
  if (isList(input) && equal(input, candidate, run) === true) return true
  for (const item of candidate) {
    if (!run.spend(1)) return null
    if (item instanceof RangeValue && !(input instanceof RangeValue)) {
      if (contains(item, input) === true) return true
    } else if (isList(item) && !isList(input)) {
      if (item.some((inner) => run.spend(1) && equal(input, inner, run) === true)) return true
    } else if (equal(input, item, run) === true) return true
  }
  return false
}
