/** Instances of the jobs that this node handed out: their answers come back soon, and need not ask the database. */
import type { Key } from '@braid/core/base/key.ts'

export type JobOwners = {
  remember(jobs: readonly { readonly key: Key; readonly instanceKey: Key }[]): void
  find(jobKey: Key): Key | undefined
  forget(jobKey: Key): void
}

/** Beyond, the oldest are forgotten; asking for them costs a query. */
const capacity = 100_000

export function createJobOwners(): JobOwners {
  const owners = new Map<Key, Key>()
  return {
    remember(jobs) {
      for (const { key, instanceKey } of jobs) owners.set(key, instanceKey)
      for (const oldest of owners.keys()) {
        if (owners.size <= capacity) break
        owners.delete(oldest)
      }
    },
    find: (jobKey) => owners.get(jobKey),
    forget: (jobKey) => {
      owners.delete(jobKey)
    },
  }
}
