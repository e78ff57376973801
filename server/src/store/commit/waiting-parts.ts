/** The parts for what an instance waits for: jobs, timers, subscriptions. */
import type { Key } from '@braid/core/base/key.ts'
import type { SubscriptionRow, TimerRow } from '@braid/core/engine/rows.ts'
import type { JobInsert, JobUpdate } from '../net-rows.ts'
import type { FirstAttempt } from '../port.ts'
import { bigint, definePart, int, type Owned, ofStored, owned, text } from './part.ts'

/** A job that has a row already keeps it. */
const insertJobs = definePart<Owned<JobInsert>>({
  name: 'insert_jobs',
  collect: (batch) => owned(batch, ({ net }) => net.insertJobs),
  columns: {
    key: bigint(({ row }) => row.key),
    instance_key: bigint(({ commit }) => commit.key),
    definition_key: bigint(({ commit }) => commit.definitionKey),
    process_id: text(({ commit }) => commit.processId),
    element_instance_key: bigint(({ row }) => row.elementInstanceKey),
    element: text(({ row }) => row.element),
    job_type: text(({ row }) => row.jobType),
    retries: int(({ row }) => row.retries),
    available_at: bigint(({ row }) => row.availableAt),
    worker: text(({ row }) => row.worker),
    message: text(({ row }) => row.message),
    listener_on: text(({ row }) => row.listener?.on ?? null),
    listener_index: int(({ row }) => row.listener?.index ?? null),
    priority: int(({ row }) => row.priority ?? 0),
    role: text(({ row }) => (row.items === true ? 'items' : null)),
    created_at: bigint(({ commit }) => commit.at),
    attempt: int(({ row }) => row.attempt),
  },
  text: ({ rows }) => `
    insert_jobs as (
      insert into job (key, instance_key, definition_key, process_id, element_instance_key, element, job_type,
        retries, available_at, worker, message, listener_on, listener_index, priority, role, created_at, attempt)
      select r.* from ${rows} where ${ofStored}
      on conflict (key) do nothing
    )`,
})

const insertAttempts = definePart<Owned<FirstAttempt>>({
  name: 'insert_attempts',
  collect: (batch) =>
    owned(batch, ({ commit }) => (commit.keepsAttempts === true ? (commit.attempts ?? []) : [])),
  columns: {
    job_key: bigint(({ row }) => row.jobKey),
    instance_key: bigint(({ commit }) => commit.key),
    task_key: bigint(({ row }) => row.elementInstanceKey),
    worker: text(({ row }) => row.worker),
    started_at: bigint(({ row }) => row.startedAt ?? null),
  },
  text: ({ rows }) => `
    insert_attempts as (
      insert into task_attempt (job_key, attempt, instance_key, task_key, worker, started_at)
      select r.job_key, 1, r.instance_key, r.task_key, r.worker, r.started_at
      from ${rows} where ${ofStored}
      on conflict (job_key, attempt) do nothing
    )`,
})

/** A failure ends the lease: the job is on offer again at its retry time. */
const updateJobs = definePart<Owned<JobUpdate>>({
  name: 'update_jobs',
  collect: (batch) => owned(batch, ({ net }) => net.updateJobs),
  columns: {
    key: bigint(({ row }) => row.key),
    instance_key: bigint(({ commit }) => commit.key),
    retries: int(({ row }) => row.retries),
    available_at: bigint(({ row }) => row.availableAt ?? null),
    message: text(({ row }) => row.message ?? null),
  },
  text: ({ rows }) => `
    update_jobs as (
      update job j
      set retries = r.retries, available_at = coalesce(r.available_at, j.available_at),
        worker = case when r.available_at is null then j.worker end, message = coalesce(r.message, j.message)
      from ${rows}
      where j.key = r.key and ${ofStored}
    )`,
})

const deleteJobs = definePart<Owned<Key>>({
  name: 'delete_jobs',
  collect: (batch) => owned(batch, ({ net }) => net.deleteJobs),
  columns: { key: bigint(({ row }) => row), instance_key: bigint(({ commit }) => commit.key) },
  text: ({ rows }) => `
    delete_jobs as (
      delete from job j using ${rows} where j.key = r.key and ${ofStored}
    )`,
})

const insertTimers = definePart<Owned<TimerRow>>({
  name: 'insert_timers',
  collect: (batch) => owned(batch, ({ net }) => net.insertTimers),
  columns: {
    key: bigint(({ row }) => row.key),
    instance_key: bigint(({ commit }) => commit.key),
    definition_key: bigint(({ commit }) => commit.definitionKey),
    process_id: text(({ commit }) => commit.processId),
    element_instance_key: bigint(({ row }) => row.elementInstanceKey),
    element: text(({ row }) => row.element),
    due: bigint(({ row }) => row.due),
  },
  text: ({ rows }) => `
    insert_timers as (
      insert into timer (key, instance_key, definition_key, process_id, element_instance_key, element, due,
        available_at)
      select r.*, r.due from ${rows} where ${ofStored}
    )`,
})

const deleteTimers = definePart<Owned<Key>>({
  name: 'delete_timers',
  collect: (batch) => owned(batch, ({ net }) => net.deleteTimers),
  columns: { key: bigint(({ row }) => row), instance_key: bigint(({ commit }) => commit.key) },
  text: ({ rows }) => `
    delete_timers as (
      delete from timer t using ${rows} where t.key = r.key and ${ofStored}
    )`,
})

const insertSubscriptions = definePart<Owned<SubscriptionRow>>({
  name: 'insert_subscriptions',
  collect: (batch) => owned(batch, ({ net }) => net.insertSubscriptions),
  columns: {
    key: bigint(({ row }) => row.key),
    kind: text(({ row }) => row.kind),
    instance_key: bigint(({ commit }) => commit.key),
    definition_key: bigint(({ commit }) => commit.definitionKey),
    process_id: text(({ commit }) => commit.processId),
    element_instance_key: bigint(({ row }) => row.elementInstanceKey),
    element: text(({ row }) => row.element),
    name: text(({ row }) => row.name),
    correlation_key: text(({ row }) => row.correlationKey ?? ''),
    opened_at: bigint(({ commit }) => commit.at),
  },
  text: ({ rows }) => `
    insert_subscriptions as (
      insert into subscription (key, kind, instance_key, definition_key, process_id, element_instance_key, element,
        name, correlation_key, opened_at)
      select r.* from ${rows} where ${ofStored}
    )`,
})

const deleteSubscriptions = definePart<Owned<Key>>({
  name: 'delete_subscriptions',
  collect: (batch) => owned(batch, ({ net }) => net.deleteSubscriptions),
  columns: { key: bigint(({ row }) => row), instance_key: bigint(({ commit }) => commit.key) },
  text: ({ rows }) => `
    delete_subscriptions as (
      delete from subscription s using ${rows} where s.key = r.key and ${ofStored}
    )`,
})

export const waitingParts = {
  insertJobs,
  insertAttempts,
  updateJobs,
  deleteJobs,
  insertTimers,
  deleteTimers,
  insertSubscriptions,
  deleteSubscriptions,
} as const
