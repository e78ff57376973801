/**
 * Jobs of a server that this process reaches over its API alone: taken by a stream for each type, answered together.
 * R1 a stream that ends is opened again, later each time and never by all workers at once;
 * R2 what runs is told of several times a second: that keeps its lease, and tells which jobs are gone;
 * R3 an answer is sent until the server takes or refuses it; a job that is gone is not answered.
 */
import { ApiError, type Client, operationUrl } from '@braid/contract/client.ts'
import type { JobStreamFrame, ActivatedJob as WireJob } from '@braid/contract/job.ts'
import type { JsonValue } from '@braid/core/base/json.ts'
import { type Key, parseKey } from '@braid/core/base/key.ts'
import type { Clock } from '../execution/clock.ts'
import {
  type ActivatedJob,
  BpmnError,
  type Execution,
  JobFailure,
  type JobHandler,
} from '../execution/execution.ts'
import type { OutputEntry, TaskOutputPort } from './task-output.ts'

export type RemoteJobs = Pick<Execution, 'handle'> & {
  readonly output: TaskOutputPort
  /** Takes nothing more and tells what runs to end; its jobs are others' when their leases end. */
  stop(): Promise<void>
}

export type RemoteJobsDependencies = {
  /** With the mount point, such as `http://localhost:8080/api/v1`. */
  readonly baseUrl: string
  readonly apiKey: string
  readonly client: Client
  readonly fetch: typeof fetch
  /** What the server knows this process by. */
  readonly worker: string
  readonly wall: Clock
  /** From 0 to 1. */
  readonly random: () => number
  readonly onTrouble: (error: unknown) => void
}

const leaseMs = 15_000
const reportMs = 400
const firstPauseMs = 250
const longestPauseMs = 10_000
/** A server that says nothing for so long is gone: it gives a sign of life every 15 s. */
const silenceMs = 45_000
const defaultConcurrency = 1_000
/** What tasks said since the last report, of each job; more is left out. */
const maxEntries = 1_000
const maxReports = 1_000
/** Bytes of a line of the stream. */
const maxLine = 64 * 1024 * 1024

type Running = { readonly abort: AbortController; entries: OutputEntry[] }

export function createRemoteJobs(dependencies: RemoteJobsDependencies): RemoteJobs {
  const { client, worker, wall, random, onTrouble } = dependencies
  const running = new Map<Key, Running>()
  const works = new Set<Promise<void>>()
  const over = new AbortController()

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = wall.after(ms, resolve)
      over.signal.addEventListener('abort', () => {
        cancel()
        resolve()
      })
    })
  const pauseAfter = (failures: number): Promise<void> =>
    pause(Math.min(firstPauseMs * 2 ** Math.min(failures, 10), longestPauseMs) * (0.5 + random()))

  /** Again and again, until the server has an answer of its own. */
  const insist = async (call: () => Promise<unknown>, signal: AbortSignal): Promise<void> => {
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        await call()
        return
      } catch (error) {
        if (error instanceof ApiError && isFinal(error.problem.status)) throw error
        onTrouble(error)
        await pauseAfter(failures)
      }
    }
    throw new DOMException('the job is gone', 'AbortError')
  }

  const answer = async (job: ActivatedJob, outcome: object, signal: AbortSignal): Promise<void> => {
    const completion = { jobKey: String(job.key), ...outcome }
    await insist(() => client.answerJobs({ body: { completions: [completion] } }), signal).catch(onTrouble)
  }

  const run = async (job: ActivatedJob, handler: JobHandler): Promise<void> => {
    const entry: Running = { abort: new AbortController(), entries: [] }
    const { signal } = entry.abort
    running.set(job.key, entry)
    const jobKey = String(job.key)
    const addItems = (offset: number, items: readonly JsonValue[]): Promise<void> =>
      insist(() => client.addJobItems({ params: { jobKey }, body: { offset, items: [...items] } }), signal)
    let outcome: object
    try {
      outcome = { variables: (await handler(job, { signal, addItems })) ?? {} }
    } catch (error) {
      outcome = failureOf(job, error)
    }
    try {
      if (signal.aborted) return
      // What it said last comes before its end.
      await report([[job.key, entry]]).catch(onTrouble)
      await answer(job, outcome, signal)
    } finally {
      running.delete(job.key)
    }
  }

  const report = async (jobs: readonly (readonly [Key, Running])[]): Promise<void> => {
    if (jobs.length === 0) return
    const reports = jobs.map(([key, entry]) => ({
      jobKey: String(key),
      entries: entry.entries.splice(0),
      timeout: leaseMs,
    }))
    const { gone } = await client.reportJobs({ body: { worker, reports } })
    for (const text of gone) {
      const key = parseKey(text)
      if (key !== undefined) running.get(key)?.abort.abort(new DOMException('the job is gone', 'AbortError'))
    }
  }

  const reportAll = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const jobs = [...running]
      try {
        for (let first = 0; first < jobs.length; first += maxReports)
          await report(jobs.slice(first, first + maxReports))
      } catch (error) {
        onTrouble(error)
      }
      await pause(reportMs)
    }
  }
  const reporting = reportAll()

  const follow = async (
    jobType: string,
    handler: () => JobHandler,
    maxJobs: number,
    end: AbortSignal,
  ): Promise<void> => {
    for (let failures = 0; !end.aborted; failures++) {
      try {
        for await (const job of jobsOf(
          dependencies,
          { type: jobType, worker, maxJobs: String(maxJobs), timeout: String(leaseMs) },
          end,
        )) {
          failures = 0
          const work = run(job, handler())
          works.add(work)
          work.finally(() => works.delete(work))
        }
      } catch (error) {
        if (!end.aborted) onTrouble(error)
      }
      if (!end.aborted) await pauseAfter(failures)
    }
  }

  const followed = new Map<string, { handler: JobHandler; readonly end: AbortController }>()

  return {
    handle: (jobType, handler, { concurrency = defaultConcurrency } = {}) => {
      const known = followed.get(jobType)
      const entry = known ?? { handler, end: new AbortController() }
      entry.handler = handler
      if (known === undefined) {
        followed.set(jobType, entry)
        const end = AbortSignal.any([entry.end.signal, over.signal])
        follow(jobType, () => entry.handler, Math.min(concurrency, 10_000), end).catch(onTrouble)
      }
      return () => {
        if (entry.handler !== handler) return
        followed.delete(jobType)
        entry.end.abort()
      }
    },
    output: {
      report: ({ key }, _, said) => {
        const entries = running.get(key)?.entries
        if (entries !== undefined && entries.length < maxEntries) entries.push(said)
      },
      cached: () => undefined,
    },
    stop: async () => {
      over.abort()
      for (const { abort } of running.values())
        abort.abort(new DOMException('the worker stops', 'AbortError'))
      await Promise.allSettled([...works, reporting])
    },
  }
}

