import { type Result, success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { type Context, operation } from '../operation.ts'
import { notFound, type Refusal, refuse } from '../refusal.ts'
import { submitForJob } from '../submit.ts'

export const updateJob = operation({
  id: 'updateJob',
  target: ({ params }) => params.jobKey,
  run: async (context, { params, body }) => {
    const { retries, timeout } = body.changeset
    if (typeof timeout === 'number') {
      const moved = await moveLease(context, params.jobKey, timeout)
      if (!moved.ok) return moved
    }
    if (typeof retries !== 'number') return success(undefined)
    return submitForJob(context, params.jobKey, (jobKey) => ({ type: 'update-job-retries', jobKey, retries }))
  },
})

async function moveLease(
  context: Context,
  jobKeyText: string,
  timeoutMs: number,
): Promise<Result<undefined, Refusal>> {
  const jobKey = keyOf('job', jobKeyText)
  if (!jobKey.ok) return jobKey
  const filter = { jobKey: jobKeyText }
  const [job] = (await context.reads.search.jobs({ filter, page: { limit: 1 } })).items
  if (job === undefined) return notFound('job', jobKeyText)
  const until = context.execution.now() + timeoutMs
  const extended = await context.extendLeases([{ jobKey: jobKey.value, worker: job.worker, until }])
  return extended.includes(jobKey.value)
    ? success(undefined)
    : refuse('INVALID_STATE', `job ${jobKeyText} is not activated by any worker`)
}
