/**
 * Group commit. Commands join the batch that is being collected; a batch is loaded, decided in memory and stored in
 * one round trip. Invariants:
 * L1 an instance is in at most one batch at a time;
 * L2 nobody is answered, and no follow-up starts, before the commit that holds the effect;
 * L3 after anything but a clean commit the instances concerned are forgotten and read again;
 * L4 every command is answered once: with its result, a rejection, or the error that kept it from being stored.
 */
import type { Key } from '@braid/core/base/key.ts'
import { failure, type Result } from '@braid/core/base/result.ts'
import type { Command, Rejection } from '@braid/core/engine/command.ts'
import type { Claim, ExecutionStore, InstanceCommit, Refusal } from '../store/port.ts'
import type { Clock } from './clock.ts'
import { createBatchDecider } from './decide-batch.ts'
import {
  type DecideDependencies,
  type Decided,
  doneAlready,
  StateTooLarge,
  type Work,
} from './decide-instance.ts'
import { OverloadError } from './execution.ts'
import { createLateCommits, type Late } from './late-commits.ts'

export type Outcome = Result<{ readonly version: number }, Rejection>

export type SubmitOptions = {
  /** Done at most once, whoever tries. */
  readonly claim?: Claim
  /** Outbox row that this command comes from. */
  readonly delivered?: Key
  /** From outside: refused when too much waits already. */
  readonly external?: boolean
}

export type CommitLoop = {
  submit(instanceKey: Key, command: Command, options?: SubmitOptions): Promise<Outcome>
  /** Commands that wait or are being stored. */
  readonly pending: number
  /** Takes no more external commands and resolves when all are answered. */
  drain(): Promise<void>
}

export type CommitLoopDependencies = DecideDependencies & {
  readonly store: ExecutionStore
  readonly clock: Clock
  /** Whether other nodes live and want to be told. */
  readonly notify: () => boolean
  readonly onStored: (stored: readonly Decided[]) => void
  readonly onTrouble: (error: unknown) => void
}

/** Two batches keep both the database and this process busy; more only add latency. */
const batchesInFlight = 2
const instancesPerBatch = 512
/** Fewer instances are not worth a round trip of their own. */
const smallestShare = 16
/** Bounds how long one instance keeps the thread; a large one is stored whole each time, so that few are dear. */
const commandsPerInstance = 2_000
/** Bounds memory: about a second of work. */
const pendingLimit = 20_000
/** A version conflict is normal with several nodes; so many in a row for one command are not. */
const attemptsLimit = 50

const startKeyTaken: Rejection = { kind: 'conflict', message: 'an instance with this start key is active' }

type Slot = { readonly key: Key; readonly queue: Work[]; busy: boolean }
type Batch = readonly { readonly slot: Slot; readonly works: readonly Work[] }[]

