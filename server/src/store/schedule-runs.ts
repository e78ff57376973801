/** The times of schedules: each becomes a row with the key of its run, is taken by a node, and settled. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import { dueTimes, jitterOf } from '@braid/core/base/schedule-timing.ts'
import type { Database } from './database.ts'
import { allocateKeys } from './key-sequence.ts'
import type { DueRun, ScheduleKind, ScheduleStore, SettledRun } from './schedule-port.ts'
import { readTiming, type ScheduleRow } from './schedule-row.ts'

type PlannedRun = { readonly scheduleKey: number; readonly time: Instant; readonly beginsAt: Instant }

/** Reads what is due, reckons, and stores it where nobody else did so or changed the schedule in between. */
export async function advanceSchedules(database: Database, now: Instant, max: number): Promise<number> {
  const rows = await database.run<ScheduleRow>({
    name: 'due-schedules',
    text: 'select * from schedule where not paused and next_time <= $1 order by next_time limit $2',
    values: [now, max],
  })
  if (rows.length === 0) return 0
  const following: (Instant | null)[] = []
  const planned: PlannedRun[] = []
  for (const { key, timing: text, anchor, next_time: next } of rows) {
    const timing = readTiming(text)
    if (timing === undefined) {
      following.push(null)
      continue
    }
    const due = dueTimes(timing, { anchor, next: next ?? now, now })
    following.push(due.next ?? null)
    for (const time of due.times) {
      planned.push({ scheduleKey: key, time, beginsAt: time + jitterOf(key as Key, time, timing.jitterMs) })
    }
  }
  await storeAdvance(database, rows, following, planned)
  return rows.length
}

async function storeAdvance(
  database: Database,
  rows: readonly ScheduleRow[],
  following: readonly (Instant | null)[],
  planned: readonly PlannedRun[],
): Promise<void> {
  const firstKey = planned.length === 0 ? 0 : await allocateKeys(database, planned.length)
  await database.run({
    name: 'advance-schedules',
    text: `
      with wanted as materialized (
        select * from unnest($1::bigint[], $2::int[], $3::bigint[], $4::bigint[]) as w(key, revision, seen, following)
      ),
      locked as materialized (
        select s.key, w.following from wanted w join schedule s on s.key = w.key
        where s.revision = w.revision and s.next_time = w.seen and not s.paused
        for update of s skip locked
      ),
      moved as (
        update schedule s set next_time = l.following from locked l where s.key = l.key returning s.key
      )
      insert into schedule_run (schedule_key, scheduled_for, run_key, begins_at, backfill, state, taken_until)
      select r.key, r.scheduled_for, r.run_key, r.begins_at, false, 'PENDING', 0
      from unnest($5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[]) as r(key, scheduled_for, run_key, begins_at)
      join moved on moved.key = r.key
      on conflict (schedule_key, scheduled_for) do nothing`,
    values: [
      rows.map(({ key }) => key),
      rows.map(({ revision }) => revision),
      rows.map(({ next_time }) => next_time),
      following,
      planned.map(({ scheduleKey }) => scheduleKey),
      planned.map(({ time }) => time),
      planned.map((_, index) => firstKey + index),
      planned.map(({ beginsAt }) => beginsAt),
    ],
  })
}

type DueRunRow = {
  readonly schedule_key: number
  readonly name: string
  readonly scheduled_for: number
  readonly run_key: number
  readonly backfill: boolean
  readonly kind: ScheduleKind
  readonly definition_id: string
  readonly input: string | null
  readonly variant: string | null
  readonly created_by: string
}

const toDueRun = (row: DueRunRow): DueRun => ({
  scheduleKey: row.schedule_key as Key,
  scheduleName: row.name,
  scheduledFor: row.scheduled_for,
  runKey: row.run_key as Key,
  backfill: row.backfill,
  kind: row.kind,
  definitionId: row.definition_id,
  ...(row.input === null ? {} : { input: JSON.parse(row.input) as JsonObject }),
  ...(row.variant === null ? {} : { variant: row.variant }),
  createdBy: row.created_by,
})

export async function takeRuns(
  database: Database,
  { now, hostNow, takenUntil, max }: Parameters<ScheduleStore['takeRuns']>[0],
): Promise<readonly DueRun[]> {
  const rows = await database.run<DueRunRow>({
    name: 'take-scheduled-runs',
    text: `
      with ready as materialized (
        select schedule_key, scheduled_for from schedule_run
        where state = 'PENDING' and begins_at <= $1 and taken_until <= $2
        order by backfill, begins_at
        limit $3
        for update skip locked
      )
      update schedule_run r
      set taken_until = $4
      from ready
        join schedule s on s.key = ready.schedule_key
      where r.schedule_key = ready.schedule_key and r.scheduled_for = ready.scheduled_for
      returning r.schedule_key, s.name, r.scheduled_for, r.run_key, r.backfill, s.kind, s.definition_id, s.input,
        s.variant, s.created_by`,
    values: [now, hostNow, max, takenUntil],
  })
  return rows.map(toDueRun).sort((a, b) => a.scheduledFor - b.scheduledFor || a.runKey - b.runKey)
}

