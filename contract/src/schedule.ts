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

const duration = z.iso.duration({ error: 'expected an ISO 8601 duration such as PT15M' })

/** Exactly one of `cron`, `every`, `at`. */
export const scheduleTiming = z
  .strictObject({
    /** Five fields, or six with seconds first. */
    cron: text(200).optional(),
    every: duration.optional(),
    at: dateTime.optional(),
    /** IANA name; UTC unless said. */
    timeZone: text(100).optional(),
    jitter: duration.optional(),
    catchUp: z.enum(['none', 'last', 'all']).optional(),
  })
  .refine(({ cron, every, at }) => [cron, every, at].filter((one) => one !== undefined).length === 1, {
    error: 'expected exactly one of cron, every and at',
  })

const content = {
  name: id,
  /** A DAG, or a process without start form. */
  definitionId: id,
  timing: scheduleTiming,
  input: jsonObject.optional(),
  variant: id.optional(),
}
export const schedule = z.object({
  scheduleKey: key,
  ...content,
  kind: z.enum(['dag', 'process']),
  /** `definition`: said by the DAG itself, and changed there; it can be paused here. */
  origin: z.enum(['definition', 'user']),
  paused: z.boolean(),
  nextTimes: z.array(dateTime),
  lastRunAt: dateTime.optional(),
  lastRunKey: key.optional(),
})
export type Schedule = z.output<typeof schedule>

const params = z.object({ scheduleKey: key })
const tag = 'Schedules'

export const scheduleRoutes = {
  createSchedule: route({
    method: 'POST',
    path: '/schedules',
    tag,
    summary: 'Start runs of a DAG or process by the clock',
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
    body: searchRequest(
      z.strictObject({
        scheduleKey: keyFilter.optional(),
        name: textFilter.optional(),
        definitionId: textFilter.optional(),
        paused: z.boolean().optional(),
      }),
      ['scheduleKey', 'name', 'definitionId'],
    ).optional(),
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
      input: jsonObject.optional(),
      variant: id.nullable().optional(),
      paused: z.boolean().optional(),
    }),
    response: json(schedule),
  }),
  deleteSchedule: route({
    method: 'DELETE',
    path: '/schedules/{scheduleKey}',
    tag,
    summary: 'Delete a schedule',
    permission: 'schedule:update',
    surface: 'braid',
    params,
    response: empty,
  }),
  /** A time that had a run already is left out, so that doing it twice does it once. */
  backfill: route({
    method: 'POST',
    path: '/schedules/{scheduleKey}/backfill',
    tag,
    summary: 'Start the runs that a schedule means for a span of time in the past',
    permission: 'schedule:update',
    surface: 'braid',
    params,
    body: z.strictObject({ from: dateTime, to: dateTime, dryRun: z.boolean().optional() }),
    response: json(z.object({ times: z.array(dateTime), started: z.int() })),
  }),
} as const
