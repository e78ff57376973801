/** Who waits for news of instances: callers that await an end, live streams. */
import type { Key } from '@braid/core/base/key.ts'
import { deserializeState } from '@braid/core/engine/serialize.ts'
import type { ExecutionStore } from '../store/port.ts'
import type { Clock } from './clock.ts'
import type { Decided } from './decide-instance.ts'
import type { Execution, InstanceSummary } from './execution.ts'

export type InstanceWatch = {
  stored(decided: Decided): void
  /** An instance, or any when it is undefined. */
  changedElsewhere(instanceKey: Key | undefined): void
  readonly awaitEnd: Execution['awaitEnd']
  readonly onCommit: Execution['onCommit']
}

type Waiter = (summary: InstanceSummary | undefined) => void

/** Other nodes may end an instance without our hearing of it. */
const pollMs = 1_000

export function createInstanceWatch(dependencies: {
  readonly store: Pick<ExecutionStore, 'loadInstances'>
  readonly clock: Clock
}): InstanceWatch {
  const { store, clock } = dependencies
  const waiters = new Map<Key, Set<Waiter>>()
  const listeners = new Set<(instanceKey: Key | undefined) => void>()

  const ended = (summary: InstanceSummary): void => {
    for (const waiter of [...(waiters.get(summary.key) ?? [])]) waiter(summary)
  }

  const look = async (keys: readonly Key[]): Promise<void> => {
    for (const row of await store.loadInstances(keys)) {
      const { key, status, result } = deserializeState(row.state)
      if (status !== 'active') ended({ key, status, version: row.version, variables: result })
    }
  }

  return {
    stored: ({ commit, state }) => {
      if (commit === undefined) return
      const { key, status, version } = commit
      for (const listener of listeners) listener(key)
      if (status !== 'active') ended({ key, status, version, variables: state?.result ?? {} })
    },
    changedElsewhere: (instanceKey) => {
      for (const listener of listeners) listener(instanceKey)
      const keys =
        instanceKey === undefined ? [...waiters.keys()] : waiters.has(instanceKey) ? [instanceKey] : []
      if (keys.length > 0) look(keys).catch(() => {})
    },
    awaitEnd: (instanceKey, timeoutMs, signal) =>
      new Promise((resolve) => {
        const mine = waiters.get(instanceKey) ?? new Set()
        waiters.set(instanceKey, mine)
        const finish: Waiter = (summary) => {
          if (!mine.delete(finish)) return
          if (mine.size === 0) waiters.delete(instanceKey)
          for (const cancel of cancels) cancel()
          signal?.removeEventListener('abort', onAbort)
          resolve(summary)
        }
        const onAbort = (): void => finish(undefined)
        const poll = (): void => {
          look([instanceKey])
            .catch(() => {})
            .finally(() => {
              if (mine.has(finish)) cancels[1] = clock.after(pollMs, poll)
            })
        }
        const cancels = [clock.after(timeoutMs, () => finish(undefined)), (): void => {}]
        mine.add(finish)
        signal?.addEventListener('abort', onAbort)
        poll()
      }),
    onCommit: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
