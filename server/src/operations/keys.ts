/** Keys of a request: validation saw decimal digits, but not whether the number is one that can exist. */
import { type Key, parseKey } from '@braid/core/base/key.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import { notFound, type Refusal } from './refusal.ts'

export function keyOf(what: string, text: string): Result<Key, Refusal> {
  const key = parseKey(text)
  return key === undefined ? notFound(what, text) : success(key)
}
