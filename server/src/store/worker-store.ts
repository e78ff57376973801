/** Who works: nodes by their heartbeats, programs outside by the jobs that they asked for. */
import type { Worker } from '@braid/contract/worker.ts'
import type { Instant } from '@braid/core/base/instant.ts'
import type { Database } from './database.ts'
import type { NodeFacts } from './port.ts'
import { isoTime } from './search/row.ts'

/** A program that asks for jobs of a type. */
export type WorkerSighting = { readonly name: string; readonly jobType: string }

export type WorkerStore = ReturnType<typeof createWorkerStore>

/** Of each kind, in one answer. */
const maxWorkers = 1_000

type Row = {
  readonly name: string
  readonly mode?: NodeFacts['mode']
  readonly tags: readonly string[]
  readonly job_types: readonly string[]
  readonly running: number
  readonly seen_at: number
}

export type WorkerQuery = {
  /** Of the host: workers are seen by it. */
  readonly now: Instant
  /** By the clock that leases see. */
  readonly leasesAt: Instant
  readonly nodeSilenceMs: number
  readonly clientSilenceMs: number
}

export function createWorkerStore(database: Database) {
  return {
    async see(sightings: readonly WorkerSighting[], now: Instant): Promise<void> {
      const ordered = sightings.toSorted((a, b) => (a.name + a.jobType < b.name + b.jobType ? -1 : 1))
      await database.run({
        name: 'see-workers',
        text: `
          insert into worker (name, job_type, seen_at)
          select name, job_type, $3 from unnest($1::text[], $2::text[]) as seen (name, job_type)
          on conflict (name, job_type) do update set seen_at = greatest(worker.seen_at, excluded.seen_at)`,
        values: [ordered.map(({ name }) => name), ordered.map(({ jobType }) => jobType), now],
      })
    },

    async forgetBefore(before: Instant): Promise<void> {
      await database.run({ text: 'delete from worker where seen_at < $1', values: [before] })
    },

    /** Nodes first, then programs, each by name. */
    async list(query: WorkerQuery): Promise<readonly Worker[]> {
      const [nodes, clients] = await Promise.all([listNodes(database), listClients(database, query)])
      const { now, nodeSilenceMs, clientSilenceMs } = query
      return [
        ...nodes.map((row) => nodeOf(row, now - row.seen_at <= nodeSilenceMs)),
        // One that has jobs may well be at work on them without asking for more.
        ...clients.map((row) =>
          workerOf('client', row, row.running > 0 || now - row.seen_at <= clientSilenceMs),
        ),
      ]
    },
  }
}

const workerOf = (kind: Worker['kind'], row: Row, isAlive: boolean): Worker => ({
  name: row.name,
  kind,
  state: isAlive ? 'alive' : 'silent',
  ...(row.mode === undefined ? {} : { mode: row.mode }),
  tags: [...row.tags],
  jobTypes: [...row.job_types],
  running: row.running,
  seenAt: isoTime(row.seen_at),
})

/** What a silent one had, others have. */
const nodeOf = (row: Row, isAlive: boolean): Worker =>
  workerOf('node', isAlive ? row : { ...row, running: 0 }, isAlive)

const listNodes = (database: Database): Promise<readonly Row[]> =>
  database.run<Row>({
    name: 'list-worker-nodes',
    text: `
      select name, mode, tags, job_types, running, seen_at from node
      order by name, id
      limit $1`,
    values: [maxWorkers],
  })

/** Leased jobs have their lease's end as the time when they are available again, so the index of a type finds them. */
const listClients = (database: Database, { leasesAt }: WorkerQuery): Promise<readonly Row[]> =>
  database.run<Row>({
    name: 'list-worker-clients',
    text: `
      with seen as (
        select name, array_agg(job_type order by job_type) as job_types, max(seen_at) as seen_at
        from worker
        group by name
        order by name
        limit $1
      ), leased as (
        select job.worker as name, count(*)::int as running
        from job
        where job_type in (select job_type from worker) and retries > 0 and available_at > $2 and worker is not null
        group by job.worker
      )
      select seen.name, array[]::text[] as tags, job_types, coalesce(running, 0) as running, seen_at
      from seen left join leased using (name)
      order by name`,
    values: [maxWorkers, leasesAt],
  })
