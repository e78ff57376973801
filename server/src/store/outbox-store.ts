/** Commands between instances that no commit has answered yet. */
import type { Key } from '@braid/core/base/key.ts'
import type { OutboxRow } from '@braid/core/engine/rows.ts'
import type { Database } from './database.ts'
import type { ExecutionStore } from './port.ts'

export async function pendingOutbox(
  database: Database,
  request: Parameters<ExecutionStore['pendingOutbox']>[0],
): Promise<readonly OutboxRow[]> {
  const rows = await database.run<{ key: number; target: number; command: string }>({
    name: 'pending-outbox',
    text: `
      select key, target, command
      from outbox
      where written_at < $1
      order by written_at, key
      limit $2`,
    values: [request.before, request.max],
  })
  return rows.map((row) => ({
    key: row.key as Key,
    target: row.target as Key,
    command: JSON.parse(row.command) as OutboxRow['command'],
  }))
}

export async function removeOutbox(database: Database, keys: readonly Key[]): Promise<void> {
  if (keys.length === 0) return
  await database.run({
    name: 'remove-outbox',
    text: 'delete from outbox where key = any($1::bigint[])',
    values: [keys],
  })
}