/** Also of a time that was skipped meanwhile: its run has begun all the same. */
export async function settleRuns(
  database: Database,
  runs: readonly SettledRun[],
  now: Instant,
): Promise<void> {
  if (runs.length === 0) return
  await database.run({
    name: 'settle-scheduled-runs',
    text: `
      update schedule_run r
      set state = case when d.failure is null then 'STARTED' else 'FAILED' end, message = d.failure, settled_at = $4
      from unnest($1::bigint[], $2::bigint[], $3::text[]) as d(schedule_key, scheduled_for, failure)
      where r.schedule_key = d.schedule_key and r.scheduled_for = d.scheduled_for and r.state <> 'STARTED'`,
    values: [
      runs.map(({ scheduleKey }) => scheduleKey),
      runs.map(({ scheduledFor }) => scheduledFor),
      runs.map(({ failure }) => failure ?? null),
      now,
    ],
  })
}

export async function returnRuns(
  database: Database,
  runs: Parameters<ScheduleStore['returnRuns']>[0],
  until: Instant,
): Promise<void> {
  if (runs.length === 0) return
  await database.run({
    name: 'return-scheduled-runs',
    text: `
      update schedule_run r
      set taken_until = $3
      from unnest($1::bigint[], $2::bigint[]) as d(schedule_key, scheduled_for)
      where r.schedule_key = d.schedule_key and r.scheduled_for = d.scheduled_for and r.state = 'PENDING'`,
    values: [runs.map(({ scheduleKey }) => scheduleKey), runs.map(({ scheduledFor }) => scheduledFor), until],
  })
}

/** Of the clock, not of a backfill. They keep the keys of their runs, so that one that is just starting stays one. */
export async function skipPending(database: Database, scheduleKey: Key, now: Instant): Promise<void> {
  await database.run({
    text: `
      update schedule_run set state = 'SKIPPED', settled_at = $2
      where schedule_key = $1 and state = 'PENDING' and not backfill`,
    values: [scheduleKey, now],
  })
}

export async function timesWithoutRun(
  database: Database,
  scheduleKey: Key,
  times: readonly Instant[],
): Promise<readonly Instant[]> {
  const rows = await database.run<{ scheduled_for: number }>({
    name: 'times-with-run',
    text: `
      select scheduled_for from schedule_run
      where schedule_key = $1 and scheduled_for = any($2::bigint[]) and state in ('PENDING', 'STARTED')`,
    values: [scheduleKey, times],
  })
  const have = new Set(rows.map((row) => row.scheduled_for))
  return times.filter((time) => !have.has(time))
}

/** A time that failed or was skipped before is tried with the key that it has. */
export async function addBackfill(
  database: Database,
  scheduleKey: Key,
  times: readonly Instant[],
  now: Instant,
): Promise<number> {
  if (times.length === 0) return 0
  const firstKey = await allocateKeys(database, times.length)
  const rows = await database.run<{ scheduled_for: number }>({
    name: 'add-backfill',
    text: `
      insert into schedule_run (schedule_key, scheduled_for, run_key, begins_at, backfill, state, taken_until)
      select $1, r.scheduled_for, r.run_key, $4, true, 'PENDING', 0
      from unnest($2::bigint[], $3::bigint[]) as r(scheduled_for, run_key)
      on conflict (schedule_key, scheduled_for) do update
        set state = 'PENDING', backfill = true, begins_at = excluded.begins_at, taken_until = 0, message = null
        where schedule_run.state in ('SKIPPED', 'FAILED')
      returning scheduled_for`,
    values: [scheduleKey, times, times.map((_, index) => firstKey + index), now],
  })
  return rows.length
}

export async function nextScheduled(database: Database, now: Instant): Promise<Instant | undefined> {
  const [row] = await database.run<{ next: number | null }>({
    name: 'next-scheduled',
    text: `
      select least(
        (select min(next_time) from schedule where not paused),
        (select min(begins_at) from schedule_run where state = 'PENDING' and begins_at > $1)
      ) as next`,
    values: [now],
  })
  return row?.next ?? undefined
}
