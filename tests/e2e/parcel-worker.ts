/** A worker over the API that does the tasks of `parcel-report.dag.yaml`, as a program of the house would. */
import { ApiError, type Client, createClient } from '@braid/contract/client.ts'
import type { TestServer } from '../support/server.ts'

type Job = Awaited<ReturnType<Client['activateJobs']>>['jobs'][number]

export type ParcelWorker = {
  /** Jobs of the type wait in line until `release`. */
  hold(type: string): void
  release(type: string): void
  /** The next job of the type fails for good. */
  fail(type: string): void
  stop(): Promise<void>
}

const types = ['e2e/list', 'e2e/weigh', 'e2e/carry']
const worker = 'parcel-worker'

export function startParcelWorker(server: TestServer): ParcelWorker {
  const client = createClient({ baseUrl: `${server.url}/api/v1`, apiKey: server.apiKey })
  const held = new Set<string>()
  const failing = new Set<string>()
  const stopping = new AbortController()
  const work = async (type: string): Promise<void> => {
    while (!stopping.signal.aborted) {
      // Short, so that stopping need not break a request off.
      const body = { type, worker, timeout: 60_000, maxJobsToActivate: 100, requestTimeout: 500 }
      const { jobs } = await client.activateJobs({ body })
      for (const job of jobs) {
        await say(client, job)
        while (held.has(type) && !stopping.signal.aborted) await moment()
        if (stopping.signal.aborted) return
        await finish(client, job, failing.delete(type)).catch(unlessGone)
      }
    }
  }
  const loops = types.map(work)
  return {
    hold: (type) => void held.add(type),
    release: (type) => void held.delete(type),
    fail: (type) => void failing.add(type),
    async stop() {
      stopping.abort()
      await Promise.all(loops)
    },
  }
}

/** A run that was canceled meanwhile wants nothing any more. */
const unlessGone = (error: unknown): void => {
  if (!(error instanceof ApiError && error.problem.status === 404)) throw error
}

const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

const inputOf = ({ variables }: Job) => variables.input as { readonly [name: string]: unknown }

async function say(client: Client, job: Job): Promise<void> {
  const { jobKey, type } = job
  await client.reportJobs({
    body: {
      worker,
      reports: [
        {
          jobKey,
          entries: [
            { kind: 'log', level: 'info', message: `begins ${type}` },
            { kind: 'log', level: 'warn', message: 'the scale is old' },
            { kind: 'value', value: { seen: type } },
            { kind: 'progress', progress: 0.5, message: 'half done' },
          ],
        },
      ],
    },
  })
}

async function finish(client: Client, job: Job, fails: boolean): Promise<void> {
  const params = { jobKey: job.jobKey }
  if (fails) {
    await client.failJob({ params, body: { retries: 0, errorMessage: 'the scale broke' } })
    return
  }
  await client.completeJob({ params, body: { variables: { output: outputOf(job) } } })
}

function outputOf(job: Job) {
  const input = inputOf(job)
  if (job.type === 'e2e/list')
    return { weights: Array.from({ length: Number(input.parcels) }, (_, index) => index + 1) }
  return job.type === 'e2e/weigh' ? Number(input.weight) : `by ${String(input.by)}`
}
