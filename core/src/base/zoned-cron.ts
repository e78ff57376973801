/**
 * Cron schedules in a time zone with daylight saving time.
 *
 * Schedules of every hour (`*`, all 24) go by real time: they have no turn in the hour that clocks skip, and have the
 * hour that comes twice two times. Schedules of particular hours go by the day: a time that clocks skip is when they
 * jump (several are one), and a time that comes twice is its first.
 */
import { type Cron, nextCronTime } from './cron.ts'
import type { Instant } from './instant.ts'
import { zoneOffsetAt } from './time-zone.ts'

/** Further from any local time than its instants are: offsets go to 14 hours, and Samoa skipped a whole day. */
const aroundMs = 2 * 86_400_000
/** Clocks are set back by an hour, at some places by up to three. */
const changeMs = 3 * 3_600_000
/** Skipped days and doubled hours of a schedule every second: more matches in a row cannot be passed over. */
const passedLimit = 2 * 86_400

const offsetMsAt = (zone: string, at: Instant): number => zoneOffsetAt(zone, at / 1_000) * 1_000

/** The first instant after `before`, up to `after`, from which on another offset holds. */
function changeBetween(zone: string, before: Instant, after: Instant): Instant {
  const offset = offsetMsAt(zone, before)
  let [same, other] = [before, after]
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2)
    if (offsetMsAt(zone, middle) === offset) same = middle
    else other = middle
  }
  return other
}

/** Local times are written as if they were UTC. `skipped`: no clock showed it, `at` is when they jumped over it. */
function firstInstantOf(zone: string, local: Instant): { readonly at: Instant; readonly skipped: boolean } {
  const before = offsetMsAt(zone, local - aroundMs)
  const after = offsetMsAt(zone, local + aroundMs)
  const early = local - Math.max(before, after)
  const late = local - Math.min(before, after)
  if (early + offsetMsAt(zone, early) === local) return { at: early, skipped: false }
  if (late + offsetMsAt(zone, late) === local) return { at: late, skipped: false }
  return { at: changeBetween(zone, early, late), skipped: true }
}

function nextByDay(cron: Cron, zone: string, after: Instant): Instant | undefined {
  let local: Instant | undefined = after + offsetMsAt(zone, after)
  for (let passed = 0; passed < passedLimit; passed += 1) {
    local = nextCronTime(cron, local)
    if (local === undefined) return undefined
    const { at } = firstInstantOf(zone, local)
    if (at > after) return at
  }
  return undefined
}

function nextByRealTime(cron: Cron, zone: string, after: Instant): Instant | undefined {
  let from = after
  let offset = offsetMsAt(zone, from)
  while (offsetMsAt(zone, from + changeMs) !== offset) {
    const change = changeBetween(zone, from, from + changeMs)
    const local = nextCronTime(cron, from + offset)
    if (local === undefined) return undefined
    if (local - offset < change) return local - offset
    from = change - 1
    offset = offsetMsAt(zone, change)
  }
  let local: Instant | undefined = from + offset
  for (let passed = 0; passed < passedLimit; passed += 1) {
    local = nextCronTime(cron, local)
    if (local === undefined) return undefined
    if (local - offset <= from + changeMs) return local - offset
    const found = firstInstantOf(zone, local)
    if (!found.skipped) return found.at
  }
  return undefined
}

/** The first time strictly after `after`; `undefined` when there is none within four decades. */
export function nextZonedCronTime(cron: Cron, zone: string, after: Instant): Instant | undefined {
  if (zone === 'UTC') return nextCronTime(cron, after)
  return cron.hours.length === 24 ? nextByRealTime(cron, zone, after) : nextByDay(cron, zone, after)
}
