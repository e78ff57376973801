/** The three outcomes of a job as commands, shared by single requests and batches. */
import type { jobError, jobFailure } from '@braid/contract/job.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { CompleteJob, FailJob, ThrowJobError } from '@braid/core/engine/command.ts'
import type { z } from 'zod'

export const completion = (jobKey: Key, variables: JsonObject | null | undefined): CompleteJob => ({
  type: 'complete-job',
  jobKey,
  variables: variables ?? {},
})

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
