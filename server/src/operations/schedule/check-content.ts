/** What a schedule may say. */
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Result } from '@braid/core/base/result.ts'
import { parseTiming, type Timing, type TimingText } from '@braid/core/base/schedule-timing.ts'
import { type Refusal, refuse } from '../refusal.ts'

/** Characters as JSON: a page of due runs holds fifty of them. */
const inputLimit = 256 * 1024

const refuseField = (path: string, message: string) =>
  refuse('INVALID_REQUEST', `${path}: ${message}`, { errors: [{ path, message }] })

export function checkTiming(text: TimingText): Result<Timing, Refusal> {
  const timing = parseTiming(text)
  if (timing.ok) return timing
  const { field, message } = timing.error
  return refuseField(field === undefined ? 'body.timing' : `body.timing.${field}`, message)
}

export const noTimeFollows = (at: string | undefined) =>
  at === undefined
    ? refuseField('body.timing', 'expected a time to come, but none follows')
    : refuseField('body.timing.at', `expected a time to come, got ${at}`)

/** Undefined: it may be stored. */
export function inputFlaw(input: JsonObject | null | undefined): Result<never, Refusal> | undefined {
  const length = input === undefined || input === null ? 0 : JSON.stringify(input).length
  return length > inputLimit
    ? refuseField('body.input', `expected at most ${inputLimit} characters of JSON, got ${length}`)
    : undefined
}
