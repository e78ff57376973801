/** Definitions never change, so each is read and linked once. */
import type { Key } from '@braid/core/base/key.ts'
import { type Graph, linkProgram } from '@braid/core/engine/graph.ts'
import type { ExecutionStore, StoredDefinition } from '../store/port.ts'

export type LoadedDefinition = StoredDefinition & { readonly graph: Graph }

export type DefinitionCache = {
  /** What is known without asking the store. */
  peek(key: Key): LoadedDefinition | undefined
  load(key: Key): Promise<LoadedDefinition | undefined>
}

/** A running installation uses few definitions at a time; the rest is read again when needed. */
const capacity = 1_000

export function createDefinitionCache(store: Pick<ExecutionStore, 'loadDefinition'>): DefinitionCache {
  const known = new Map<Key, LoadedDefinition>()
  return {
    peek: (key) => known.get(key),
    load: async (key) => {
      const cached = known.get(key)
      if (cached !== undefined) return cached
      const stored = await store.loadDefinition(key)
      if (stored === undefined) return undefined
      const loaded = { ...stored, graph: linkProgram(stored.program) }
      if (known.size >= capacity) for (const oldest of known.keys()) if (known.delete(oldest)) break
      known.set(key, loaded)
      return loaded
    },
  }
}
