/** Removes ended instances for good. */
import type { Key } from '@braid/core/base/key.ts'
import type { Deletion } from './batch-port.ts'
import type { Database } from './database.ts'

type Row = { readonly found: number; readonly running: number | null }

/** Tables with rows of an instance. Claims stay: they keep messages from being taken twice. */
const tables = [
  'history',
  'variable',
  'user_task',
  'incident',
  'job',
  'timer',
  'subscription',
  'decision_instance',
  'task_attempt',
  'task_report',
  'task_output',
  'task_output_head',
] as const

const deletions = tables.map(
  (table) => `${table}_gone as (delete from ${table} where instance_key in (select key from doomed))`,
)

/**
 * An ended instance does not change any more, so nothing is guarded here. One that waits for its calls or their ends to
 * be delivered counts as running: what it called could still begin.
 */
export async function deleteInstance(database: Database, key: Key): Promise<Deletion> {
  const rows = await database.run<Row>({
    name: 'delete-instance',
    text: `
      with recursive tree as (
        select key, status from instance where key = $1
        union all
        select i.key, i.status from tree join instance i on i.parent_instance_key = tree.key
      ),
      running as materialized (
        select key from tree
        where status = 'active' or exists (select from outbox o where o.instance_key = tree.key)
      ),
      doomed as materialized (select key from tree where not exists (select from running)),
      ${deletions.join(',\n      ')},
      runs_gone as (
        delete from dag_run r
        where r.key in (select key from doomed) or
          (r.key = $1 and r.state = 'canceled' and not exists (select from tree))
        returning r.key
      ),
      executions_gone as (
        delete from execution where key in (select key from doomed) or key in (select key from runs_gone)
      ),
      instance_gone as (delete from instance where key in (select key from doomed))
      select (select count(*) from tree) + (select count(*) from runs_gone) as found, (select min(key) from running) as running`,
    values: [key],
  })
  const [row] = rows
  if (row === undefined || row.found === 0) return { kind: 'not-found' }
  return row.running === null ? { kind: 'deleted' } : { kind: 'running', instanceKey: row.running as Key }
}
