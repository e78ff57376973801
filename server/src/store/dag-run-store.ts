/** Runs of DAGs that were asked for (Q1 and Q2 of the port). A lock per DAG makes counting and claiming one step. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Beginning } from '@braid/core/engine/event.ts'
import type { DagModel } from '@braid/core/model/dag.ts'
import type { ClaimedRuns, DagRunStore, NewDagRun, PendingRun, StoredDag } from './dag-run-port.ts'
import type { Database } from './database.ts'
import { advisoryLocks } from './key-sequence.ts'

/** Runs of one DAG that wait in line; more are refused. */
const maxQueued = 10_000
/** Claimed by one statement; whoever gets so many asks again. */
export const claimPage = 100

type RunRow = {
  readonly key: number
  readonly definition_key: number
  readonly dag_id: string
  readonly variables: string
  readonly business_id: string | null
  readonly begin: string | null
}

const runColumns = 'r.key, r.definition_key, r.dag_id, r.variables, r.business_id, r.begin'

const toPending = (row: RunRow): PendingRun => ({
  key: row.key as Key,
  definitionKey: row.definition_key as Key,
  dagId: row.dag_id,
  variables: JSON.parse(row.variables) as JsonObject,
  ...(row.begin === null ? {} : { begin: JSON.parse(row.begin) as Beginning }),
  ...(row.business_id === null ? {} : { businessId: row.business_id }),
})

type DagRow = {
  readonly key: number
  readonly process_id: string
  readonly version: number
  readonly model: string
}

async function findDag(
  database: Database,
  choice: Parameters<DagRunStore['findDag']>[0],
): Promise<StoredDag | undefined> {
  const [where, value] =
    'dagKey' in choice ? ['key = $1', choice.dagKey] : ['process_id = $1 and is_latest', choice.dagId]
  const [row] = await database.run<DagRow>({
    name: 'dagKey' in choice ? 'find-dag' : 'find-latest-dag',
    text: `
      select key, process_id, version, model from definition
      where ${where} and language = 'dag' and deleted_at is null`,
    values: [value],
  })
  if (row === undefined) return undefined
  const { key, process_id: dagId, version, model } = row
  return { key: key as Key, dagId, version, model: JSON.parse(model) as DagModel }
}

async function addRun(database: Database, run: NewDagRun, now: Instant): ReturnType<DagRunStore['addRun']> {
  const queued = run.maxActive !== undefined
  const [row] = await database.run<{ added: boolean; known: boolean }>({
    name: 'add-dag-run',
    text: `
      with added as (
      insert into dag_run (key, definition_key, dag_id, state, trigger, priority, max_active, started_by, variant,
        schedule_key, scheduled_for, rerun_of, rerun_from, business_id, variables, created_at, claimed_at, begin,
        max_per_user)
      select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $19, $20
      where $4 = 'started' or
        (select count(*) from (select from dag_run where dag_id = $3 and state = 'queued' limit $18) q) < $18
      on conflict (key) do nothing
      returning key
      )
      select exists (select from added) as added, exists (select from dag_run where key = $1) as known`,
    values: [
      run.key,
      run.definitionKey,
      run.dagId,
      queued ? 'queued' : 'started',
      run.trigger,
      run.priority,
      run.maxActive ?? null,
      run.startedBy ?? null,
      run.variant ?? null,
      run.scheduleKey ?? null,
      run.scheduledFor ?? null,
      run.rerunOf ?? null,
      run.rerunFrom ?? null,
      run.businessId ?? null,
      JSON.stringify(run.variables),
      run.createdAt,
      queued ? null : now,
      maxQueued,
      run.begin === undefined ? null : JSON.stringify(run.begin),
      run.maxPerUser ?? null,
    ],
  })
  if (row?.added === true) return 'added'
  return row?.known === true ? 'known' : 'full'
}

const settle = (database: Database, dagId: string): Promise<unknown> =>
  database.run({
    name: 'settle-runs-of-dag',
    text: `
      update dag_run r set state = 'ended'
      from instance i
      where r.dag_id = $1 and r.state = 'started' and i.key = r.key and i.status <> 'active'`,
    values: [dagId],
  })

const claim = (database: Database, dagId: string, now: Instant): Promise<readonly RunRow[]> =>
  database.run<RunRow>({
    name: 'claim-dag-runs',
    text: `
      with active as materialized (
        select count(*) as runs from dag_run where dag_id = $1 and state = 'started'
      ),
      busy as materialized (
        select started_by, count(*) as runs from dag_run where dag_id = $1 and state = 'started' group by started_by
      ),
      waiting as materialized (
        select q.*, coalesce(b.runs, 0) + row_number() over (partition by u.started_by order by priority desc, key)
          as turn
        from (select distinct started_by from dag_run where dag_id = $1 and state = 'queued') u
          left join busy b on b.started_by is not distinct from u.started_by
          cross join lateral (
            select key, max_active, max_per_user, priority from dag_run
            where dag_id = $1 and state = 'queued' and started_by is not distinct from u.started_by
            order by priority desc, key limit $3
          ) q
      ),
      line as materialized (
        select key, max_active, row_number() over (
          order by priority desc, case when max_per_user is null then 0 else turn end, key) as place
        from waiting where max_per_user is null or turn <= max_per_user
      )
      update dag_run r set state = 'started', claimed_at = $2
      from line l, active a
      where r.key = l.key and l.place <= $3 and (l.max_active is null or a.runs + l.place <= l.max_active)
      returning ${runColumns}`,
    values: [dagId, now, claimPage],
  })

