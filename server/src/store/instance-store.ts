/** Reading instances and their log, for the engine. */
import type { Key } from '@braid/core/base/key.ts'
import type { Event } from '@braid/core/engine/event.ts'
import type { Database } from './database.ts'
import type { ExecutionStore, HistoryEntry, StoredInstance } from './port.ts'

type InstanceRow = {
  readonly key: number
  readonly version: number
  readonly definition_key: number
  readonly state: string
  readonly holder: number | null
}

const toInstance = (row: InstanceRow): StoredInstance => ({
  key: row.key as Key,
  version: row.version,
  definitionKey: row.definition_key as Key,
  state: row.state,
  holder: row.holder as Key | null,
})

export async function loadInstances(
  database: Database,
  keys: readonly Key[],
): Promise<readonly StoredInstance[]> {
  if (keys.length === 0) return []
  const rows = await database.run<InstanceRow>({
    name: 'load-instances',
    text: `
      select key, version, definition_key, state, holder
      from instance
      where key = any($1::bigint[])`,
    values: [keys],
  })
  return rows.map(toInstance)
}

export async function heldInstances(database: Database, holder: Key, max: number): Promise<readonly Key[]> {
  const rows = await database.run<{ key: number }>({
    name: 'held-instances',
    text: `
      select key
      from instance
      where holder = $1 and status = 'active'
      limit $2`,
    values: [holder, max],
  })
  return rows.map((row) => row.key as Key)
}

export async function history(
  database: Database,
  request: Parameters<ExecutionStore['history']>[0],
): Promise<readonly HistoryEntry[]> {
  const rows = await database.run<{ version: number; at: number; events: string }>({
    name: 'history',
    text: `
      select version, at, events
      from history
      where instance_key = $1 and version > $2
      order by version
      limit $3`,
    values: [request.instanceKey, request.after, request.max],
  })
  return rows.map((row) => ({
    version: row.version,
    at: row.at,
    events: JSON.parse(row.events) as readonly Event[],
  }))
}
