/**
 * Jobs for workers outside. Free jobs are taken from the table; a worker that finds none waits, and a job that is made
 * on this node meanwhile is stored already leased to it and handed over right after the commit.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { JobCreated } from '@braid/core/engine/wait-event.ts'
import type { ClaimedJob, ExecutionStore } from '../store/port.ts'
import { activatedJob } from './activated-job.ts'
import type { Clock } from './clock.ts'
import type { Decided, Placement } from './decide-instance.ts'
import type { ActivatedJob, Execution } from './execution.ts'
import type { Loaded } from './local-jobs.ts'

type Request = Parameters<Execution['activateJobs']>[0]

type Waiter = {
  readonly request: Request
  /** Reserved at a decision, not yet stored. */
  reserved: number
  readonly jobs: ActivatedJob[]
  /** Answers with what there is. */
  readonly finish: () => void
  scheduled: boolean
  /** Its time is up, or the caller has gone: it takes nothing more. */
  over: boolean
}

const roomOf = ({ request, reserved, jobs, over }: Waiter): number =>
  over ? 0 : request.max - reserved - jobs.length

export type JobActivation = {
  activate(request: Request): Promise<readonly ActivatedJob[]>
  /** Whether a waiting worker takes a new job. */
  lease(job: JobCreated): Extract<Placement, { kind: 'leased' }> | undefined
  release(jobKeys: readonly Key[]): void
  stored(decided: Decided): void
  /** Free jobs of a type may have appeared. */
  wake(jobType: string): void
  wakeAll(): void
  stop(): void
}

export type JobActivationDependencies = {
  readonly store: Pick<ExecutionStore, 'claimJobs'>
  readonly clock: Clock
  readonly load: (jobs: readonly ClaimedJob[]) => Promise<ReadonlyMap<Key, Loaded>>
  readonly onTrouble: (error: unknown) => void
}

export function createJobActivation({
  store,
  clock,
  load,
  onTrouble,
}: JobActivationDependencies): JobActivation {
  const waiting = new Map<string, Set<Waiter>>()
  const reservations = new Map<Key, { readonly waiter: Waiter; readonly until: Instant }>()

  const claim = async (request: Request, max: number): Promise<readonly ActivatedJob[]> => {
    const { jobType, worker, leaseMs, fetchVariables } = request
    const leaseUntil = clock.now() + leaseMs
    const claimed = await store.claimJobs({ jobType, worker, max, now: clock.now(), leaseUntil })
    if (claimed.length === 0) return []
    const loaded = await load(claimed)
    return claimed.flatMap((job) => {
      const from = loaded.get(job.instanceKey)
      if (from?.state?.elements.has(job.elementInstanceKey) !== true || from.definition === undefined)
        return []
      return [activatedJob(from.state, from.definition, job, fetchVariables)]
    })
  }

  const waitersOf = (jobType: string): Set<Waiter> => {
    let waiters = waiting.get(jobType)
    if (waiters === undefined) {
      waiters = new Set()
      waiting.set(jobType, waiters)
    }
    return waiters
  }

  const waitFor = (request: Request): Promise<readonly ActivatedJob[]> =>
    new Promise((resolve) => {
      const { jobType, longPollMs, signal } = request
      const waiters = waitersOf(jobType)
      const jobs: ActivatedJob[] = []
      const finish = (): void => {
        // What a commit in flight has reserved is still on its way.
        if (waiter.reserved > 0 || !waiters.delete(waiter)) return
        if (waiters.size === 0 && waiting.get(jobType) === waiters) waiting.delete(jobType)
        cancel()
        signal?.removeEventListener('abort', end)
        resolve(jobs)
      }
      const end = (): void => {
        waiter.over = true
        finish()
      }
      const waiter: Waiter = { request, reserved: 0, jobs, finish, scheduled: false, over: false }
      const cancel = clock.after(longPollMs, end)
      signal?.addEventListener('abort', end)
      waiters.add(waiter)
      if (signal?.aborted === true) end()
    })

  const deliver = (waiter: Waiter): void => {
    if (waiter.scheduled) return
    waiter.scheduled = true
    // Jobs of the same commit go in one answer.
    clock.soon(() => {
      waiter.scheduled = false
      waiter.finish()
    })
  }

  const serve = async (jobType: string): Promise<void> => {
    for (const waiter of [...(waiting.get(jobType) ?? [])]) {
      const room = roomOf(waiter)
      if (room <= 0) continue
      waiter.reserved += 1
      try {
        const jobs = await claim(waiter.request, room)
        waiter.jobs.push(...jobs)
        if (jobs.length < room) return
      } finally {
        waiter.reserved -= 1
        if (waiter.jobs.length > 0 || waiter.over) deliver(waiter)
      }
    }
  }

  const wake = (jobType: string): void => {
    if (waiting.has(jobType)) serve(jobType).catch(onTrouble)
  }

  return {
    activate: async (request) => {
      const jobs = await claim(request, request.max)
      if (jobs.length > 0 || request.longPollMs <= 0) return jobs
      const later = waitFor(request)
      // A job may have been stored between the look and the wait.
      wake(request.jobType)
      return later
    },
    lease: (job) => {
      for (const waiter of waiting.get(job.jobType) ?? []) {
        if (roomOf(waiter) <= 0) continue
        waiter.reserved += 1
        const until = clock.now() + waiter.request.leaseMs
        reservations.set(job.key, { waiter, until })
        return { kind: 'leased', worker: waiter.request.worker, until }
      }
      return undefined
    },
    release: (jobKeys) => {
      for (const key of jobKeys) {
        const reservation = reservations.get(key)
        if (reservation === undefined) continue
        reservations.delete(key)
        reservation.waiter.reserved -= 1
        deliver(reservation.waiter)
      }
    },
    stored: ({ placed, state, definition }) => {
      if (state === undefined || definition === undefined) return
      for (const { job, placement } of placed) {
        if (placement.kind === 'free') wake(job.jobType)
        const reservation = reservations.get(job.key)
        if (placement.kind !== 'leased' || reservation === undefined) continue
        const { waiter, until } = reservation
        const { worker, fetchVariables } = waiter.request
        reservations.delete(job.key)
        waiter.reserved -= 1
        waiter.jobs.push(
          activatedJob(state, definition, { ...job, worker, leaseUntil: until, attempt: 1 }, fetchVariables),
        )
        deliver(waiter)
      }
    },
    wake,
    wakeAll: () => {
      for (const jobType of waiting.keys()) wake(jobType)
    },
    stop: () => {
      for (const waiters of waiting.values()) {
        for (const waiter of [...waiters]) {
          waiter.over = true
          waiter.finish()
        }
      }
    },
  }
}
