import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { activatedJobOf } from './activated-job.ts'
import { refuseReserved } from './reserved-type.ts'
import { returnJobs } from './return-jobs.ts'

const defaultLongPollMs = 10_000

/** 0 and absence mean the default, a negative time means not to wait (Camunda 8, "activate jobs"). */
const longPollMs = (requestTimeout = 0): number =>
  requestTimeout === 0 ? defaultLongPollMs : Math.max(requestTimeout, 0)

export const activateJobs = operation({
  id: 'activateJobs',
  run: async (context, { body }, { signal }) => {
    const reserved = refuseReserved(body.type, 'body.type')
    if (!reserved.ok) return reserved
    const worker = body.worker ?? ''
    const end = context.workers.begin(worker, body.type)
    const activated = context.execution.activateJobs({
      jobType: body.type,
      worker,
      max: body.maxJobsToActivate,
      leaseMs: body.timeout,
      longPollMs: longPollMs(body.requestTimeout),
      ...(body.fetchVariable === undefined || body.fetchVariable.length === 0
        ? {}
        : { fetchVariables: body.fetchVariable }),
      signal,
    })
    const jobs = await activated.finally(end)
    if (signal.aborted) {
      await returnJobs(context, jobs)
      return success({ jobs: [] })
    }
    context.jobOwners.remember(jobs)
    return success({ jobs: jobs.map(activatedJobOf) })
  },
})
