/** How one attempt is done: what the job says, else the task. */
import type { TaskOptions } from '@braid/core/model/dag.ts'
import type { ActivatedJob } from '../execution/execution.ts'
import { durationMs } from './application-shape.ts'

export type AttemptOptions = {
  readonly timeoutMs?: number
  readonly cacheMs?: number
  /** Before the first retry. */
  readonly backoffMs: number
  /** Of those that its retries count, from 1: the back-off grows with it. */
  readonly attempt: number
}

const defaultRetries = 3
const defaultBackoffMs = 1_000
const longestBackoffMs = 3_600_000

const header = (job: ActivatedJob, name: string): number | undefined => {
  const value = Number(job.headers[name] ?? Number.NaN)
  return Number.isFinite(value) && value >= 0 ? value : undefined
}

const ofDuration = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : durationMs(text)

export function attemptOptions(job: ActivatedJob, task: TaskOptions): AttemptOptions {
  const timeoutMs = header(job, 'timeoutMs') ?? ofDuration(task.timeout)
  const cacheMs = header(job, 'cacheMs') ?? ofDuration(task.cacheFor)
  const attempts = header(job, 'attempts') ?? (task.retries ?? defaultRetries) + 1
  return {
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(cacheMs === undefined ? {} : { cacheMs }),
    backoffMs: header(job, 'backoffMs') ?? ofDuration(task.backoff) ?? defaultBackoffMs,
    // An operator may have given more retries than there were.
    attempt: Math.max(1, attempts - job.retries + 1),
  }
}

/**
 * Doubled with each attempt, up to an hour, and spread by a fifth each way so that what failed together does not come
 * back together. `random`: from 0 to 1.
 */
export const backoffAfter = ({ backoffMs, attempt }: AttemptOptions, random: number): number =>
  Math.round(Math.min(backoffMs * 2 ** Math.min(attempt - 1, 30), longestBackoffMs) * (0.8 + 0.4 * random))
