/** Batch operations: made with all their items in one statement, taken in small pages, settled page by page. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { BatchItem, BatchPlan, BatchStore, SettledItem } from './batch-port.ts'
import type { Database } from './database.ts'
import { createParameters } from './search/filter.ts'
import { type InstanceFilter, instancesFound } from './search/process-instances.ts'

type ClaimRequest = Parameters<BatchStore['claimBatchItems']>[0]

/** Items of one batch operation. Beyond, the statement that collects them would hold the database for too long. */
export const batchItemsLimit = 100_000

export type NewBatch = {
  readonly key: Key
  readonly type: string
  readonly plan: BatchPlan
  readonly actor: string
  readonly now: Instant
  /** What of the instances that the filter finds. */
  readonly items: keyof typeof selections
  readonly filter: InstanceFilter
}

const instances = 'select i.key as item_key, i.key as instance_key'

/** `found` is `from … where …` over instances `i`. */
const selections = {
  all: (found: string) => `${instances} ${found}`,
  running: (found: string) => `${instances} ${found} and i.status = 'active'`,
  moving: (found: string) => `${instances} ${found} and i.status = 'active' and not i.suspended`,
  suspended: (found: string) => `${instances} ${found} and i.status = 'active' and i.suspended`,
  ended: (found: string) => `${instances} ${found} and i.status <> 'active'`,
  incidents: (found: string) => `
    select n.key as item_key, n.instance_key from incident n
    where n.resolved_at is null and n.instance_key in (select i.key ${found})`,
  jobs: (found: string) => `
    select j.key as item_key, j.instance_key from job j
    where j.instance_key in (select i.key ${found})`,
} as const

/** The number of items; undefined when there are too many, and nothing was stored. */
export function createBatch(database: Database, batch: NewBatch): Promise<number | undefined> {
  const parameters = createParameters()
  const [key, now] = [parameters.add(batch.key), parameters.add(batch.now)]
  const items = selections[batch.items](instancesFound(batch.filter, parameters))
  const text = `
    with found as materialized (${items} limit ${batchItemsLimit + 1}),
    counted as materialized (select count(*)::int as total from found),
    stored as (
      insert into batch_operation (key, type, plan, state, actor, total, completed, failed, started_at, ended_at)
      select ${key}::bigint, ${parameters.add(batch.type)}, ${parameters.add(JSON.stringify(batch.plan))},
        case when total = 0 then 'COMPLETED' else 'ACTIVE' end, ${parameters.add(batch.actor)}, total, 0, 0,
        ${now}::bigint, case when total = 0 then ${now}::bigint end
      from counted where total <= ${batchItemsLimit}
    ),
    stored_items as (
      insert into batch_operation_item (batch_key, item_key, instance_key, state, available_at)
      select ${key}::bigint, f.item_key, f.instance_key, 'ACTIVE', ${now}::bigint
      from found f, counted where total <= ${batchItemsLimit}
    )
    select total from counted`
  return database.transaction(async (joined) => {
    // The engine's plans are made for lookups; this one may read whole tables.
    for (const setting of planned) await joined.run({ text: setting })
    const [row] = await joined.run<{ total: number }>({ text, values: parameters.values })
    const total = row?.total ?? 0
    return total > batchItemsLimit ? undefined : total
  })
}

const planned = [
  'set local enable_seqscan = on',
  'set local enable_hashjoin = on',
  "set local statement_timeout = '30s'",
] as const

type ItemRow = {
  readonly batch_key: number
  readonly item_key: number
  readonly instance_key: number
  readonly plan: string
}

export async function claimBatchItems(
  database: Database,
  { now, claimUntil, max }: ClaimRequest,
): Promise<readonly BatchItem[]> {
  const rows = await database.run<ItemRow>({
    name: 'claim-batch-items',
    text: `
      with ready as materialized (
        select i.id, b.plan
        from batch_operation b join batch_operation_item i on i.batch_key = b.key
        where b.state = 'ACTIVE' and i.state = 'ACTIVE' and i.available_at <= $1
        order by i.available_at, i.id
        limit $2
        for update of i skip locked
      )
      update batch_operation_item i
      set available_at = $3
      from ready
      where i.id = ready.id
      returning i.batch_key, i.item_key, i.instance_key, ready.plan`,
    values: [now, max, claimUntil],
  })
  return rows.map((row) => ({
    batchKey: row.batch_key as Key,
    itemKey: row.item_key as Key,
    instanceKey: row.instance_key as Key,
    plan: JSON.parse(row.plan) as BatchPlan,
  }))
}

/** An item that a commit claims was done, whatever a second attempt at it was told. */
export async function settleBatchItems(
  database: Database,
  items: readonly SettledItem[],
  now: Instant,
): Promise<void> {
  if (items.length === 0) return
  await database.run({
    name: 'settle-batch-items',
    text: `
      with r as materialized (select * from unnest($1::bigint[], $2::bigint[], $3::text[]) as r(batch, item, failure)),
      settled as (
        update batch_operation_item i
        set state = case when r.failure is null or done.claim is not null then 'COMPLETED' else 'FAILED' end,
          message = case when done.claim is null then r.failure end, processed_at = $4
        from r left join correlation done on done.source = r.batch and done.claim = 'item ' || r.item
        where i.batch_key = r.batch and i.item_key = r.item and i.state = 'ACTIVE'
        returning i.batch_key, i.state
      ),
      sums as (
        select batch_key, count(*) filter (where state = 'COMPLETED') as completed,
          count(*) filter (where state = 'FAILED') as failed
        from settled group by batch_key
      )
      update batch_operation b
      set completed = b.completed + s.completed, failed = b.failed + s.failed,
        state = case when ${isOver} and b.state <> 'CANCELED' then 'COMPLETED' else b.state end,
        ended_at = case when ${isOver} and b.state <> 'CANCELED' then $4 else b.ended_at end
      from sums s
      where b.key = s.batch_key`,
    values: [
      items.map(({ batchKey }) => batchKey),
      items.map(({ itemKey }) => itemKey),
      items.map(({ failure }) => failure ?? null),
      now,
    ],
  })
}

const isOver = 'b.completed + b.failed + s.completed + s.failed >= b.total'

export type BatchControl = 'cancel' | 'suspend' | 'resume'

const controls = {
  cancel: { from: ['ACTIVE', 'SUSPENDED'], to: 'CANCELED' },
  suspend: { from: ['ACTIVE'], to: 'SUSPENDED' },
  resume: { from: ['SUSPENDED'], to: 'ACTIVE' },
} as const satisfies Readonly<Record<BatchControl, { readonly from: readonly string[]; readonly to: string }>>

/** False when its state forbids it, or there is none. What a node is at already is still done. */
export async function controlBatch(
  database: Database,
  key: Key,
  control: BatchControl,
  now: Instant,
): Promise<boolean> {
  const { from, to } = controls[control]
  const rows = await database.run<{ key: number }>({
    name: 'control-batch',
    text: `
      with moved as (
        update batch_operation set state = $2, ended_at = case when $2 = 'CANCELED' then $4::bigint end
        where key = $1 and state = any($3)
        returning key
      ),
      dropped as (
        update batch_operation_item set state = 'CANCELED', processed_at = $4
        where batch_key in (select key from moved) and $2 = 'CANCELED' and state = 'ACTIVE'
      )
      select key from moved`,
    values: [key, to, from, now],
  })
  return rows.length > 0
}
