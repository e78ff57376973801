import { negate, parseNumber } from '../number.ts'
import type { Expression } from '../syntax.ts'
import { type Cursor, fail, takeMatch } from './cursor.ts'
import { unquote } from './string-literal.ts'

const numberPattern = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y
const stringPattern = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y

export function takeNumber(cursor: Cursor, negative = false): Expression | undefined {
  const text = takeMatch(cursor, numberPattern)
  if (text === undefined) return undefined
  const value = parseNumber(text)
  return { kind: 'literal', value: negative && value !== null ? negate(value) : value }
}

export function takeString(cursor: Cursor): string | undefined {
  const literal = takeMatch(cursor, stringPattern)
  return literal === undefined ? undefined : unquote(literal)
}

/** A string that has to come next. */
export function readString(cursor: Cursor): Expression {
  const value = takeString(cursor)
  return value === undefined ? fail(cursor) : { kind: 'literal', value }
}
