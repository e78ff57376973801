/** Runs of scripts in PostgreSQL: writes, and what a node needs to run them. The reads are in `search/executions.ts`. */
import type { Execution, ExecutionPriority, ExecutionState } from '@braid/contract/execution.ts'
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Database } from './database.ts'
import type {
  AddedScriptRun,
  BegunScriptRun,
  NewScriptRun,
  ScriptOffer,
  ScriptRunEnd,
  ScriptRunStore,
  StrandedRun,
} from './script-run-port.ts'

const strandedPage = 100

const insert = (database: Database, run: NewScriptRun): Promise<readonly unknown[]> =>
  database.run({
    name: 'add-script-run',
    text: `
      insert into execution (key, owner_id, owner, state, language, version, source, stdin, input, timeout_ms, priority,
        trigger, script_key, script_version, script_name, retry_of, idempotency_key, request_hash, created_at, max_attempts)
      values ($1, $2, $3, 'QUEUED', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
      on conflict do nothing
      returning key`,
    values: [
      run.key,
      run.ownerId,
      run.owner,
      run.language,
      run.version,
      run.source,
      run.stdin,
      JSON.stringify(run.input),
      run.timeoutMs,
      run.priority,
      run.trigger,
      run.script?.key ?? null,
      run.script?.version ?? null,
      run.script?.name ?? null,
      run.retryOf ?? null,
      run.idempotency?.key ?? null,
      run.idempotency?.hash ?? null,
      run.createdAt,
      run.maxAttempts,
    ],
  })

/** A key is free again when its time is over, or when the run failed through no fault of the script. */
const freeKey = (database: Database, { ownerId, idempotency }: NewScriptRun, before: Instant) =>
  database.run({
    name: 'free-idempotency-key',
    text: `
      update execution set idempotency_key = null
      where owner_id = $1 and idempotency_key = $2 and (state = 'FAILED' or created_at < $3)`,
    values: [ownerId, idempotency?.key ?? null, before],
  })

async function add(database: Database, run: NewScriptRun, expired: Instant): Promise<AddedScriptRun> {
  if (run.idempotency === undefined) {
    // A key that was given before: whoever tries again finds it.
    const added = (await insert(database, run)).length > 0
    return added ? { kind: 'added' } : { kind: 'known', key: run.key, state: 'QUEUED' }
  }
  await freeKey(database, run, expired)
  if ((await insert(database, run)).length > 0) return { kind: 'added' }
  const [known] = await database.run<{ key: number; state: ExecutionState; request_hash: string }>({
    name: 'find-idempotency-key',
    text: 'select key, state, request_hash from execution where owner_id = $1 and idempotency_key = $2',
    values: [run.ownerId, run.idempotency.key],
  })
  // It was freed or deleted in between.
  if (known === undefined) return add(database, run, expired)
  if (known.request_hash !== run.idempotency.hash) return { kind: 'differs' }
  return { kind: 'known', key: known.key as Key, state: known.state }
}

async function begin(
  database: Database,
  key: Key,
  { attempt, isolation, at }: Parameters<ScriptRunStore['begin']>[1],
): Promise<BegunScriptRun> {
  const [row] = await database.run<{
    language: Execution['language']
    version: string
    source: string
    stdin: string
    input: string
    timeout_ms: number
  }>({
    name: 'begin-script-run',
    text: `
      update execution set state = 'RUNNING', attempt = $2, isolation = $3, started_at = coalesce(started_at, $4),
        begun = begun + 1
      where key = $1 and state in ('QUEUED', 'RUNNING') and begun < max_attempts
      returning language, version, source, stdin, input, timeout_ms`,
    values: [key, attempt, isolation, at],
  })
  if (row === undefined) return spentOrOver(database, key)
  const { timeout_ms: timeoutMs, input, ...rest } = row
  return { kind: 'begun', script: { ...rest, timeoutMs, input: JSON.parse(input) as JsonObject } }
}