const startedRuns = (database: Database, dagId: string): Promise<readonly { readonly key: number }[]> =>
  database.run({
    name: 'started-dag-runs',
    text: `select key from dag_run where dag_id = $1 and state = 'started'`,
    values: [dagId],
  })

function claimRuns(database: Database, dagId: string, now: Instant): Promise<ClaimedRuns> {
  return database.transaction(async (joined) => {
    // A statement of its own: what follows must see what the last holder of the lock stored.
    await joined.run({
      text: 'select pg_advisory_xact_lock($1, hashtext($2))',
      values: [advisoryLocks.dagSpace, dagId],
    })
    await settle(joined, dagId)
    const claimed = await claim(joined, dagId, now)
    const active = await startedRuns(joined, dagId)
    return {
      claimed: claimed.map(toPending).sort((a, b) => a.key - b.key),
      active: active.map(({ key }) => key as Key),
    }
  })
}

async function queuedDags(database: Database): Promise<readonly string[]> {
  const rows = await database.run<{ dag_id: string }>({
    name: 'queued-dags',
    text: `select distinct dag_id from dag_run where state = 'queued'`,
  })
  return rows.map((row) => row.dag_id)
}

async function claimAbandoned(
  database: Database,
  before: Instant,
  now: Instant,
): Promise<readonly PendingRun[]> {
  const rows = await database.run<RunRow>({
    name: 'claim-abandoned-dag-runs',
    text: `
      with abandoned as materialized (
        select r.key from dag_run r
        where r.state = 'started' and r.claimed_at < $1
          and not exists (select from instance i where i.key = r.key)
        limit $3
        for update skip locked
      )
      update dag_run r set claimed_at = $2 from abandoned a where r.key = a.key
      returning ${runColumns}`,
    values: [before, now, claimPage],
  })
  return rows.map(toPending)
}

async function settleRuns(database: Database): Promise<void> {
  await database.run({
    name: 'settle-dag-runs',
    text: `
      with over as materialized (
        select r.key from dag_run r join instance i on i.key = r.key
        where r.state = 'started' and i.status <> 'active'
        for update of r skip locked
      )
      update dag_run r set state = 'ended' from over o where r.key = o.key`,
  })
}

async function cancelRun(
  database: Database,
  key: Key,
  { onlyQueued }: { readonly onlyQueued: boolean },
): Promise<boolean> {
  const rows = await database.run<{ key: number }>({
    name: 'cancel-dag-run',
    text: `
      update dag_run r set state = 'canceled'
      where r.key = $1 and (r.state = 'queued' or
        (not $2 and r.state = 'started' and not exists (select from instance i where i.key = r.key)))
      returning r.key`,
    values: [key, onlyQueued],
  })
  return rows.length > 0
}

async function findStarted(database: Database, key: Key): Promise<PendingRun | undefined> {
  const [row] = await database.run<RunRow>({
    name: 'find-started-dag-run',
    text: `select ${runColumns} from dag_run r where r.key = $1 and r.state = 'started'`,
    values: [key],
  })
  return row === undefined ? undefined : toPending(row)
}

async function findRun(
  database: Database,
  key: Key,
): Promise<{ readonly run: PendingRun; readonly started: boolean } | undefined> {
  const [row] = await database.run<RunRow & { readonly state: string }>({
    name: 'find-dag-run',
    text: `select ${runColumns}, r.state from dag_run r where r.key = $1`,
    values: [key],
  })
  return row === undefined ? undefined : { run: toPending(row), started: row.state === 'started' }
}

export const createDagRunStore = (database: Database): DagRunStore => ({
  findDag: (choice) => findDag(database, choice),
  addRun: (run, now) => addRun(database, run, now),
  claimRuns: (dagId, now) => claimRuns(database, dagId, now),
  queuedDags: () => queuedDags(database),
  claimAbandoned: (before, now) => claimAbandoned(database, before, now),
  settleRuns: () => settleRuns(database),
  cancelRun: (key, options) => cancelRun(database, key, options),
  removeRun: async (key) => {
    await database.run({ name: 'remove-dag-run', text: 'delete from dag_run where key = $1', values: [key] })
  },
  findRun: (key) => findRun(database, key),
  findStarted: (key) => findStarted(database, key),
})
