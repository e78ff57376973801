import { catchUps } from '@braid/core/base/schedule-timing.ts'
import { z } from 'zod'
import { empty, json, route } from './route.ts'
import {
  dateTime,
  id,
  jsonObject,
  key,
  keyFilter,
  searchRequest,
  searchResponse,
  text,
  textFilter,
} from './schema.ts'

const duration = text(100).meta({ description: 'An ISO 8601 duration.', example: 'PT15M' })

/** Exactly one of `cron`, `every`, `at`. Times are absolute: they do not depend on when a run began or ended. */
export const scheduleTiming = z.strictObject({
  /**
   * Five fields, or six with seconds first. In its time zone, a time that clocks skip is when they jump, and a time that
   * comes twice is its first; schedules of every hour (`*`) go by real time instead.
   */
  cron: text(200).optional(),
  /** A second or longer, on the UTC calendar; keeps the beat of when this timing was set. */
  every: duration.optional(),
  at: dateTime.optional(),
  /** IANA name, for cron; UTC unless said. */
  timeZone: text(100).optional(),
  /** Up to a day: each run begins up to that much later, of the same time always by the same. */
  jitter: duration.optional(),
  /**
   * What becomes of times that are more than ten seconds late, after a standstill: nothing, one run for the last of them,
   * or one each for the last hundred. `last` unless said. What a pause passes over is never made up.
   */
  catchUp: z.enum(catchUps).optional(),
})

const content = {
  name: id,
  /** A DAG, a process without start form, or `script:<key>`, a saved script: its latest version is run. */
  definitionId: id,
  timing: scheduleTiming,
  input: jsonObject.optional(),
  /** Of a DAG. */
  variant: id.optional(),
}
export const schedule = z.object({
  scheduleKey: key,
  ...content,
  kind: z.enum(['dag', 'process', 'script']),
  /** `definition`: said by the DAG itself, and changed there; it can be paused here. */
  origin: z.enum(['definition', 'user']),
  paused: z.boolean(),
  /** The next five times, before jitter; none of a paused schedule. */
  nextTimes: z.array(dateTime),
  createdAt: dateTime,
  lastRunAt: dateTime.optional(),
  lastRunKey: key.optional(),
  /** Present when the latest time could not be run. */
  lastFailure: z.object({ scheduledFor: dateTime, message: z.string() }).optional(),
})
export type Schedule = z.output<typeof schedule>

export const scheduleSearch = searchRequest(
  z.strictObject({
    scheduleKey: keyFilter.optional(),
    name: textFilter.optional(),
    definitionId: textFilter.optional(),
    kind: textFilter.optional(),
    origin: textFilter.optional(),
    paused: z.boolean().optional(),
  }),
  ['scheduleKey', 'name', 'definitionId'],
).optional()

const params = z.object({ scheduleKey: key })
const tag = 'Schedules'

export const scheduleRoutes = {
  createSchedule: route({
    method: 'POST',
    path: '/schedules',
    tag,
    summary:
      'Start runs of a DAG, process or saved script by the clock; this needs the permission to start them, too',
    permission: 'schedule:update',
    surface: 'braid',
    body: z.strictObject(content),
    response: json(schedule),
  }),
  searchSchedules: route({
    method: 'POST',
    path: '/schedules/search',
    tag,
    summary: 'Search schedules, each with its next five times',
    permission: 'schedule:read',
    surface: 'braid',
    body: scheduleSearch,
    response: json(searchResponse(schedule)),
  }),
  getSchedule: route({
    method: 'GET',
    path: '/schedules/{scheduleKey}',
    tag,
    summary: 'Get a schedule with its next five times',
    permission: 'schedule:read',
    surface: 'braid',
    params,
    response: json(schedule),
  }),
  /** A schedule that its DAG says takes `paused` only. */
  updateSchedule: route({
    method: 'PATCH',
    path: '/schedules/{scheduleKey}',
    tag,
    summary: 'Change, pause or resume a schedule',
    permission: 'schedule:update',
    surface: 'braid',
    params,
    body: z.strictObject({
      name: id.optional(),
      timing: scheduleTiming.optional(),
      input: jsonObject.nullable().optional(),
      variant: id.nullable().optional(),
      paused: z.boolean().optional(),
    }),
    response: json(schedule),
  }),
  deleteSchedule: route({
    method: 'DELETE',
    path: '/schedules/{scheduleKey}',
    tag,
    summary: 'Delete a schedule; runs that it started go on',
    permission: 'schedule:update',
    surface: 'braid',
    params,
    response: empty,
  }),
  /** A time that had a run already is left out, so that doing it twice does it once. */
  backfillSchedule: route({
    method: 'POST',
    path: '/schedules/{scheduleKey}/backfill',
    tag,
    summary: 'Start the runs that a schedule means for a span of time in the past, up to 1000 times',
    permission: 'schedule:update',
    surface: 'braid',
    params,
    /** Both ends are in the span. */
    body: z.strictObject({ from: dateTime, to: dateTime, dryRun: z.boolean().optional() }),
    /** `times`: those that had no run before. */
    response: json(z.object({ times: z.array(dateTime), started: z.int() })),
  }),
} as const
