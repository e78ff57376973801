/** Process definitions that can be started, by key: a stored one never changes, but may be deleted. */
import type { ProcessDefinition } from '@braid/contract/process-definition.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Reads } from '../dependencies.ts'

export type KnownDefinitions = {
  get(key: Key): Promise<ProcessDefinition | undefined>
  /** Some may have been deleted. */
  forget(): void
}

const capacity = 1000

export function createKnownDefinitions(reads: Pick<Reads, 'getStartableDefinition'>): KnownDefinitions {
  const known = new Map<Key, ProcessDefinition>()
  return {
    async get(key) {
      const remembered = known.get(key)
      if (remembered !== undefined) return remembered
      const found = await reads.getStartableDefinition(key)
      if (found === undefined) return undefined
      if (known.size >= capacity) known.clear()
      known.set(key, found)
      return found
    },
    forget: () => known.clear(),
  }
}
