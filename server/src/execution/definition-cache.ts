/** Definitions never change, so each is read and linked once; where the compiler has changed, compiled once more. */
import type { Key } from '@braid/core/base/key.ts'
import { type Graph, linkProgram } from '@braid/core/engine/graph.ts'
import type { ExecutionStore, OutdatedDefinition, StoredDefinition } from '../store/port.ts'
import { compileStored } from './compile-definition.ts'

export type LoadedDefinition = StoredDefinition & { readonly graph: Graph }

type Compile = typeof compileStored

export type DefinitionCache = {
  /** What is known without asking the store. */
  peek(key: Key): LoadedDefinition | undefined
  load(key: Key): Promise<LoadedDefinition | undefined>
}

/** A running installation uses few definitions at a time; the rest is read again when needed. */
const capacity = 1_000

/** Throws when the source does not compile any more: its instances can't go on, and nothing else is right to do. */
async function compileAnew(outdated: OutdatedDefinition, compile: Compile): Promise<StoredDefinition> {
  const { source, ...definition } = outdated
  const { key, processId } = definition
  const compiled = await compile(source, definition.language)
  if (!compiled.ok) {
    const [first] = compiled.error
    const message = `process definition ${key} (${processId}) can't be compiled anew: ${first?.message}`
    throw new Error(message)
  }
  const program = compiled.value.programs.find((candidate) => candidate.processId === processId)
  if (program === undefined) throw new Error(`process definition ${key} (${processId}) is not in its file`)
  return { ...definition, program }
}

export function createDefinitionCache(
  store: Pick<ExecutionStore, 'loadDefinition'>,
  compile: Compile = compileStored,
): DefinitionCache {
  const known = new Map<Key, LoadedDefinition>()
  return {
    peek: (key) => known.get(key),
    load: async (key) => {
      const cached = known.get(key)
      if (cached !== undefined) return cached
      const found = await store.loadDefinition(key)
      if (found === undefined) return undefined
      const stored = 'source' in found ? await compileAnew(found, compile) : found
      const loaded = { ...stored, graph: linkProgram(stored.program) }
      if (known.size >= capacity) for (const oldest of known.keys()) if (known.delete(oldest)) break
      known.set(key, loaded)
      return loaded
    },
  }
}