async function spentOrOver(database: Database, key: Key): Promise<BegunScriptRun> {
  const [open] = await database.run<{ attempt: number; max_attempts: number }>({
    text: `select attempt, max_attempts from execution where key = $1 and state in ('QUEUED', 'RUNNING')`,
    values: [key],
  })
  if (open === undefined) return { kind: 'over' }
  return { kind: 'spent', attempt: open.attempt, maxAttempts: open.max_attempts }
}

async function end(
  database: Database,
  key: Key,
  run: ScriptRunEnd,
  at: Instant,
  ifEnded: boolean,
): Promise<boolean> {
  const rows = await database.run({
    name: 'end-script-run',
    text: `
      update execution set state = $2, ended_at = $3, exit_code = $4, message = $5, wall_ms = $6, cpu_ms = $7,
        peak_memory_bytes = $8, output_bytes = $9, result = $10
      where key = $1 and state in ('QUEUED', 'RUNNING')
        and (not $11 or not exists (select from instance i where i.key = $1 and i.status = 'active'))
      returning key`,
    values: [
      key,
      run.state,
      at,
      run.exitCode ?? null,
      run.message ?? null,
      run.wallMs,
      run.cpuMs ?? null,
      run.peakMemoryBytes ?? null,
      run.outputBytes,
      run.result === undefined ? null : JSON.stringify(run.result),
      ifEnded,
    ],
  })
  return rows.length > 0
}

async function cancelQueued(database: Database, key: Key, at: Instant): Promise<boolean> {
  const rows = await database.run({
    name: 'cancel-queued-script-run',
    text: `
      update execution set state = 'CANCELED', ended_at = $2 where key = $1 and state = 'QUEUED' returning key`,
    values: [key, at],
  })
  return rows.length > 0
}

const findStranded = (database: Database, before: Instant): Promise<readonly StrandedRun[]> =>
  database.run<StrandedRun>({
    name: 'find-stranded-script-runs',
    text: `
      select e.key, r.key is not null as entered, e.attempt
      from execution e left join dag_run r on r.key = e.key left join instance i on i.key = e.key
      where e.state in ('QUEUED', 'RUNNING') and e.created_at < $1
        and (i.status <> 'active' and i.ended_at < $1 or r.state = 'canceled' or r.key is null)
      order by e.key limit ${strandedPage}`,
    values: [before],
  })

async function findEntry(database: Database, key: Key): ReturnType<ScriptRunStore['findEntry']> {
  const [row] = await database.run<{ owner_id: number; priority: ExecutionPriority; created_at: number }>({
    text: 'select owner_id, priority, created_at from execution where key = $1',
    values: [key],
  })
  if (row === undefined) return undefined
  const { owner_id: ownerId, priority, created_at: createdAt } = row
  return { key, ownerId: ownerId as Key, priority, createdAt }
}

export const createScriptRunStore = (database: Database): ScriptRunStore => ({
  findDefinition: async () => {
    const [row] = await database.run<{ key: number }>({
      name: 'find-script-definition',
      text: `select max(key) as key from definition where language = 'script' and deleted_at is null`,
    })
    return row?.key === null ? undefined : (row?.key as Key | undefined)
  },
  add: (run, expired) => add(database, run, expired),
  remove: async (key) => {
    await database.run({
      name: 'remove-script-run',
      text: 'delete from execution where key = $1',
      values: [key],
    })
  },
  begin: (key, start) => begin(database, key, start),
  end: (key, run, at, { ifEnded } = { ifEnded: false }) => end(database, key, run, at, ifEnded),
  cancelQueued: (key, at) => cancelQueued(database, key, at),
  findStranded: (before) => findStranded(database, before),
  findEntry: (key) => findEntry(database, key),
  putOffer: async (nodeKey, offer) => {
    await database.run({
      name: 'put-script-offer',
      text: `
        insert into script_node (node_id, offer) select id, $2 from node where id = $1
        on conflict (node_id) do update set offer = excluded.offer`,
      values: [nodeKey, JSON.stringify(offer)],
    })
  },
  offers: async () => {
    const rows = await database.run<{ offer: string }>({
      name: 'script-offers',
      text: 'select offer from script_node order by node_id',
    })
    return rows.map(({ offer }) => JSON.parse(offer) as ScriptOffer)
  },
})
