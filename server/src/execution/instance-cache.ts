/**
 * States of living instances, least recently used first to go. Only a copy: the store is the truth, and whoever can't
 * be sure drops the entry.
 */
import type { Key } from '@braid/core/base/key.ts'
import type { InstanceState } from '@braid/core/engine/state.ts'

export type CachedInstance = {
  readonly state: InstanceState
  /** Version that the store has. */
  readonly version: number
  readonly holder: Key | null
  /** Length of the serialised state. */
  readonly size: number
}

export type InstanceCache = {
  get(key: Key): CachedInstance | undefined
  /** Gets and drops. */
  take(key: Key): CachedInstance | undefined
  set(key: Key, instance: CachedInstance): void
  drop(key: Key): void
}

/** Characters of serialised state. In memory a state takes about three times as much. */
const capacity = 24_000_000

export function createInstanceCache(): InstanceCache {
  const entries = new Map<Key, CachedInstance>()
  let total = 0
  const drop = (key: Key): void => {
    const entry = entries.get(key)
    if (entry === undefined) return
    entries.delete(key)
    total -= entry.size
  }
  return {
    get: (key) => {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry
    },
    take: (key) => {
      const entry = entries.get(key)
      drop(key)
      return entry
    },
    set: (key, instance) => {
      drop(key)
      entries.set(key, instance)
      total += instance.size
      for (const oldest of entries.keys()) {
        if (total <= capacity) break
        drop(oldest)
      }
    },
    drop,
  }
}
