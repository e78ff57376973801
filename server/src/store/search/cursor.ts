/** Cursors of keyset paging: the sort values of a row and its key, readable only with the sort they were made for. */
import { failure, type Result, success } from '@braid/core/base/result.ts'

export type CursorValue = string | number | boolean | null

export function encodeCursor(sort: string, values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify([sort, ...values])).toString('base64url')
}

const isCursorValue = (value: unknown): value is CursorValue =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)

/** Fails for anything that `encodeCursor` did not make for the same sort. */
export function decodeCursor(
  cursor: string,
  sort: string,
  length: number,
): Result<readonly CursorValue[], string> {
  const wrong = failure('expected a cursor from a page of the same search with the same sort')
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return wrong
  }
  if (!Array.isArray(parts) || parts[0] !== sort) return wrong
  const values: readonly unknown[] = parts.slice(1)
  return values.length === length && values.every(isCursorValue) ? success(values) : wrong
}
