import type { Expression } from '../syntax.ts'
import { type Cursor, expect, fail, isNext, take } from './cursor.ts'

/** A list, or a range that includes or (`]1..3]`) excludes its start. */
export function readBracketed(cursor: Cursor): Expression {
  if (take(cursor, ']')) {
    const start = cursor.readExpression(cursor)
    return isNext(cursor, '..') ? readRange(cursor, start, false) : fail(cursor)
  }
  take(cursor, '[')
  if (take(cursor, ']')) return { kind: 'list', items: [] }
  const first = cursor.readExpression(cursor)
  if (isNext(cursor, '..')) return readRange(cursor, first, true)
  const items = [first]
  while (take(cursor, ',')) items.push(cursor.readExpression(cursor))
  expect(cursor, ']')
  return { kind: 'list', items }
}

/** An expression in parentheses, or a range that excludes its start. */
export function readParenthesized(cursor: Cursor): Expression {
  take(cursor, '(')
  const inner = cursor.readExpression(cursor)
  if (isNext(cursor, '..')) return readRange(cursor, inner, false)
  expect(cursor, ')')
  return inner
}

/** The rest of a range, from its dots on. */
export function readRange(cursor: Cursor, start: Expression, startIncluded: boolean): Expression {
  take(cursor, '..')
  const outer = cursor.rangeEndDepth
  cursor.rangeEndDepth = cursor.depth + 1
  const end = cursor.readExpression(cursor)
  cursor.rangeEndDepth = outer
  const endIncluded = take(cursor, ']')
  if (!endIncluded && !take(cursor, ')') && !take(cursor, '[')) fail(cursor)
  return { kind: 'range', start, startIncluded, end, endIncluded }
}
