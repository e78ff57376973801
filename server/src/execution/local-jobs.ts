/**
 * Jobs done in this process. A job whose handler is here is held from its birth: it needs no row and no query, the
 * state of its instance says that it waits, and the instance's `holder` says where. Invariants:
 * H1 a held job is handed to its handler once, after the commit that made it;
 * H2 a handler's result is a command like any other, refused when the job is gone;
 * H3 a job of an instance that is suspended is dropped, and done again when it is resumed;
 * H4 a held job that takes long, or fails, gets a row; one whose node stops is published by another node.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Command } from '@braid/core/engine/command.ts'
import { deserializeState } from '@braid/core/engine/serialize.ts'
import type { InstanceState } from '@braid/core/engine/state.ts'
import type { JobCreated } from '@braid/core/engine/wait-event.ts'
import type { ClaimedJob, ExecutionStore, Lease, NodeFacts } from '../store/port.ts'
import { activatedJob } from './activated-job.ts'
import type { Clock } from './clock.ts'
import type { Outcome } from './commit-loop.ts'
import { type Decided, publishedJobs, workerOfNode } from './decide-instance.ts'
import {
  type ActivatedJob,
  BpmnError,
  type HandleOptions,
  IncidentError,
  type JobContext,
  JobFailure,
  type JobHandler,
} from './execution.ts'
import type { ItemStream } from './item-stream.ts'

type Registration = {
  handler: JobHandler
  concurrency: number
  /** The store says how many run at once, so that each has a row. */
  bounded: boolean
  running: number
  /** There may be jobs with rows that had no room. */
  behind: boolean
  /** A look for them is due. */
  looking: boolean
}

type Held = {
  readonly jobType: string
  readonly instanceKey: Key
  readonly abort: AbortController
  readonly since: Instant
  /** False until the commit that made it. */
  started: boolean
  /** Has a row, leased by this node. */
  published: boolean
}

export type LocalJobs = {
  handle(jobType: string, handler: JobHandler, options?: HandleOptions): () => void
  /** Takes a new job when its handler has room. */
  hold(job: JobCreated, instanceKey: Key): boolean
  /** How many of its jobs run at once is the store's to say. */
  isBounded(jobType: string): boolean
  /** Held without a row. */
  isHeld(jobKey: Key): boolean
  /** Has a row now, whoever gave it. */
  gotRow(jobKey: Key): void
  leaseOfHeld(jobKey: Key): Lease | undefined
  release(jobKeys: readonly Key[]): void
  /** After a commit: starts held jobs that it made, forgets and aborts those that it ended. */
  stored(decided: Decided): void
  /** Another node canceled them, or any; handlers of those that are gone are told. */
  canceledElsewhere(jobKeys: readonly Key[] | '*'): Promise<void>
  /** Takes jobs with rows that fit free handlers. */
  poll(): Promise<void>
  /** Gives rows to jobs that take long, and extends their leases. */
  tend(): Promise<void>
  /** What it does, for people. */
  facts(): Pick<NodeFacts, 'jobTypes' | 'running'>
  stop(): Promise<void>
}

export type LocalJobsDependencies = {
  readonly store: Pick<ExecutionStore, 'claimJobs' | 'extendLeases' | 'loadInstances'>
  readonly clock: Clock
  readonly nodeKey: Key
  readonly submit: (instanceKey: Key, command: Command) => Promise<Outcome>
  readonly addItems: ItemStream
  readonly load: (jobs: readonly ClaimedJob[]) => Promise<ReadonlyMap<Key, Loaded>>
  readonly onTrouble: (error: unknown) => void
}

export type Loaded = Pick<Decided, 'state' | 'definition'>

/** A job that runs longer than this is worth showing. */
const publishAfterMs = 1_000
/** Extended every second; when the node stops, others get the job after this, like those it held without a row. */
const leaseMs = 6_000
const retryBackOffMs = 1_000
/** Jobs of one type at once. */
const defaultConcurrency = 1_000
/** Jobs of one type taken from the table at a time. */
const pollSize = 100

