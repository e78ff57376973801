/** Starts what a schedule would have started. */

import type { Instant } from '@braid/core/base/instant.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import { firstTimes } from '@braid/core/base/schedule-timing.ts'
import type { StoredSchedule } from '../../store/schedule-port.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound, type Refusal, refuse } from '../refusal.ts'
import { checkTiming } from './check-content.ts'
import { mayStartBy } from './definition-kind.ts'

/** More at once nobody oversees. */
const timesLimit = 1_000

export const backfillSchedule = operation({
  id: 'backfillSchedule',
  target: ({ params }) => params.scheduleKey,
  run: async (context, { params: { scheduleKey }, body }, caller) => {
    const { schedules, execution } = context
    const key = keyOf('schedule', scheduleKey)
    if (!key.ok) return key
    const found = await schedules.findSchedule(key.value)
    if (found === undefined) return notFound('schedule', scheduleKey)
    const may = await mayStartBy(context, found, caller)
    if (!may.ok) return may
    const now = execution.now()
    const span = spanOf(body, now)
    if (!span.ok) return span
    const meant = timesIn(found, span.value)
    if (!meant.ok) return meant
    const times = await schedules.timesWithoutRun(key.value, meant.value)
    const answer = times.map((time) => new Date(time).toISOString())
    if (body.dryRun === true) return success({ times: answer, started: 0 })
    const started = await schedules.addBackfill(key.value, times, now)
    schedules.changed()
    return success({ times: answer, started })
  },
})

type Span = { readonly from: Instant; readonly to: Instant }

function spanOf(body: { readonly from: string; readonly to: string }, now: Instant): Result<Span, Refusal> {
  const span = { from: Date.parse(body.from), to: Date.parse(body.to) }
  if (span.to > now) {
    return refuse('INVALID_REQUEST', `body.to: expected a time in the past, got ${body.to}`)
  }
  return span.from <= span.to
    ? success(span)
    : refuse('INVALID_REQUEST', `body.from: expected a time not after ${body.to}, got ${body.from}`)
}

function timesIn(
  { timing: text, anchor }: StoredSchedule,
  { from, to }: Span,
): Result<readonly Instant[], Refusal> {
  const timing = checkTiming(text)
  if (!timing.ok) return timing
  const times = firstTimes(timing.value, { anchor, after: from - 1, until: to, max: timesLimit + 1 })
  return times.length <= timesLimit
    ? success(times)
    : refuse('INVALID_REQUEST', `the span has more than ${timesLimit} times: take a shorter one`)
}
