/** Schedules as people and DAGs make and change them. What their times come to is in `schedule-runs.ts`. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import { nextTime, type Timing, type TimingText } from '@braid/core/base/schedule-timing.ts'
import type { DagSchedule } from '@braid/core/model/dag.ts'
import type { Database } from './database.ts'
import { allocateKeys } from './key-sequence.ts'
import type {
  NewSchedule,
  ScheduleChange,
  ScheduleContent,
  ScheduleKind,
  StoredSchedule,
} from './schedule-port.ts'
import { readTiming, type ScheduleRow, timingText } from './schedule-row.ts'
import { skipPending } from './schedule-runs.ts'
import { StoreError } from './store-error.ts'

/** Nobody oversees more, and a tick looks at all that are due. */
const schedulesLimit = 10_000

const jsonOrNull = (value: object | null | undefined): string | null =>
  value === undefined || value === null ? null : JSON.stringify(value)

export async function findSchedule(database: Database, key: Key): Promise<StoredSchedule | undefined> {
  const [row] = await database.run<ScheduleRow>({
    name: 'find-schedule',
    text: 'select * from schedule where key = $1',
    values: [key],
  })
  if (row === undefined) return undefined
  const { name, kind, origin, anchor, paused } = row
  const timing = JSON.parse(row.timing) as TimingText
  return { key, name, definitionId: row.definition_id, kind, origin, timing, anchor, paused }
}

export async function createSchedule(
  database: Database,
  schedule: NewSchedule,
): Promise<'created' | 'taken' | 'full'> {
  const [{ count } = { count: 0 }] = await database.run<{ count: number }>({
    name: 'count-schedules',
    text: 'select count(*) as count from schedule',
  })
  if (count >= schedulesLimit) return 'full'
  return (await insertSchedule(database, schedule, 'user')) ? 'created' : 'taken'
}

async function insertSchedule(
  database: Database,
  schedule: NewSchedule,
  origin: StoredSchedule['origin'],
): Promise<boolean> {
  const rows = await database.run<{ key: number }>({
    name: 'insert-schedule',
    text: `
      insert into schedule (key, name, definition_id, kind, origin, timing, anchor, input, variant, paused, next_time,
        revision, created_at, created_by)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, false, $10, 1, $7, $11)
      on conflict (definition_id, origin, name) do nothing
      returning key`,
    values: [
      schedule.key,
      schedule.name,
      schedule.definitionId,
      schedule.kind,
      origin,
      timingText(schedule.timing),
      schedule.at,
      jsonOrNull(schedule.input),
      schedule.variant ?? null,
      schedule.nextTime ?? null,
      schedule.createdBy,
    ],
  })
  return rows.length > 0
}

export async function changeSchedule(
  database: Database,
  key: Key,
  change: ScheduleChange,
  now: Instant,
): Promise<'changed' | 'taken' | 'not-found'> {
  try {
    return await database.transaction(async (joined) => {
      const [row] = await joined.run<ScheduleRow>({
        text: 'select * from schedule where key = $1 for update',
        values: [key],
      })
      if (row === undefined) return 'not-found'
      await storeChange(joined, row, change, now)
      return 'changed'
    })
  } catch (error) {
    if (error instanceof StoreError && error.kind === 'conflict') return 'taken'
    throw error
  }
}

const following = (timing: Timing | undefined, anchor: Instant, now: Instant): Instant | null =>
  (timing && nextTime(timing, anchor, now)) ?? null

/** The row is locked. */
async function storeChange(
  database: Database,
  row: ScheduleRow,
  change: ScheduleChange,
  now: Instant,
): Promise<void> {
  const timing = change.timing === undefined ? row.timing : timingText(change.timing)
  const paused = change.paused ?? row.paused
  const retimed = timing !== row.timing
  const anchor = retimed ? now : row.anchor
  // What a pause passes over is not made up.
  const next = retimed || (row.paused && !paused) ? following(readTiming(timing), anchor, now) : row.next_time
  await database.run({
    text: `
      update schedule
      set name = $2, timing = $3, anchor = $4, input = $5, variant = $6, paused = $7, next_time = $8,
        revision = revision + 1
      where key = $1`,
    values: [
      row.key,
      change.name ?? row.name,
      timing,
      anchor,
      change.input === undefined ? row.input : jsonOrNull(change.input),
      change.variant === undefined ? row.variant : change.variant,
      paused,
      next,
    ],
  })
  if (retimed || (paused && !row.paused)) await skipPending(database, row.key as Key, now)
}

export async function deleteSchedule(database: Database, key: Key): Promise<boolean> {
  const rows = await database.run<{ key: number }>({
    name: 'delete-schedule',
    text: 'delete from schedule where key = $1 returning key',
    values: [key],
  })
  return rows.length > 0
}

/**
 * Makes the schedules of a definition those that its latest version says; of those that stay, who paused them stays
 * right. Part of the transaction of a deployment. Their timings were checked when the definition was compiled.
 */
export async function syncSchedules(
  database: Database,
  definition: {
    readonly definitionId: string
    readonly kind: ScheduleKind
    readonly schedules: readonly DagSchedule[]
    readonly at: Instant
  },
): Promise<void> {
  const { definitionId, kind, at } = definition
  const schedules = definition.schedules.map(
    ({ name, input, variant, ...timing }): ScheduleContent => ({ name, input, variant, timing }),
  )
  const names = schedules.map(({ name }) => name)
  await database.run({
    text: `delete from schedule where definition_id = $1 and origin = 'definition' and not (name = any($2))`,
    values: [definitionId, names],
  })
  const rows = await database.run<ScheduleRow>({
    text: `select * from schedule where definition_id = $1 and origin = 'definition' order by key for update`,
    values: [definitionId],
  })
  const known = new Map(rows.map((row) => [row.name, row]))
  for (const schedule of schedules) {
    const row = known.get(schedule.name)
    if (row !== undefined) {
      const { timing, input = null, variant = null } = schedule
      await storeChange(database, row, { timing, input, variant }, at)
      continue
    }
    const key = (await allocateKeys(database, 1)) as Key
    const next = following(readTiming(timingText(schedule.timing)), at, at)
    const made = { ...schedule, key, definitionId, kind, at, createdBy: '', nextTime: next ?? undefined }
    await insertSchedule(database, made, 'definition')
  }
}
