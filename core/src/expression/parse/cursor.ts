import { limits } from '../../base/limits.ts'
import type { ExpressionFinding } from '../finding.ts'
import type { Expression } from '../syntax.ts'
import { describe } from './describe.ts'
import type { KnownNames } from './known-names.ts'

/**
 * A place in a source, always at the start of a token. The first failure is kept and moves the place to the end, where
 * nothing more fits: readers need not look for it, they find nothing and return.
 */
export type Cursor = {
  readonly source: string
  /** Names that the source itself declares, so far. */
  readonly names: KnownNames
  /** Names from outside, in layers that other sources share. */
  readonly outside: readonly KnownNames[]
  readonly types: KnownNames
  at: number
  depth: number
  /** The depth at which an opening bracket may close a range: `[1..3[`. */
  rangeEndDepth: number
  finding: ExpressionFinding | null
  /** Reads a whole expression; a field, because every reader comes back to it. */
  readonly readExpression: (cursor: Cursor) => Expression
}

/** What a reader returns when nothing fits. */
export const nothing: Expression = { kind: 'literal', value: null }

const space = /(?:[\s\u0085\u180e\u200b]+|\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$))*/y

/** The next place that is neither white space nor comment. */
export function skipSpace(source: string, at: number): number {
  space.lastIndex = at
  space.test(source)
  return space.lastIndex
}

export function moveTo(cursor: Cursor, at: number): void {
  cursor.at = skipSpace(cursor.source, at)
}

/** Takes a sign, if it comes next. */
export function take(cursor: Cursor, sign: string): boolean {
  if (!cursor.source.startsWith(sign, cursor.at)) return false
  moveTo(cursor, cursor.at + sign.length)
  return true
}

/** Takes a sign that has to come next. */
export function expect(cursor: Cursor, sign: string): void {
  if (!take(cursor, sign)) fail(cursor)
}

export const isNext = (cursor: Cursor, sign: string): boolean => cursor.source.startsWith(sign, cursor.at)

/** Takes the text that a sticky pattern matches next. */
export function takeMatch(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at
  const match = pattern.exec(cursor.source)
  if (match === null) return undefined
  moveTo(cursor, pattern.lastIndex)
  return match[0]
}

export function fail(cursor: Cursor, message = describe(cursor.source, cursor.at)): Expression {
  return failWith(cursor, { code: 'EXPRESSION_SYNTAX', message, position: cursor.at })
}

export function failWith(cursor: Cursor, finding: ExpressionFinding): Expression {
  cursor.finding ??= finding
  cursor.at = cursor.source.length
  return nothing
}

/** Goes one level deeper; `false` when that is too deep. Whoever enters has to leave. */
export function enter(cursor: Cursor): boolean {
  cursor.depth++
  if (cursor.depth <= limits.expressionDepth) return true
  const message = `The expression nests deeper than ${limits.expressionDepth} levels`
  failWith(cursor, { code: 'EXPRESSION_TOO_DEEP', message, position: cursor.at })
  return false
}

export function leave(cursor: Cursor): void {
  cursor.depth--
}
