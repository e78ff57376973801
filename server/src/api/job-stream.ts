/**
 * The stream of jobs to a worker: one JSON document per line, `{"jobs": […]}`, empty ones as a sign of life or to tell of canceled jobs. It sends
 * only as many jobs as the worker asked to have at once; answers (POST /jobs/completions) make room for more.
 */
import type { JobStreamFrame, jobRoutes } from '@braid/contract/job.ts'
import type { RouteRequest } from '@braid/contract/route.ts'
import { formatKey } from '@braid/core/base/key.ts'
import { activatedJobOf } from '../operations/job/activated-job.ts'
import { returnJobs } from '../operations/job/return-jobs.ts'
import type { Context } from '../operations/operation.ts'
import type { ResponseStream } from './response-stream.ts'

const defaultLeaseMs = 300_000
const heartbeatMs = 15_000
/** Jobs in one line: lines stay small enough to parse in one go. */
const maxBatch = 500

type Query = RouteRequest<(typeof jobRoutes)['streamJobs']>['query']

export async function streamJobs(
  context: Pick<Context, 'execution' | 'extendLeases' | 'jobOwners' | 'outstandingJobs' | 'workers' | 'log'>,
  { type, worker, maxJobs, timeout, fetchVariable }: Query,
  stream: ResponseStream,
): Promise<void> {
  const { execution, jobOwners, outstandingJobs, workers, log } = context
  const gone = workers.begin(worker, type)
  const fetchVariables = fetchVariable?.split(',').filter((name) => name.length > 0) ?? []
  const send = (frame: JobStreamFrame) => stream.write(`${JSON.stringify(frame)}\n`)
  const outstanding = outstandingJobs.open((canceled) => {
    send({ jobs: [], canceled: canceled.map(formatKey) }).catch(() => stream.end())
  })
  try {
    await send({ jobs: [] })
    while (!stream.signal.aborted) {
      const room = maxJobs - outstanding.count(execution.now())
      if (room <= 0) {
        const changed = await outstanding.change(execution.now(), heartbeatMs, stream.signal)
        if (!changed) await send({ jobs: [] })
        continue
      }
      const jobs = await execution.activateJobs({
        jobType: type,
        worker,
        max: Math.min(room, maxBatch),
        leaseMs: timeout ?? defaultLeaseMs,
        longPollMs: heartbeatMs,
        ...(fetchVariables.length === 0 ? {} : { fetchVariables }),
        signal: stream.signal,
      })
      if (stream.signal.aborted) return await returnJobs(context, jobs)
      outstanding.add(jobs)
      jobOwners.remember(jobs)
      await send({ jobs: jobs.map(activatedJobOf) })
    }
  } catch (error) {
    log.warn({ err: error, jobType: type, worker }, 'job stream failed')
  } finally {
    gone()
    outstanding.close()
    stream.end()
  }
}
