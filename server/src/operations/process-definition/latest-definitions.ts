/**
 * Finds the latest version of a process. Callers that come while a query for the same process runs share the one after
 * it: each answer is as fresh as a query of the caller's own, and a process that is started a lot costs one query at
 * a time.
 */
import type { Key } from '@braid/core/base/key.ts'
import type { Dependencies } from '../dependencies.ts'

export type LatestDefinitions = { find(processId: string): Promise<Key | undefined> }

type Lookup = { readonly running: Promise<Key | undefined>; next?: Promise<Key | undefined> }

export function createLatestDefinitions({
  findDefinition,
}: Pick<Dependencies, 'findDefinition'>): LatestDefinitions {
  const lookups = new Map<string, Lookup>()

  const run = (processId: string): Promise<Key | undefined> => {
    const lookup: Lookup = { running: findDefinition({ processId, binding: 'latest' }) }
    lookups.set(processId, lookup)
    const done = () => {
      if (lookups.get(processId) === lookup && lookup.next === undefined) lookups.delete(processId)
    }
    lookup.running.then(done, done)
    return lookup.running
  }

  return {
    find(processId) {
      const current = lookups.get(processId)
      if (current === undefined) return run(processId)
      const again = () => run(processId)
      current.next ??= current.running.then(again, again)
      return current.next
    },
  }
}
