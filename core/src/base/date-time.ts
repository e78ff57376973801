/** Points in time as ISO 8601-1 §5.4 and RFC 3339 write them. */
import type { Instant } from './instant.ts'
import { failure, type Result, success } from './result.ts'

const pattern = new RegExp(
  '^(?<year>\\d{4}|[+-]\\d{6})-(?<month>\\d\\d)-(?<day>\\d\\d)' +
    '(?:T(?<hour>\\d\\d):(?<minute>\\d\\d)(?::(?<second>\\d\\d)(?:[.,](?<fraction>\\d{1,9}))?)?' +
    '(?:(?<utc>Z)|(?<sign>[+-])(?<offsetHour>\\d\\d):?(?<offsetMinute>\\d\\d)?)?)?$',
)

const daysIn = (year: number, month: number): number => {
  const date = new Date(0)
  date.setUTCFullYear(year, month, 0)
  return date.getUTCDate()
}

/**
 * Reads a date and time such as `2025-01-31T09:30:00Z` or `…+02:00`. Without an offset it is UTC; a date alone is
 * its midnight. The error says what was expected and what came.
 */
export function parseDateTime(text: string): Result<Instant, string> {
  const refuse = (why: string): Result<Instant, string> =>
    failure(`expected an ISO 8601 date and time such as 2025-01-31T09:30:00Z, got "${text}"${why}`)
  const groups = pattern.exec(text)?.groups
  if (groups === undefined) return refuse('')
  const part = (name: string): number => Number(groups[name] ?? 0)
  const [year, month, day] = [part('year'), part('month'), part('day')]
  if (month < 1 || month > 12) return refuse(`: there is no month ${month}`)
  if (day < 1 || day > daysIn(year, month)) return refuse(`: the month has no day ${day}`)
  if (part('hour') > 23 || part('minute') > 59 || part('second') > 59)
    return refuse(': there is no such time of day')
  if (part('offsetHour') > 18 || part('offsetMinute') > 59) return refuse(': there is no such offset')
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(
    part('hour'),
    part('minute'),
    part('second'),
    Number((groups.fraction ?? '0').padEnd(3, '0').slice(0, 3)),
  )
  const offsetMs = (part('offsetHour') * 60 + part('offsetMinute')) * 60_000
  const instant = date.getTime() - (groups.sign === '-' ? -offsetMs : offsetMs)
  return Number.isNaN(instant) ? refuse(': out of range') : success(instant)
}
