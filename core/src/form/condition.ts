/**
 * Conditions of forms. form-js reads them as unary tests of nothing (DMN 1.5 §10.3.2.8, with null as input), except
 * that a test which is true or false is the answer itself.
 */
import { failure, type Result, success } from '../base/result.ts'
import { compileExpression, compileUnaryTests, type ValueLookup } from '../expression/expression.ts'
import { knownNames, noNames } from '../expression/parse/known-names.ts'
import { parseUnaryTests } from '../expression/parse/parse.ts'
import type { Run } from '../expression/run.ts'
import { isList, type Value } from '../expression/values.ts'

export type Condition = { holds(run: Run, variables: ValueLookup): boolean }

/** The failure says what can't be read. */
export function compileCondition(source: string, names: readonly string[]): Result<Condition, string> {
  const parsed = parseUnaryTests(source, { variables: [knownNames(names)], types: noNames() })
  if (!parsed.ok) return failure(parsed.error.message)
  const { value: tests } = parsed
  const [only, ...more] = tests.kind === 'tests' ? tests.tests : []
  if (tests.kind === 'any' || only === undefined || only.kind === 'unary-test' || more.length > 0) {
    const compiled = compileUnaryTests(source, { names })
    if (!compiled.ok) return failure(compiled.error.message)
    return success({ holds: (run, variables) => compiled.value.answer(run, variables, null) === true })
  }
  const compiled = compileExpression(tests.negated ? argumentOf(source) : source, { names })
  if (!compiled.ok) return failure(compiled.error.message)
  return success({
    holds: (run, variables) => meetsNothing(compiled.value.value(run, variables)) !== tests.negated,
  })
}

/** What `not(...)` encloses. */
const argumentOf = (source: string): string => source.slice(source.indexOf('(') + 1, source.lastIndexOf(')'))

const meetsNothing = (value: Value): boolean =>
  typeof value === 'boolean' ? value : isList(value) ? value.includes(null) : value === null
