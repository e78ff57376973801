/** How one attempt is done: what the job says, else the task. */
import type { TaskOptions } from '@braid/core/model/dag.ts'
import { attemptAmong, type Backoff, defaultBackoffMs, numberHeader } from '../execution/backoff.ts'
import type { ActivatedJob } from '../execution/execution.ts'
import { durationMs } from './application-shape.ts'

export type AttemptOptions = Backoff & {
  readonly timeoutMs?: number
  readonly cacheMs?: number
}

const defaultRetries = 3

const ofDuration = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : durationMs(text)

export function attemptOptions(job: ActivatedJob, task: TaskOptions): AttemptOptions {
  const timeoutMs = numberHeader(job, 'timeoutMs') ?? ofDuration(task.timeout)
  const cacheMs = numberHeader(job, 'cacheMs') ?? ofDuration(task.cacheFor)
  const attempts = numberHeader(job, 'attempts') ?? (task.retries ?? defaultRetries) + 1
  return {
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(cacheMs === undefined ? {} : { cacheMs }),
    backoffMs: numberHeader(job, 'backoffMs') ?? ofDuration(task.backoff) ?? defaultBackoffMs,
    attempt: attemptAmong(attempts, job),
  }
}
