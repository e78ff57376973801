/** Durations as ISO 8601-1 §5.5.2 writes them: `P1Y2M10DT2H30M`, `P3W`, `PT0.5S`, `-P1D`. */
import type { Instant } from './instant.ts'
import { failure, type Result, success } from './result.ts'

/**
 * Three amounts that no fixed factor joins: a month has 28 to 31 days. Years are twelve months, weeks seven days,
 * hours and below are milliseconds. Each may be negative.
 */
export type Duration = { readonly months: number; readonly days: number; readonly milliseconds: number }

const dayMs = 86_400_000
/** The last instant that ECMAScript dates reach, in the year 275760. */
const lastInstant = 8.64e15

const pattern = new RegExp(
  '^(?<sign>[+-])?P' +
    '(?:(?<years>[+-]?\\d+)Y)?(?:(?<months>[+-]?\\d+)M)?' +
    '(?:(?<weeks>[+-]?\\d+)W)?(?:(?<days>[+-]?\\d+)D)?' +
    '(?<time>T(?:(?<hours>[+-]?\\d+(?:[.,]\\d+)?)H)?' +
    '(?:(?<minutes>[+-]?\\d+(?:[.,]\\d+)?)M)?(?:(?<seconds>[+-]?\\d+(?:[.,]\\d+)?)S)?)?$',
)

const dateParts = ['years', 'months', 'weeks', 'days'] as const
const timeParts = ['hours', 'minutes', 'seconds'] as const

const numberOf = (text: string | undefined): number => Number((text ?? '0').replace(',', '.'))

/** Only the smallest time part may have a fraction (ISO 8601-1 §5.5.2.3). */
function hasMisplacedFraction(parts: readonly (string | undefined)[]): boolean {
  const given = parts.filter((part) => part !== undefined)
  return given.slice(0, -1).some((part) => /[.,]/.test(part))
}

/** Reads a duration; the error says what was expected and what came. */
export function parseDuration(text: string): Result<Duration, string> {
  const refuse = (why: string): Result<Duration, string> =>
    failure(`expected an ISO 8601 duration such as PT1H30M or P1D, got "${text}"${why}`)
  const groups = pattern.exec(text)?.groups
  if (groups === undefined) return refuse('')
  const times = timeParts.map((part) => groups[part])
  const hasTime = times.some((part) => part !== undefined)
  if (groups.time !== undefined && !hasTime) return refuse(': nothing follows T')
  if (!hasTime && dateParts.every((part) => groups[part] === undefined)) return refuse(': nothing follows P')
  if (hasMisplacedFraction(times)) return refuse(': only the smallest part may have a fraction')
  const sign = groups.sign === '-' ? -1 : 1
  const seconds = numberOf(groups.hours) * 3600 + numberOf(groups.minutes) * 60 + numberOf(groups.seconds)
  // Adding 0 turns -0 into 0.
  const duration = {
    months: sign * (numberOf(groups.years) * 12 + numberOf(groups.months)) + 0,
    days: sign * (numberOf(groups.weeks) * 7 + numberOf(groups.days)) + 0,
    milliseconds: sign * Math.round(seconds * 1000) + 0,
  }
  if (!Object.values(duration).every(Number.isSafeInteger)) return refuse(': the numbers are too large')
  return success(duration)
}

const part = (amount: number, unit: string): string => (amount === 0 ? '' : `${amount}${unit}`)

/** Milliseconds as seconds in decimal notation. */
function secondsText(ms: number): string {
  if (ms === 0) return ''
  const sign = ms < 0 ? '-' : ''
  const absolute = Math.abs(ms)
  const fraction = String(absolute % 1000)
    .padStart(3, '0')
    .replace(/0+$/, '')
  return `${sign}${Math.trunc(absolute / 1000)}${fraction === '' ? '' : `.${fraction}`}S`
}

/** The canonical text: `parseDuration` gives back an equal value. Amounts of mixed sign carry their own signs. */
export function formatDuration(duration: Duration): string {
  const { months, days, milliseconds } = duration
  const amounts = [months, days, milliseconds]
  if (amounts.every((amount) => amount === 0)) return 'PT0S'
  if (amounts.every((amount) => amount <= 0)) {
    return `-${formatDuration({ months: 0 - months, days: 0 - days, milliseconds: 0 - milliseconds })}`
  }
  const hours = Math.trunc(milliseconds / 3_600_000)
  const minutes = Math.trunc((milliseconds % 3_600_000) / 60_000)
  const date = part(Math.trunc(months / 12), 'Y') + part(months % 12, 'M') + part(days, 'D')
  const time = part(hours, 'H') + part(minutes, 'M') + secondsText(milliseconds % 60_000)
  return `P${date}${time === '' ? '' : `T${time}`}`
}

/** Moves by whole months in UTC; a day that the month lacks becomes its last one (31 January + 1 month = 28 February). */
function addMonths(at: Instant, months: number): Instant {
  if (months === 0) return at
  const date = new Date(at)
  const day = date.getUTCDate()
  date.setUTCMonth(date.getUTCMonth() + months, 1)
  const lastDay = new Date(date)
  lastDay.setUTCMonth(lastDay.getUTCMonth() + 1, 0)
  date.setUTCDate(Math.min(day, lastDay.getUTCDate()))
  return date.getTime()
}

/**
 * The instant that lies `duration` after `at` on the UTC calendar: first the months, then the days, then the time.
 * `undefined` when no date can express it.
 */
export function addDuration(at: Instant, duration: Duration): Instant | undefined {
  const sum = addMonths(at, duration.months) + duration.days * dayMs + duration.milliseconds
  return Math.abs(sum) <= lastInstant ? sum : undefined
}
