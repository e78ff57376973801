/** Finds the process instance of an element instance, of which no table tells for all. */
import type { Key } from '@braid/core/base/key.ts'
import type { Database } from '../database.ts'

export type ElementOwners = {
  /** The process instance; undefined when there is none. */
  find(elementInstanceKey: Key): Promise<Key | undefined>
  /** Of a process instance that was read for another reason. */
  remember(instanceKey: Key, elements: readonly { readonly key: Key }[]): void
}

type OwnerRow = { readonly instance_key: Key }

/** Enough for what a person or a worker looks at within minutes. */
const capacity = 20_000

/** What waits, has variables or is a process instance itself: found by index. */
const findWaiting = (database: Database, key: Key): Promise<readonly OwnerRow[]> =>
  database.run<OwnerRow>({
    text: `
      select key as instance_key from instance where key = $1
      union all select instance_key from variable where scope_key = $1
      union all select instance_key from job where element_instance_key = $1
      union all select instance_key from user_task where element_instance_key = $1
      limit 1`,
    values: [key],
  })

/** Alive, but waits for something else: in the state of an active instance, as `core/engine/serialize.ts` writes it. */
const findLiving = (database: Database, key: Key): Promise<readonly OwnerRow[]> =>
  database.run<OwnerRow>({
    text: `
      select key as instance_key from instance
      where status = 'active' and position('[' || $1::text || ',"' in state) > 0
      limit 1`,
    values: [key],
  })

/** Ended: somewhere in the log, which is read from end to end. */
const findLogged = (database: Database, key: Key): Promise<readonly OwnerRow[]> =>
  database.run<OwnerRow>({
    text: `
      select instance_key from history
      where position('"key":' || $1::text || ',"element"' in events) > 0
      limit 1`,
    values: [key],
  })

export function createElementOwners(database: Database): ElementOwners {
  const known = new Map<Key, Key>()
  return {
    find: async (key) => {
      const remembered = known.get(key)
      if (remembered !== undefined) return remembered
      for (const look of [findWaiting, findLiving, findLogged]) {
        const [row] = await look(database, key)
        if (row !== undefined) return row.instance_key
      }
      return undefined
    },
    remember: (instanceKey, elements) => {
      for (const { key } of elements) known.set(key, instanceKey)
      for (const oldest of known.keys()) {
        if (known.size <= capacity) break
        known.delete(oldest)
      }
    },
  }
}
