/** Servers on this database, by when they last said that they live. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Database } from './database.ts'
import type { ExecutionStore } from './port.ts'

export async function heartbeat(
  database: Database,
  { id, name, now, facts }: Parameters<ExecutionStore['heartbeat']>[0],
): Promise<void> {
  await database.run({
    name: 'heartbeat',
    text: `
      insert into node (id, name, seen_at, mode, tags, job_types, running) values ($1, $2, $3, $4, $5, $6, $7)
      on conflict (id) do update set name = excluded.name, seen_at = excluded.seen_at, mode = excluded.mode,
        tags = excluded.tags, job_types = excluded.job_types, running = excluded.running`,
    values: [id, name, now, facts.mode, facts.tags, facts.jobTypes, facts.running],
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
