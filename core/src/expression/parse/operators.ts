import type { ArithmeticOperator, ComparisonOperator, Expression } from '../syntax.ts'
import { readRange } from './bracket.ts'
import { type Cursor, enter, expect, fail, isNext, leave, take, takeMatch } from './cursor.ts'
import { takeNumber } from './literal.ts'
import { expectKeyword, takeKeyword } from './name.ts'
import { readPostfix } from './primary.ts'

const comparisonPattern = /!=|<=|>=|<|>|=/y

/** From the loosest to the tightest; all associate to the left. */
const arithmeticPatterns = [/[+-]/y, /\*(?!\*)|\//y, /\*\*|\^/y] as const

/** `a or b or c`, flat, so that long conditions don't nest. */
export function readDisjunction(cursor: Cursor): Expression {
  return readChain(cursor, 'or', readConjunction)
}

const readConjunction = (cursor: Cursor): Expression => readChain(cursor, 'and', readComparison)

function readChain(
  cursor: Cursor,
  kind: 'and' | 'or',
  readOperand: (cursor: Cursor) => Expression,
): Expression {
  const first = readOperand(cursor)
  if (!takeKeyword(cursor, kind)) return first
  const operands = [first]
  do operands.push(readOperand(cursor))
  while (takeKeyword(cursor, kind))
  return { kind, operands }
}

function readComparison(cursor: Cursor): Expression {
  let left = readArithmetic(cursor)
  for (;;) {
    const operator = takeMatch(cursor, comparisonPattern)
    if (operator !== undefined) {
      const right = readCompared(cursor)
      left = { kind: 'comparison', operator: operator as ComparisonOperator, left, right }
    } else if (takeKeyword(cursor, 'between')) {
      const low = readArithmetic(cursor)
      expectKeyword(cursor, 'and')
      left = { kind: 'between', operand: left, low, high: readArithmetic(cursor) }
    } else if (takeKeyword(cursor, 'in')) left = { kind: 'in', operand: left, tests: readInTests(cursor) }
    else return left
  }
}

/** The operand behind a comparison sign. */
function readCompared(cursor: Cursor): Expression {
  if (!/[=<>!]/.test(cursor.source[cursor.at] ?? '')) return readArithmetic(cursor)
  return fail(
    cursor,
    `Unexpected second comparison sign at position ${cursor.at}; FEEL compares with =, !=, <, <=, > or >=`,
  )
}

/** What follows `in`: one test, or several in parentheses. */
function readInTests(cursor: Cursor): readonly Expression[] {
  if (!take(cursor, '(')) return [readSignedTest(cursor) ?? readArithmetic(cursor)]
  const first = readTest(cursor)
  if (isNext(cursor, '..')) return [readRange(cursor, first, false)]
  const tests = [first]
  while (take(cursor, ',')) tests.push(readTest(cursor))
  expect(cursor, ')')
  return tests
}

/** One positive unary test (DMN 1.5 §10.3.1.2, rules 7 and 13): a comparison with what is tested, or any expression. */
export const readTest = (cursor: Cursor): Expression => cursor.readExpression(cursor)

/** A comparison whose left side is what is tested. */
export function readSignedTest(cursor: Cursor): Expression | undefined {
  const operator = takeMatch(cursor, comparisonPattern)
  if (operator === undefined) return undefined
  return { kind: 'unary-test', operator: operator as ComparisonOperator, endpoint: readArithmetic(cursor) }
}

export const readArithmetic = (cursor: Cursor): Expression => readOperators(cursor, 0)

function readOperators(cursor: Cursor, level: number): Expression {
  const pattern = arithmeticPatterns[level]
  if (pattern === undefined) return readNegation(cursor)
  const first = readOperators(cursor, level + 1)
  const sign = takeMatch(cursor, pattern)
  if (sign === undefined) return first
  const rest: { operator: ArithmeticOperator; operand: Expression }[] = []
  for (let next: string | undefined = sign; next !== undefined; next = takeMatch(cursor, pattern)) {
    const operator = (next === '^' ? '**' : next) as ArithmeticOperator
    rest.push({ operator, operand: readOperators(cursor, level + 1) })
  }
  // Operators go from left to right, so those of the first operand come first.
  return first.kind === 'arithmetic'
    ? { kind: 'arithmetic', first: first.first, rest: [...first.rest, ...rest] }
    : { kind: 'arithmetic', first, rest }
}

function readNegation(cursor: Cursor): Expression {
  if (!take(cursor, '-')) return readPostfix(cursor)
  const literal = takeNumber(cursor, true)
  if (literal !== undefined) return readPostfix(cursor, literal)
  const operand = enter(cursor) ? readNegation(cursor) : fail(cursor)
  leave(cursor)
  return { kind: 'negation', operand }
}
