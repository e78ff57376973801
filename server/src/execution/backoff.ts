/** How long a job waits between attempts, for handlers that see to it themselves. */
import type { ActivatedJob } from './execution.ts'

export type Backoff = {
  /** Before the first retry. */
  readonly backoffMs: number
  /** Of those that its retries count, from 1: the back-off grows with it. */
  readonly attempt: number
}

export const defaultBackoffMs = 1_000
const longestBackoffMs = 3_600_000

/** A header that holds a number, such as milliseconds. */
export const numberHeader = (job: Pick<ActivatedJob, 'headers'>, name: string): number | undefined => {
  const value = Number(job.headers[name] ?? Number.NaN)
  return Number.isFinite(value) && value >= 0 ? value : undefined
}

/** `attempts`: that it may have in all. An operator may have given more retries than there were. */
export const attemptAmong = (attempts: number, { retries }: Pick<ActivatedJob, 'retries'>): number =>
  Math.max(1, attempts - retries + 1)

/**
 * Doubled with each attempt, up to an hour, and spread by a fifth each way so that what failed together does not come
 * back together. `random`: from 0 to 1.
 */
export const backoffAfter = ({ backoffMs, attempt }: Backoff, random: number): number =>
  Math.round(Math.min(backoffMs * 2 ** Math.min(attempt - 1, 30), longestBackoffMs) * (0.8 + 0.4 * random))
