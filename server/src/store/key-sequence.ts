import type { Database } from './database.ts'

/** Advisory locks of Braid, in classes of their own so that they meet no other program's. */
export const advisoryLocks = {
  space: 0x6272,
  migrate: 1,
  keys: 2,
  deploy: 3,
  applications: 6,
  dagSpace: 0x6273,
} as const

/** First key of `count` fresh ones: the lock makes reading and moving the sequence one step over all nodes. */
export async function allocateKeys(database: Database, count: number): Promise<number> {
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`cannot allocate ${count} keys`)
  const rows = await database.run<{ first: number }>({
    name: 'allocate-keys',
    text: `
      with locked as materialized (select pg_advisory_xact_lock($1, $2))
      select setval('key_sequence', nextval('key_sequence') + $3::bigint - 1) - $3::bigint + 1 as first
      from locked`,
    values: [advisoryLocks.space, advisoryLocks.keys, count],
  })
  return rows[0]!.first
}