export function createCommitLoop(dependencies: CommitLoopDependencies): CommitLoop {
  const { store, clock, cache, onStored, onTrouble } = dependencies
  const decideBatch = createBatchDecider(dependencies)
  const slots = new Map<Key, Slot>()
  /** Slots with queued work that no batch holds. */
  const ready: Slot[] = []
  /** Parts of a batch that failed as a whole, tried apart. */
  const retries: Batch[] = []
  const idle: (() => void)[] = []
  let inFlight = 0
  let pending = 0
  let scheduled = false
  let draining = false
  let failures = 0

  const submit: CommitLoop['submit'] = (instanceKey, command, options = {}) => {
    if (options.external === true && (draining || pending >= pendingLimit)) {
      const why = draining ? 'this node is stopping' : `more than ${pendingLimit} commands are waiting`
      return Promise.reject(new OverloadError(`${why}: try again in a moment`))
    }
    return new Promise((resolve, reject) => {
      pending += 1
      const { claim, delivered } = options
      enqueue(instanceKey, {
        command,
        claim,
        delivered,
        attempts: 0,
        // It changes the definition that the others are decided with.
        alone: command.type === 'migrate-instance',
        answered: false,
        resolve,
        reject,
      })
    })
  }

  const enqueue = (key: Key, ...works: Work[]): void => {
    let slot = slots.get(key)
    if (slot === undefined) {
      slot = { key, queue: [], busy: false }
      slots.set(key, slot)
    }
    if (slot.queue.length === 0 && !slot.busy) ready.push(slot)
    slot.queue.push(...works)
    wake()
  }

  const wake = (): void => {
    if (scheduled || inFlight >= batchesInFlight) return
    scheduled = true
    clock.soon(() => {
      scheduled = false
      pump()
    })
  }

  const pump = (): void => {
    while (inFlight < batchesInFlight) {
      const batch = retries.shift() ?? collect()
      if (batch.length === 0) return
      inFlight += 1
      run(batch)
        .catch((error) => giveUp(batch, error))
        .finally(() => {
          inFlight -= 1
          release(batch)
          if (ready.length > 0 || retries.length > 0) wake()
          else if (pending === 0) for (const resolve of idle.splice(0)) resolve()
        })
    }
  }

  /** Many ready instances are shared out over the batches that may start, so that no batch waits alone. */
  const collect = (): Batch => {
    const share = Math.max(smallestShare, Math.ceil(ready.length / (batchesInFlight - inFlight)))
    return ready.splice(0, Math.min(share, instancesPerBatch)).map((slot) => {
      slot.busy = true
      return { slot, works: takeWorks(slot.queue) }
    })
  }

  const release = (batch: Batch): void => {
    for (const { slot } of batch) {
      if (retries.some((retry) => retry.some((part) => part.slot === slot))) continue
      slot.busy = false
      if (slot.queue.length > 0) ready.push(slot)
      else slots.delete(slot.key)
    }
  }

  const end = (work: Work): boolean => {
    if (work.answered) return false
    work.answered = true
    pending -= 1
    return true
  }
  const answer = (work: Work, outcome: Outcome): void => {
    if (end(work)) work.resolve(outcome)
  }
  const refuse = (work: Work, error: unknown): void => {
    if (end(work)) work.reject(error)
  }
  const giveUp = (batch: Batch, error: unknown): void => {
    for (const { slot, works } of batch) {
      cache.drop(slot.key)
      for (const work of works) refuse(work, error)
    }
  }

  const again = (slot: Slot, works: readonly Work[]): void => {
    cache.drop(slot.key)
    const alive: Work[] = []
    for (const work of works) {
      if (work.answered) continue
      work.attempts += 1
      if (work.attempts <= attemptsLimit) alive.push(work)
      else refuse(work, new OverloadError(`process instance ${slot.key} changes too fast elsewhere`))
    }
    slot.queue.unshift(...alive)
  }

  const run = async (batch: Batch): Promise<void> => {
    let decided: readonly Decided[]
    try {
      decided = await decideBatch(batch)
    } catch (error) {
      await retryLater(batch, error)
      return
    }
    const late = await lateCommits.find(decided)
    for (const { outcomes } of late.values()) for (const [work, outcome] of outcomes) answer(work, outcome)
    const commits: InstanceCommit[] = []
    for (const one of decided) if (one.commit !== undefined && !late.has(one.key)) commits.push(one.commit)
    let refusals: readonly Refusal[] = []
    if (commits.length > 0) {
      try {
        refusals = await store.commit(commits, { notify: dependencies.notify() })
      } catch (error) {
        await recover(batch, decided, late, error)
        return
      }
    }
    failures = 0
    settle(batch, decided, await lateCommits.explain(refusals), late)
  }

  const settle = (
    batch: Batch,
    decided: readonly Decided[],
    refusals: readonly Refusal[],
    late: Late,
  ): void => {
    const refused = new Map(refusals.map((refusal) => [refusal.key, refusal.reason]))
    for (const key of late.keys()) refused.set(key, 'version')
    const stored: Decided[] = []
    for (const [index, one] of decided.entries()) {
      const { slot, works } = batch[index] as Batch[number]
      if (one.error !== undefined) {
        cache.drop(slot.key)
        isolate(slot, works, one.error)
        continue
      }
      const reason = refused.get(slot.key)
      if (reason !== undefined) {
        dependencies.release(one)
        refuseInstance(slot, works, reason)
        continue
      }
      if (one.cached === undefined) cache.drop(slot.key)
      else cache.set(slot.key, one.cached)
      if (one.commit === undefined) continue
      lateCommits.superseded(slot.key)
      stored.push(one)
    }
    for (const one of decided) {
      if (refused.has(one.key)) continue
      for (const [work, outcome] of one.outcomes) answer(work, outcome)
    }
    for (const one of late.values()) settleLate(one)
    onStored(stored)
  }

  /** A command that can't be decided, for a defect or its size, must not take others of its instance with it. */
  const isolate = (slot: Slot, works: readonly Work[], error: unknown): void => {
    if (works.length > 1) {
      for (const work of works) work.alone = true
      again(slot, works)
      return
    }
    if (!(error instanceof StateTooLarge)) onTrouble(error)
    for (const work of works) {
      if (error instanceof StateTooLarge) answer(work, failure({ kind: 'invalid', message: error.message }))
      else refuse(work, error)
    }
  }

  const refuseInstance = (slot: Slot, works: readonly Work[], reason: Refusal['reason']): void => {
    if (reason === 'version') {
      again(slot, works)
      return
    }
    cache.drop(slot.key)
    if (reason === 'start-key') {
      for (const work of works) answer(work, failure(startKeyTaken))
      return
    }
    // Only claimed work can be to blame; with several, each finds out for itself.
    const claimed = works.filter((work) => work.claim !== undefined)
    if (claimed.length === 1) for (const work of claimed) answer(work, failure(doneAlready))
    else for (const work of claimed) work.alone = true
    again(slot, works)
  }

  /** A commit whose outcome is unknown: what it stored is recognised by its events, the rest is done again. */
  const recover = async (
    batch: Batch,
    decided: readonly Decided[],
    late: Late,
    error: unknown,
  ): Promise<void> => {
    for (const { slot } of batch) cache.drop(slot.key)
    onTrouble(error)
    const open: Batch[number][] = []
    const stored: Decided[] = []
    for (const [index, one] of decided.entries()) {
      const part = batch[index] as Batch[number]
      if (late.has(one.key)) {
        dependencies.release(one)
        again(part.slot, part.works)
      } else if (one.error !== undefined) isolate(part.slot, part.works, one.error)
      else if (one.commit === undefined) for (const [work, outcome] of one.outcomes) answer(work, outcome)
      else if (await wasStored(one.commit)) {
        stored.push(one)
        for (const [work, outcome] of one.outcomes) answer(work, outcome)
      } else {
        dependencies.release(one)
        lateCommits.failed(one)
        open.push(part)
      }
    }
    for (const one of late.values()) settleLate(one)
    onStored(stored)
    await retryApart(open, error)
  }

  /** Follows up a late commit. This node has let go of the jobs that it was to hold, so they get rows. */
  const settleLate = (one: Decided): void => {
    const jobKeys = one.placed.flatMap(({ job, placement }) => (placement.kind === 'held' ? [job.key] : []))
    if (jobKeys.length > 0) {
      submit(one.key, { type: 'publish-jobs', jobKeys }).catch(onTrouble)
      // Before all that waits: until then, no row and no node has these jobs.
      const { queue } = slots.get(one.key) as Slot
      queue.unshift(...queue.splice(-1))
    }
    onStored([{ ...one, placed: one.placed.filter(({ placement }) => placement.kind !== 'held') }])
  }

  /** Another node's commit differs in its events, which carry keys that nobody else makes, or at least in its time. */
  const wasStored = async ({ key, version, at, events }: InstanceCommit): Promise<boolean> => {
    for (let attempt = 0; ; attempt++) {
      try {
        const [entry] = await store.history({ instanceKey: key, after: version - 1, max: 1 })
        if (entry?.version !== version || entry.at !== at) return false
        return JSON.stringify(entry.events) === JSON.stringify(events)
      } catch (error) {
        onTrouble(error)
        await pause(attempt)
      }
    }
  }

  /** Halves a batch that failed, so that one command that can't be stored doesn't stop the others. */
  const retryApart = async (open: Batch, error: unknown): Promise<void> => {
    if (open.length === 0) return
    await pause(failures++)
    if (open.length > 1) {
      const middle = Math.ceil(open.length / 2)
      retries.push(open.slice(0, middle), open.slice(middle))
      return
    }
    const [{ slot, works }] = open as [Batch[number]]
    if (works.length > 1) {
      const middle = Math.ceil(works.length / 2)
      again(slot, works.slice(middle))
      retries.push([{ slot, works: works.slice(0, middle) }])
      return
    }
    if (dependencies.isPassing(error)) again(slot, works)
    else for (const work of works) refuse(work, error)
  }

  /** Reading failed: nothing was decided. */
  const retryLater = async (batch: Batch, error: unknown): Promise<void> => {
    onTrouble(error)
    if (!dependencies.isPassing(error)) throw error
    await pause(failures++)
    for (const { slot, works } of batch) again(slot, works)
  }

  const lateCommits = createLateCommits(wasStored)

  const pause = (attempt: number): Promise<void> =>
    new Promise((resolve) => clock.after(Math.min(2_000, 10 * 2 ** Math.min(attempt, 10)), resolve))

  return {
    submit,
    get pending() {
      return pending
    },
    drain: () => {
      draining = true
      return pending === 0 ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))
    },
  }
}

/** All that wait, or one that has to be alone. */
function takeWorks(queue: Work[]): readonly Work[] {
  const first = queue.findIndex((work) => work.alone)
  return queue.splice(
    0,
    first === -1 ? commandsPerInstance : Math.max(1, Math.min(first, commandsPerInstance)),
  )
}
