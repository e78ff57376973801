/** Jobs on offer. `available_at` is both the end of a back-off and the end of a lease: expiry needs no sweep. */
import type { Key } from '@braid/core/base/key.ts'
import type { Database } from './database.ts'
import type { ClaimedJob, ExecutionStore, Lease } from './port.ts'

type JobRow = {
  readonly key: number
  readonly instance_key: number
  readonly definition_key: number
  readonly process_id: string
  readonly element_instance_key: number
  readonly element: string
  readonly job_type: string
  readonly retries: number
  readonly worker: string
  readonly available_at: number
  readonly attempt: number
}

function toClaimed(row: JobRow): ClaimedJob {
  return {
    key: row.key as Key,
    instanceKey: row.instance_key as Key,
    definitionKey: row.definition_key as Key,
    processId: row.process_id,
    elementInstanceKey: row.element_instance_key as Key,
    element: row.element,
    jobType: row.job_type,
    retries: row.retries,
    worker: row.worker,
    leaseUntil: row.available_at,
    attempt: row.attempt,
  }
}

/**
 * Level by level: within one priority the index gives what is free first, so that the many jobs with a lease are not
 * looked at. Most types have one level, which costs two probes of the index. A job of an instance that was resumed has
 * a new row, which counts attempts on from where the old one was.
 */
export async function claimJobs(
  database: Database,
  request: Parameters<ExecutionStore['claimJobs']>[0],
): Promise<readonly ClaimedJob[]> {
  const rows = await database.run<JobRow>({
    name: 'claim-jobs',
    text: `
      with recursive bound as materialized (
        select job_type from task_class where job_type = $1
      ),
      level as (
        (
          select priority from job
          where job_type = $1 and retries > 0 and not exists (select from bound)
          order by priority desc
          limit 1
        )
        union all
        select (
          select j.priority from job j
          where j.job_type = $1 and j.retries > 0 and j.priority < level.priority
          order by j.priority desc
          limit 1
        )
        from level
        where level.priority is not null
      ),
      unbounded as materialized (
        select one.key
        from level cross join lateral (
          select j.key from job j
          where j.job_type = $1 and j.retries > 0 and j.priority = level.priority and j.available_at <= $2
          order by j.available_at
          limit $3
          for update skip locked
        ) one
        limit $3
      ),
      free as materialized (
        select key from unbounded
        union all
        select f.key from bound, lateral free_bounded_jobs(bound.job_type, $2, $3::int) as f(key)
      ),
      claimed as (
        update job j
        set worker = $4, available_at = $5, attempt = 1 + greatest(j.attempt,
          (select max(a.attempt) from task_attempt a where a.job_key = j.key))
        from free
        where j.key = free.key
        returning j.key, j.instance_key, j.definition_key, j.process_id, j.element_instance_key, j.element,
          j.job_type, j.retries, j.worker, j.available_at, j.attempt
      ),
      kept as (
        insert into task_attempt (job_key, attempt, instance_key, task_key, worker, started_at)
        select c.key, c.attempt, c.instance_key, c.element_instance_key, c.worker, $2
        from claimed c join definition d on d.key = c.definition_key
        where d.language = 'dag'
      )
      select * from claimed`,
    values: [request.jobType, request.now, request.max, request.worker, request.leaseUntil],
  })
  return rows.map(toClaimed).sort((a, b) => a.key - b.key)
}

export async function extendLeases(database: Database, leases: readonly Lease[]): Promise<readonly Key[]> {
  if (leases.length === 0) return []
  const rows = await database.run<{ key: number }>({
    name: 'extend-leases',
    text: `
      update job j
      set available_at = l.until
      from unnest($1::bigint[], $2::text[], $3::bigint[]) as l(key, worker, until)
      where j.key = l.key and j.worker = l.worker
      returning j.key`,
    values: [
      leases.map((lease) => lease.jobKey),
      leases.map((lease) => lease.worker),
      leases.map((lease) => lease.until),
    ],
  })
  return rows.map((row) => row.key as Key)
}

export async function findJobOwners(
  database: Database,
  jobKeys: readonly Key[],
): Promise<readonly { readonly jobKey: Key; readonly instanceKey: Key }[]> {
  if (jobKeys.length === 0) return []
  const rows = await database.run<{ key: number; instance_key: number }>({
    name: 'find-job-owners',
    text: 'select key, instance_key from job where key = any($1::bigint[])',
    values: [jobKeys],
  })
  return rows.map((row) => ({ jobKey: row.key as Key, instanceKey: row.instance_key as Key }))
}
