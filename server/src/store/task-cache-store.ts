/** Results of tasks by their input, until they expire. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonValue } from '@braid/core/base/json.ts'
import type { Database } from './database.ts'

export type TaskCacheStore = ReturnType<typeof createTaskCacheStore>

export function createTaskCacheStore(database: Database) {
  return {
    async get(
      task: string,
      inputHash: Uint8Array,
      now: Instant,
    ): Promise<{ readonly output: JsonValue } | undefined> {
      const [row] = await database.run<{ output: string }>({
        name: 'get-cached-task',
        text: `select output from task_cache
               where task = $1 and input_hash = $2 and expires_at > $3`,
        values: [task, inputHash, now],
      })
      return row === undefined ? undefined : { output: JSON.parse(row.output) as JsonValue }
    },

    async put(task: string, inputHash: Uint8Array, output: JsonValue, expiresAt: Instant): Promise<void> {
      await database.run({
        name: 'put-cached-task',
        text: `insert into task_cache (task, input_hash, output, expires_at) values ($1, $2, $3, $4)
               on conflict (task, input_hash) do update set output = excluded.output, expires_at = excluded.expires_at`,
        values: [task, inputHash, JSON.stringify(output), expiresAt],
      })
    },

    /** At most `max` of them; whether there may be more. */
    async removeExpired(now: Instant, max: number): Promise<boolean> {
      const removed = await database.run({
        text: `delete from task_cache where (task, input_hash) in (
                 select task, input_hash from task_cache where expires_at <= $1 order by expires_at limit $2
               ) returning task`,
        values: [now, max],
      })
      return removed.length === max
    },
  }
}
