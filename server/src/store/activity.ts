/** Whether statements are on their way: what a test waits for before it moves the clock. */
import type { PooledDatabase } from './database.ts'

export type Activity = {
  /** Statements that have not come back. */
  readonly busy: number
  /** The same database, watched. */
  watch(database: PooledDatabase): PooledDatabase
}

export function createActivity(): Activity {
  let busy = 0
  const during = async <T>(work: Promise<T>): Promise<T> => {
    busy += 1
    try {
      return await work
    } finally {
      busy -= 1
    }
  }
  return {
    get busy() {
      return busy
    },
    watch: (database) => ({
      run: (statement) => during(database.run(statement)),
      transaction: (work) => during(database.transaction(work)),
      get state() {
        return database.state
      },
      close: () => database.close(),
    }),
  }
}
