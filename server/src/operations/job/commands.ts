/** The three outcomes of a job as commands, shared by single requests and batches. */
import type { jobError, jobFailure, jobResult } from '@braid/contract/job.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { CompleteJob, FailJob, TaskVerdict, ThrowJobError } from '@braid/core/engine/command.ts'
import type { z } from 'zod'

type JobResult = z.output<typeof jobResult> | null | undefined

export const completion = (
  jobKey: Key,
  variables: JsonObject | null | undefined,
  result?: JobResult,
): CompleteJob => ({
  type: 'complete-job',
  jobKey,
  variables: variables ?? {},
  ...(result == null ? {} : { verdict: verdictOf(result) }),
})

/** Fields that are null are not corrected. */
function verdictOf({ denied, deniedReason, corrections }: NonNullable<JobResult>): TaskVerdict {
  const corrected = Object.entries(corrections ?? {}).filter(([, value]) => value != null)
  return {
    ...(denied === true ? { denied: deniedReason ?? 'a listener of the task refused' } : {}),
    ...(corrected.length === 0 ? {} : { corrections: Object.fromEntries(corrected) }),
  }
}

export const failureOf = (jobKey: Key, failure: z.output<typeof jobFailure> = {}): FailJob => ({
  type: 'fail-job',
  jobKey,
  retries: failure.retries ?? 0,
  retryBackOffMs: failure.retryBackOff ?? 0,
  message: failure.errorMessage ?? '',
  variables: failure.variables ?? {},
})

export const errorOf = (jobKey: Key, error: z.output<typeof jobError>): ThrowJobError => ({
  type: 'throw-job-error',
  jobKey,
  code: error.errorCode,
  message: error.errorMessage ?? '',
  variables: error.variables ?? {},
})
