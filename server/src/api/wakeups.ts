/** Wakes who waits for something to happen to an instance. */
import type { Key } from '@braid/core/base/key.ts'

/** One listener for all streams: an event costs a look into a map. */
export type Wakeups = { subscribe(instanceKey: Key, wake: () => void): () => void; close(): void }

/** `listen` is told of instances, or of undefined: something may have happened to any. */
export function createWakeups(
  listen: (listener: (instanceKey: Key | undefined) => void) => () => void,
): Wakeups {
  const sleepers = new Map<Key, Set<() => void>>()
  const close = listen((instanceKey) => {
    const woken = instanceKey === undefined ? sleepers.values() : [sleepers.get(instanceKey) ?? []]
    for (const wakes of woken) for (const wake of wakes) wake()
  })
  return {
    close,
    subscribe(instanceKey, wake) {
      const set = sleepers.get(instanceKey) ?? new Set()
      sleepers.set(instanceKey, set.add(wake))
      return () => {
        set.delete(wake)
        if (set.size === 0) sleepers.delete(instanceKey)
      }
    },
  }
}

/** Sleeps until somebody rings, also when that was before; true when it rang. */
export function createAlarm(signal: AbortSignal) {
  let rang = false
  let wake: () => void = () => undefined
  const ring = () => {
    rang = true
    wake()
  }
  signal.addEventListener('abort', () => wake(), { once: true })
  return {
    ring,
    async sleep(ms: number): Promise<boolean> {
      if (!rang && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>()
        wake = resolve
        const timer = setTimeout(resolve, ms)
        await promise
        clearTimeout(timer)
      }
      const woken = rang
      rang = false
      return woken
    },
  }
}
