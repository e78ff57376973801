import type { jobOutcome, jobOutcomeResult } from '@braid/contract/job.ts'
import { problemCodes } from '@braid/contract/problem.ts'
import type { Key } from '@braid/core/base/key.ts'
import { success } from '@braid/core/base/result.ts'
import type { Command } from '@braid/core/engine/command.ts'
import type { z } from 'zod'
import { OverloadError } from '../../execution/execution.ts'
import { type Context, operation } from '../operation.ts'
import { submitForJob } from '../submit.ts'
import { completion, errorOf, failureOf } from './commands.ts'

type Outcome = z.output<typeof jobOutcome>
type OutcomeResult = z.output<typeof jobOutcomeResult>

/** Submitted together, so that execution commits them together; each is taken or refused by itself. */
export const answerJobs = operation({
  id: 'answerJobs',
  run: async (context, { body }) =>
    success({ results: await Promise.all(body.completions.map((outcome) => answer(context, outcome))) }),
})

async function answer(context: Context, outcome: Outcome): Promise<OutcomeResult> {
  const { jobKey } = outcome
  try {
    const done = await submitForJob(context, jobKey, (key) => commandOf(key, outcome))
    if (done.ok) return { jobKey, status: 204 }
    const { code, detail } = done.error
    return { jobKey, status: problemCodes[code].status, code, detail }
  } catch (error) {
    if (!(error instanceof OverloadError)) throw error
    return { jobKey, status: 503, code: 'RESOURCE_EXHAUSTED', detail: 'too much is waiting; send it again' }
  }
}

function commandOf(jobKey: Key, outcome: Outcome): Command {
  if ('failure' in outcome) return failureOf(jobKey, outcome.failure)
  if ('error' in outcome) return errorOf(jobKey, outcome.error)
  return completion(jobKey, outcome.variables)
}