export function createLocalJobs(dependencies: LocalJobsDependencies): LocalJobs {
  const { store, clock, submit, onTrouble } = dependencies
  const worker = workerOfNode(dependencies.nodeKey)
  const registrations = new Map<string, Registration>()
  const held = new Map<Key, Held>()
  const running = new Set<Promise<void>>()
  let stopped = false

  const track = (jobKey: Key, jobType: string, instanceKey: Key, published: boolean): void => {
    held.set(jobKey, {
      jobType,
      instanceKey,
      abort: new AbortController(),
      since: clock.now(),
      started: false,
      published,
    })
  }

  const forget = (jobKey: Key): void => {
    const entry = held.get(jobKey)
    if (entry === undefined) return
    held.delete(jobKey)
    const registration = registrations.get(entry.jobType)
    if (registration === undefined) return
    registration.running -= 1
    if (registration.behind || registration.bounded) catchUp(entry.jobType, registration)
  }

  /** As soon as there is room; what ends at the same time makes room together. */
  const catchUp = (jobType: string, registration: Registration): void => {
    registration.behind = false
    if (registration.looking) return
    registration.looking = true
    clock.soon(() => {
      registration.looking = false
      if (!stopped) claim(jobType, registration).catch(onTrouble)
    })
  }

  const gotRow = (jobKey: Key): void => {
    const entry = held.get(jobKey)
    if (entry !== undefined) entry.published = true
  }

  const contextOf = (job: ActivatedJob, signal: AbortSignal): JobContext => ({
    signal,
    addItems: dependencies.addItems(job, signal),
  })

  const run = async (job: ActivatedJob, handler: JobHandler, entry: Held): Promise<void> => {
    let command: Command
    try {
      const variables = (await handler(job, contextOf(job, entry.abort.signal))) ?? {}
      command = { type: 'complete-job', jobKey: job.key, variables }
    } catch (error) {
      command = failureOf(job, error)
    }
    // The job was canceled, or somebody else has it now: nobody asks for the result.
    if (entry.abort.signal.aborted) return
    const outcome = await report(job.instanceKey, command)
    // Without an outcome this node stops, and hands the job over.
    if (outcome === undefined || outcome.ok) return
    // A result that can't be stored is the handler's failure; any other refusal says that the job is gone.
    const failed = outcome.error.kind === 'invalid' ? giveUp(job, outcome.error.message) : undefined
    if (failed === undefined || (await report(job.instanceKey, failed))?.ok !== true) forget(job.key)
  }

  /** Tries until the result is stored or refused, for nobody else knows of a job without a row. */
  const report = async (instanceKey: Key, command: Command): Promise<Outcome | undefined> => {
    while (!stopped) {
      try {
        return await submit(instanceKey, command)
      } catch (error) {
        onTrouble(error)
        await new Promise<void>((resolve) => clock.after(retryBackOffMs, resolve))
      }
    }
    return undefined
  }

  /** This node stops, and others find only jobs with rows. */
  const handOver = (instanceKey: Key, jobKey: Key): void => {
    submit(instanceKey, { type: 'publish-jobs', jobKeys: [jobKey] }).catch(onTrouble)
  }

  const start = (job: ActivatedJob): void => {
    const entry = held.get(job.key)
    const registration = registrations.get(job.jobType)
    if (entry === undefined || entry.started || registration === undefined) return
    if (stopped) {
      forget(job.key)
      if (!entry.published) handOver(job.instanceKey, job.key)
      return
    }
    entry.started = true
    const task = run(job, registration.handler, entry)
    running.add(task)
    task.finally(() => running.delete(task))
  }

  const ended = (jobKey: Key, canceled: boolean): void => {
    const entry = held.get(jobKey)
    if (entry === undefined) return
    if (canceled) entry.abort.abort()
    forget(jobKey)
  }

  const claim = async (jobType: string, registration: Registration): Promise<void> => {
    const max = Math.min(pollSize, registration.concurrency - registration.running)
    if (max <= 0) {
      registration.behind = true
      return
    }
    const leaseUntil = clock.now() + leaseMs
    // Taken until it is known how many there are: no job that is made meanwhile gets their room.
    registration.running += max
    const { jobs, loaded } = await take(jobType, max, leaseUntil).finally(() => {
      registration.running -= max
    })
    for (const job of jobs) {
      const from = loaded.get(job.instanceKey)
      const isThere = from?.state?.elements.has(job.elementInstanceKey) === true
      if (!isThere || from?.state === undefined || from.definition === undefined || held.has(job.key))
        continue
      registration.running += 1
      track(job.key, job.jobType, job.instanceKey, true)
      start(activatedJob(from.state, from.definition, { ...job, leaseUntil }))
    }
    if (jobs.length === max) await claim(jobType, registration)
    else if (registration.behind) catchUp(jobType, registration)
  }

  const take = async (jobType: string, max: number, leaseUntil: Instant) => {
    const jobs = await store.claimJobs({ jobType, worker, max, now: clock.now(), leaseUntil })
    return { jobs, loaded: jobs.length === 0 ? new Map<Key, Loaded>() : await dependencies.load(jobs) }
  }

  /** Tells handlers whose jobs the stored state does not have any more. */
  const check = async (instanceKeys: readonly Key[]): Promise<void> => {
    const states = new Map<Key, InstanceState>()
    // As it was before the look: a job that comes meanwhile is not in what was read.
    const before = [...held].filter(([, { started }]) => started)
    for (const row of await store.loadInstances(instanceKeys))
      states.set(row.key, deserializeState(row.state))
    for (const [key, { instanceKey }] of before) {
      if (!instanceKeys.includes(instanceKey)) continue
      const state = states.get(instanceKey)
      if (state?.owners.has(key) !== true || state.suspended) ended(key, true)
    }
  }

  /** A job that gets no row although it was asked for may be gone. */
  const publish = async (instanceKey: Key, jobKeys: readonly Key[]): Promise<void> => {
    await submit(instanceKey, { type: 'publish-jobs', jobKeys })
    if (jobKeys.some((key) => held.get(key)?.published === false)) await check([instanceKey])
  }

  return {
    canceledElsewhere: async (jobKeys) => {
      if (jobKeys !== '*') for (const key of jobKeys) ended(key, true)
      else if (held.size > 0)
        await check([...new Set([...held.values()].map(({ instanceKey }) => instanceKey))])
    },
    handle: (jobType, handler, { concurrency = defaultConcurrency, bounded = false } = {}) => {
      const running = [...held.values()].filter((entry) => entry.jobType === jobType).length
      const before = registrations.get(jobType) ?? { running, behind: true, looking: false }
      const registration = Object.assign(before, { handler, concurrency, bounded })
      registrations.set(jobType, registration)
      return () => {
        if (registration.handler === handler) registrations.delete(jobType)
      }
    },
    hold: (job, instanceKey) => {
      const registration = registrations.get(job.jobType)
      if (stopped || registration === undefined || registration.bounded) return false
      if (registration.running >= registration.concurrency) {
        registration.behind = true
        return false
      }
      registration.running += 1
      track(job.key, job.jobType, instanceKey, false)
      return true
    },
    isBounded: (jobType) => registrations.get(jobType)?.bounded === true,
    isHeld: (jobKey) => held.get(jobKey)?.published === false,
    gotRow,
    leaseOfHeld: (jobKey) =>
      held.has(jobKey) ? { jobKey, worker, until: clock.now() + leaseMs } : undefined,
    release: (jobKeys) => {
      for (const key of jobKeys) forget(key)
    },
    stored: ({ commit, placed, state, definition }) => {
      for (const event of commit?.events ?? []) {
        if (event.type === 'job-completed' || event.type === 'job-failed') ended(event.key, false)
        else if (event.type === 'job-canceled' || event.type === 'job-error-thrown') ended(event.key, true)
        else if (event.type === 'instance-suspended') for (const key of event.jobs) ended(key, true)
        else for (const { key } of publishedJobs(event)) gotRow(key)
      }
      if (state === undefined || definition === undefined) return
      for (const { job, placement } of placed) {
        const registration = registrations.get(job.jobType)
        // There was no room when it was decided; there may have been since, when nobody saw its row yet.
        if (placement.kind === 'free' && registration !== undefined) catchUp(job.jobType, registration)
        if (placement.kind !== 'held') continue
        const { key, elementInstanceKey, element, jobType, retries } = job
        const leaseUntil = clock.now() + leaseMs
        start(
          activatedJob(state, definition, {
            key,
            elementInstanceKey,
            element,
            jobType,
            retries,
            worker,
            leaseUntil,
            attempt: 1,
          }),
        )
      }
    },
    poll: async () => {
      if (stopped) return
      for (const [jobType, registration] of registrations) await claim(jobType, registration)
    },
    tend: async () => {
      const slow = clock.now() - publishAfterMs
      const unpublished = new Map<Key, Key[]>()
      const extend: Lease[] = []
      for (const [key, { instanceKey, since, published, started }] of held) {
        if (!started || since > slow) continue
        if (published) extend.push({ jobKey: key, worker, until: clock.now() + leaseMs })
        else unpublished.set(instanceKey, [...(unpublished.get(instanceKey) ?? []), key])
      }
      for (const [instanceKey, jobKeys] of unpublished) publish(instanceKey, jobKeys).catch(onTrouble)
      if (extend.length === 0) return
      const kept = new Set(await store.extendLeases(extend))
      // The lease was lost, to another worker or with the job: the work goes on elsewhere.
      for (const { jobKey } of extend) if (!kept.has(jobKey)) ended(jobKey, true)
    },
    facts: () => ({
      jobTypes: [...registrations.keys()].toSorted(),
      running: held.values().reduce((count, { started }) => count + (started ? 1 : 0), 0),
    }),
    stop: async () => {
      stopped = true
      for (const { abort } of held.values()) abort.abort()
      await Promise.allSettled(running)
      const leased: Lease[] = []
      for (const [key, { instanceKey, started, published }] of held) {
        if (!started) continue
        forget(key)
        if (published) leased.push({ jobKey: key, worker, until: clock.now() })
        else handOver(instanceKey, key)
      }
      // Others need not wait for the end of its leases.
      if (leased.length > 0) await store.extendLeases(leased)
    },
  }
}

const giveUp = (job: ActivatedJob, message: string): Command => ({
  type: 'fail-job',
  jobKey: job.key,
  retries: 0,
  retryBackOffMs: 0,
  message,
  variables: {},
})

function failureOf(job: ActivatedJob, error: unknown): Command {
  if (error instanceof BpmnError) {
    return {
      type: 'throw-job-error',
      jobKey: job.key,
      code: error.code,
      message: error.message,
      variables: error.variables,
    }
  }
  return {
    type: 'fail-job',
    jobKey: job.key,
    retries: error instanceof JobFailure ? error.retries : job.retries - 1,
    retryBackOffMs: error instanceof JobFailure ? error.retryBackOffMs : retryBackOffMs,
    message: error instanceof Error ? error.message : String(error),
    variables: {} satisfies JsonObject,
    ...(error instanceof IncidentError && { incident: error.incident }),
  }
}
