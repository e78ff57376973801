/** How many jobs of a type may run at once, on all nodes together. */
import type { Database } from './database.ts'

export type TaskClass = {
  readonly name: string
  readonly jobTypes: readonly string[]
  readonly maxRunning: number
}

export type TaskClassStore = ReturnType<typeof createTaskClassStore>

export function createTaskClassStore(database: Database) {
  return {
    /** Instead of what the class had before. */
    async put({ name, jobTypes, maxRunning }: TaskClass): Promise<void> {
      await database.run({
        text: `insert into task_class (job_type, class, max_running)
               select t, $1, $3 from unnest($2::text[]) as t order by t
               on conflict (job_type) do update set class = excluded.class, max_running = excluded.max_running
               where (task_class.class, task_class.max_running) is distinct from (excluded.class, excluded.max_running)`,
        values: [name, jobTypes, maxRunning],
      })
    },

    /** Jobs of its types are bounded no more. */
    async remove(name: string): Promise<void> {
      await database.run({ text: 'delete from task_class where class = $1', values: [name] })
    },
  }
}