type Query = {
  readonly type: string
  readonly worker: string
  readonly maxJobs: string
  readonly timeout: string
}

/** What would be answered alike again. */
const isFinal = (status: number): boolean => status < 500 && status !== 429

async function* jobsOf(
  { baseUrl, apiKey, fetch, wall }: RemoteJobsDependencies,
  query: Query,
  end: AbortSignal,
): AsyncGenerator<ActivatedJob> {
  const silent = new AbortController()
  let cancel = (): void => {}
  const hear = (): void => {
    cancel()
    cancel = wall.after(silenceMs, () =>
      silent.abort(new Error(`the server was silent for ${silenceMs / 1_000} s`)),
    )
  }
  hear()
  try {
    const response = await fetch(operationUrl(baseUrl, 'streamJobs', { query }), {
      headers: { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.any([end, silent.signal]),
    })
    if (!response.ok || response.body === null)
      throw new Error(`the server answered ${response.status}: ${(await response.text()).slice(0, 500)}`)
    let rest = ''
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      hear()
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > maxLine) throw new Error('the server sent a line without an end')
      for (const line of lines) yield* (JSON.parse(line) as JobStreamFrame).jobs.map(jobOf)
    }
  } finally {
    cancel()
  }
}

const keyOf = (text: string): Key => {
  const key = parseKey(text)
  if (key === undefined) throw new Error(`expected a key, got ${text}`)
  return key
}

const jobOf = (job: WireJob): ActivatedJob => ({
  key: keyOf(job.jobKey),
  jobType: job.type,
  instanceKey: keyOf(job.processInstanceKey),
  definitionKey: keyOf(job.processDefinitionKey),
  processId: job.processDefinitionId,
  definitionVersion: job.processDefinitionVersion,
  elementInstanceKey: keyOf(job.elementInstanceKey),
  element: job.elementId,
  headers: job.customHeaders,
  retries: job.retries,
  priority: job.priority,
  attempt: job.attempt,
  leaseUntil: job.deadline,
  worker: job.worker,
  variables: job.variables,
  ...(job.itemsTaken === undefined ? {} : { itemsTaken: job.itemsTaken }),
})

function failureOf(job: ActivatedJob, error: unknown): object {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof BpmnError) {
    const { code, variables } = error
    return { error: { errorCode: code, errorMessage: message, variables } }
  }
  const next = error instanceof JobFailure ? error : { retries: job.retries - 1, retryBackOffMs: 1_000 }
  return {
    failure: {
      retries: Math.max(0, next.retries),
      retryBackOff: next.retryBackOffMs,
      errorMessage: message.slice(0, 10_000),
    },
  }
}
