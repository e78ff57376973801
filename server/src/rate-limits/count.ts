/**
 * The two ways to count, exact to the request. Counting in fixed windows, as most libraries do, lets twice as many pass
 * around the edge of two windows. `redis-scripts.ts` says the same in Lua.
 */
import type { rateLimitAlgorithms } from '@braid/contract/rate-limit.ts'

/** What a rate limit comes to for somebody: `size` requests in `seconds`. */
export type Allowance = {
  readonly algorithm: (typeof rateLimitAlgorithms)[number]
  /** Of the window, or of the bucket. */
  readonly size: number
  /** Length of the window, or the time in which an empty bucket is full again; not always a whole number. */
  readonly seconds: number
}

export type Count = {
  readonly allowed: boolean
  readonly used: number
  /** Until one request more may be sent than now; 0 when nothing is used. */
  readonly resetMs: number
}

/**
 * A sliding window: the times of its requests, oldest first, all of them kept, for only they say when each stops counting.
 * Takes what is over out of `times`, and adds the request if it counts and there is room.
 */
export function countInWindow(
  times: number[],
  { size, seconds }: Allowance,
  now: number,
  counts: boolean,
): Count {
  const windowMs = seconds * 1000
  const firstWithin = times.findIndex((time) => time > now - windowMs)
  times.splice(0, firstWithin === -1 ? times.length : firstWithin)
  const allowed = times.length < size
  if (counts && allowed) times.push(now)
  const used = times.length
  // Of more than there is room for, after a limit was lowered, several have to go first.
  const next = times[Math.max(0, used - size)]
  return { allowed, used: Math.min(used, size), resetMs: next === undefined ? 0 : next + windowMs - now }
}

/** Less than any part of a request that matters, more than what rounding makes of one. */
const rounding = 1e-6

/**
 * A token bucket, kept as the time when it is full again (the generic cell rate algorithm): one number, and no timer that
 * fills it. Gives the count and the new time.
 */
export function countInBucket(
  fullAt: number,
  { size, seconds }: Allowance,
  now: number,
  counts: boolean,
): { readonly count: Count; readonly fullAt: number } {
  const perRequestMs = (seconds * 1000) / size
  const before = Math.max(0, fullAt - now) / perRequestMs
  const allowed = before + 1 <= size + rounding
  const missing = counts && allowed ? before + 1 : before
  const used = Math.max(0, Math.min(size, Math.ceil(missing - rounding)))
  const resetMs = Math.max(0, (missing - used + 1) * perRequestMs)
  return {
    count: { allowed, used, resetMs: used === 0 ? 0 : resetMs },
    fullAt: now + missing * perRequestMs,
  }
}
