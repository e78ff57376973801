/** Servers on this database, by when they last said that they live. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Database } from './database.ts'
import type { ExecutionStore } from './port.ts'

export async function heartbeat(
  database: Database,
  node: Parameters<ExecutionStore['heartbeat']>[0],
): Promise<void> {
  await database.run({
    name: 'heartbeat',
    text: `
      insert into node (id, name, seen_at) values ($1, $2, $3)
      on conflict (id) do update set name = excluded.name, seen_at = excluded.seen_at`,
    values: [node.id, node.name, node.now],
  })
}

export async function nodes(
  database: Database,
): Promise<readonly { readonly id: Key; readonly name: string; readonly seenAt: Instant }[]> {
  const rows = await database.run<{ id: number; name: string; seen_at: number }>({
    name: 'nodes',
    text: 'select id, name, seen_at from node order by id',
  })
  return rows.map((row) => ({ id: row.id as Key, name: row.name, seenAt: row.seen_at }))
}

export async function removeNode(database: Database, id: Key): Promise<void> {
  await database.run({ name: 'remove-node', text: 'delete from node where id = $1', values: [id] })
}
