import { limits } from '../../base/limits.ts'
import { failure, type Result, success } from '../../base/result.ts'
import type { ExpressionFinding } from '../finding.ts'
import type { Expression, UnaryTests } from '../syntax.ts'
import { type Cursor, expect, fail, skipSpace, take } from './cursor.ts'
import { readExpression } from './expression.ts'
import { type KnownNames, noNames } from './known-names.ts'
import { takeKeyword } from './name.ts'
import { readTest } from './operators.ts'

/** Names of variables (in any number of trees) and types from outside; needed where they contain operators or keywords. */
export type OutsideNames = { readonly variables: readonly KnownNames[]; readonly types: KnownNames }

const nothingOutside: OutsideNames = { variables: [], types: noNames() }

/** Reads one expression. */
export function parseExpression(
  source: string,
  outside = nothingOutside,
): Result<Expression, ExpressionFinding> {
  return parse(source, outside, readExpression)
}

/** Reads the unary tests of a decision table cell (DMN 1.5 §10.3.1.2, rule 15). */
export function parseUnaryTests(
  source: string,
  outside = nothingOutside,
): Result<UnaryTests, ExpressionFinding> {
  if (source.trim() === '-') return success({ kind: 'any' })
  const negated = parse(source, outside, readNegated)
  // `not(a) and b` starts like a negated list of tests, but is one test.
  return negated.ok && negated.value !== null ? success(negated.value) : parse(source, outside, readTests)
}

/** `not(...)` of tests with nothing behind it; null when the source is anything else. */
function readNegated(cursor: Cursor): UnaryTests | null {
  if (!takeKeyword(cursor, 'not') || !take(cursor, '(')) {
    cursor.at = cursor.source.length
    return null
  }
  const { tests } = readTests(cursor)
  expect(cursor, ')')
  return { kind: 'tests', negated: true, tests }
}

function readTests(cursor: Cursor): Extract<UnaryTests, { kind: 'tests' }> {
  const tests: Expression[] = []
  do tests.push(readTest(cursor))
  while (take(cursor, ','))
  return { kind: 'tests', negated: false, tests }
}

function parse<T>(
  source: string,
  outside: OutsideNames,
  read: (cursor: Cursor) => T,
): Result<T, ExpressionFinding> {
  if (source.length > limits.expressionLength) {
    const message = `The expression has ${source.length} characters; ${limits.expressionLength} are allowed`
    return failure({ code: 'EXPRESSION_TOO_LONG', message })
  }
  const cursor: Cursor = {
    source,
    names: noNames(),
    outside: outside.variables,
    types: outside.types,
    at: skipSpace(source, 0),
    depth: 0,
    rangeEndDepth: 0,
    finding: null,
    readExpression,
  }
  const result = read(cursor)
  if (cursor.at < source.length) fail(cursor)
  return cursor.finding === null ? success(result) : failure(cursor.finding)
}
