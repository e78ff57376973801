import type { Schedule, scheduleSearch } from '@braid/contract/schedule.ts'
import { schedule } from '@braid/contract/schedule.ts'
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import { firstTimes } from '@braid/core/base/schedule-timing.ts'
import type { z } from 'zod'
import type { Database } from '../database.ts'
import { readTiming } from '../schedule-row.ts'
import { booleanField, keyField, textField } from './field.ts'
import { findRow, type Page, type Row, type SearchableEntity, searchPage } from './page.ts'
import { columnsOf, isoTime } from './row.ts'

type Request = NonNullable<z.output<typeof scheduleSearch>>

const timesShown = 5

const entity: SearchableEntity = {
  from: `
    schedule s
    left join lateral (
      select run_key, settled_at from schedule_run
      where schedule_key = s.key and state = 'STARTED' order by scheduled_for desc limit 1
    ) run on true
    left join lateral (
      select state, scheduled_for, message from schedule_run
      where schedule_key = s.key and state in ('STARTED', 'FAILED') order by scheduled_for desc limit 1
    ) settled on true`,
  key: 's.key',
  select: `s.key, s.name, s.definition_id, s.kind, s.origin, s.timing, s.anchor, s.input, s.variant, s.paused,
    s.next_time, s.created_at, run.run_key, run.settled_at, settled.state as settled_state, settled.scheduled_for,
    settled.message`,
  fields: {
    scheduleKey: keyField('s.key'),
    name: textField('s.name'),
    definitionId: textField('s.definition_id'),
    kind: textField('s.kind'),
    origin: textField('s.origin'),
    paused: booleanField('s.paused'),
  },
}

/** By the clock of the engine. */
function nextTimesOf(row: Row, now: Instant): string[] {
  const { timing: text, anchor, next_time: next, paused } = row
  if (paused === true || typeof next !== 'number') return []
  const timing = readTiming(String(text))
  if (timing === undefined) return []
  const after = Math.max(next - 1, now)
  return firstTimes(timing, { anchor: Number(anchor), after, max: timesShown }).map(isoTime)
}

function toSchedule(row: Row, now: Instant): Schedule {
  const column = columnsOf(row)
  const input = column.optionalText('input')
  return {
    scheduleKey: column.key('key'),
    name: column.text('name'),
    definitionId: column.text('definition_id'),
    kind: schedule.shape.kind.parse(column.text('kind')),
    origin: schedule.shape.origin.parse(column.text('origin')),
    timing: schedule.shape.timing.parse(JSON.parse(column.text('timing'))),
    input: input === undefined ? undefined : schedule.shape.input.parse(JSON.parse(input)),
    variant: column.optionalText('variant'),
    paused: column.flag('paused'),
    nextTimes: nextTimesOf(row, now),
    createdAt: column.time('created_at'),
    lastRunAt: column.optionalTime('settled_at'),
    lastRunKey: column.optionalKey('run_key'),
    lastFailure:
      column.optionalText('settled_state') === 'FAILED'
        ? { scheduledFor: column.time('scheduled_for'), message: column.text('message') }
        : undefined,
  }
}

export async function searchSchedules(
  database: Database,
  request: Request,
  now: Instant,
): Promise<Page<Schedule>> {
  const page = await searchPage(database, entity, { ...request, filter: request.filter ?? {} })
  return { ...page, items: page.items.map((row) => toSchedule(row, now)) }
}

export async function getSchedule(database: Database, key: Key, now: Instant): Promise<Schedule | undefined> {
  const row = await findRow(database, entity, key)
  return row === undefined ? undefined : toSchedule(row, now)
}
