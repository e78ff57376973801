/**
 * The limit: the rows that a sequence of ten writes, from a bare loop that batches and does nothing else. Two batches
 * are in flight; each instance is created once and changed ten times, with a row of history for each change.
 */
import pg from 'pg'
import { type Measurement, report } from '../workload.ts'

const url = process.env.BENCH_DATABASE_URL
if (url === undefined) throw new Error('BENCH_DATABASE_URL names the database to use')

const state = JSON.stringify({
  k: 1_000_000,
  d: 1,
  p: 'sequence10',
  e: [
    [1, 'p', 0, [], {}, []],
    [2, 'task', 1, [{ kind: 'job' }], {}, []],
  ],
})
const events = JSON.stringify(
  Array.from({ length: 5 }, (_, index) => ({
    type: 'element-activated',
    key: 1_000_000 + index,
    element: 'task',
  })),
)
const batch = 128
const measureMs = 4_000

const pool = new pg.Pool({ connectionString: url, max: 2 })
await pool.query(`
  drop table if exists raw_instance, raw_history;
  create table raw_instance (key bigint primary key, version int not null, state text not null) with (fillfactor = 50);
  create table raw_history (instance_key bigint, version int, at bigint, events text, primary key (instance_key, version))`)

const create = {
  name: 'create',
  text: `with created as (
      insert into raw_instance select k, 1, $2 from unnest($1::bigint[]) k returning key)
    insert into raw_history select key, 1, 0, $3 from created`,
}
const change = {
  name: 'change',
  text: `with changed as (
      update raw_instance set version = $4::int + 1, state = $2 where key = any($1::bigint[]) and version = $4::int returning key)
    insert into raw_history select key, $4::int + 1, 0, $3 from changed`,
}

let next = 1
let ended = 0
const until = performance.now() + measureMs
async function loop(): Promise<void> {
  const client = await pool.connect()
  while (performance.now() < until) {
    const keys = Array.from({ length: batch }, () => next++)
    await client.query({ ...create, values: [keys, state, events] })
    for (let version = 1; version <= 10; version++)
      await client.query({ ...change, values: [keys, state, events, version] })
    ended += batch
  }
  client.release()
}
const begin = performance.now()
await Promise.all([loop(), loop()])
const results: Measurement[] = [
  {
    workload: 'sequence of 10: rows alone',
    value: (ended / (performance.now() - begin)) * 1_000,
    unit: '/s',
  },
]
report(results)
await pool.end()
