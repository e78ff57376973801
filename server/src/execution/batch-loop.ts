/**
 * Works off batch operations, on every node, a small page at a time: so that others get their turn, and back-pressure
 * is felt. What a node took and did not settle, another takes after a while; a claim in the commit tells what was done.
 */
import type { Key } from '@braid/core/base/key.ts'
import type { Command } from '@braid/core/engine/command.ts'
import {
  type BatchItem,
  type BatchStore,
  claimOfItem,
  type Deletion,
  type SettledItem,
} from '../store/batch-port.ts'
import type { Clock } from './clock.ts'
import type { Outcome, SubmitOptions } from './commit-loop.ts'
import { OverloadError } from './execution.ts'

export type BatchLoop = {
  /** There is something to do. */
  wake(): void
  /** Takes nothing more; resolves when what it had is settled. */
  stop(): Promise<void>
}

export type BatchLoopDependencies = {
  readonly store: BatchStore
  /** The host's time: a pinned clock does not stop operators. */
  readonly clock: Clock
  readonly submit: (instanceKey: Key, command: Command, options?: SubmitOptions) => Promise<Outcome>
  readonly onTrouble: (error: unknown) => void
}

const pageSize = 50
/** How long another node leaves taken items alone. */
const claimMs = 10_000
/** Batches of other nodes, and what they left, are noticed at least this often. */
const pollMs = 2_000
const overloadPauseMs = 1_000
const deletionAttempts = 8
const deletionPauseMs = 100

export function createBatchLoop({ store, clock, submit, onTrouble }: BatchLoopDependencies): BatchLoop {
  let cancel = (): void => {}
  let running: Promise<void> | undefined
  let again = false
  let stopped = false

  /** Undefined: it has to be tried again. */
  const work = async (item: BatchItem): Promise<SettledItem | undefined> => {
    const { batchKey, itemKey } = item
    try {
      const failure = await attempt(item)
      return failure === undefined ? { batchKey, itemKey } : { batchKey, itemKey, failure }
    } catch (error) {
      if (!(error instanceof OverloadError)) onTrouble(error)
      return undefined
    }
  }

  const attempt = async (item: BatchItem): Promise<string | undefined> => {
    const { plan, instanceKey, itemKey } = item
    const claim = claimOfItem(item)
    const send = (command: Command): Promise<Outcome> =>
      submit(instanceKey, command, { claim, external: true })
    switch (plan.kind) {
      case 'command':
        return failureOf(await send(plan.command))
      case 'update-retries':
        return failureOf(await send({ type: 'update-job-retries', jobKey: itemKey, retries: plan.retries }))
      case 'resolve-incident': {
        const outcome = await send({ type: 'resolve-incident', incidentKey: itemKey, retries: 1 })
        // One that is gone was resolved meanwhile.
        return !outcome.ok && outcome.error.kind === 'not-found' ? undefined : failureOf(outcome)
      }
      case 'delete-instance': {
        const deletion =
          plan.cancel === true ? await cancelAndDelete(item) : await store.deleteInstance(instanceKey)
        // One that is gone was deleted before, or with the instance that called it.
        return deletion.kind === 'running' ? stillRunning(instanceKey, deletion.instanceKey) : undefined
      }
    }
  }

  /** What it called ends a little later than the instance itself. */
  const cancelAndDelete = async ({ instanceKey }: BatchItem): Promise<Deletion> => {
    await submit(instanceKey, { type: 'cancel-instance' }, { external: true })
    for (let attempt = 1; ; attempt++) {
      const deletion = await store.deleteInstance(instanceKey)
      if (deletion.kind !== 'running' || attempt === deletionAttempts) return deletion
      await new Promise<void>((done) => clock.after(deletionPauseMs * attempt, done))
    }
  }

  const page = async (): Promise<boolean> => {
    const now = clock.now()
    const items = await store.claimBatchItems({ now, claimUntil: now + claimMs, max: pageSize })
    const settled = (await Promise.all(items.map(work))).filter((item) => item !== undefined)
    await store.settleBatchItems(settled, clock.now())
    if (settled.length < items.length) await new Promise<void>((done) => clock.after(overloadPauseMs, done))
    return items.length === pageSize
  }

  const run = async (): Promise<void> => {
    try {
      do again = false
      while (((await page()) || again) && !stopped)
    } catch (error) {
      onTrouble(error)
    } finally {
      running = undefined
      if (!stopped) cancel = clock.after(pollMs, wake)
    }
  }

  const wake = (): void => {
    again = true
    if (stopped || running !== undefined) return
    cancel()
    running = run()
  }

  return {
    wake,
    stop: async () => {
      stopped = true
      cancel()
      await running
    },
  }
}

const failureOf = (outcome: Outcome): string | undefined => (outcome.ok ? undefined : outcome.error.message)

export const stillRunning = (instanceKey: Key, running: Key): string =>
  instanceKey === running
    ? `process instance ${instanceKey} has not ended: cancel it first`
    : `process instance ${running}, which was called by ${instanceKey}, has not ended: cancel it first`
