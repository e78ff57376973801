import { isZoneName } from '../../base/time-zone.ts'
import {
  DateTimeValue,
  DateValue,
  DaysDuration,
  MonthsDuration,
  type SpecialValue,
  TimeValue,
  type Zone,
} from '../values.ts'
import { isDay } from './calendar.ts'
import { dateOfEpochDay, epochDayOf, nanosPerSecond } from './instant.ts'

/** Longer texts are no temporal value; bounds the work of the patterns below. */
const textLimit = 100

/** `[-]YYYY-MM-DD` (ISO 8601, DMN 1.5 §10.3.4.1); years of more than four digits don't start with 0. */
export function parseDate(text: string): DateValue | null {
  const match = text.length > textLimit ? null : /^(-?)(\d{4}|[1-9]\d{4,8})-(\d\d)-(\d\d)$/.exec(text)
  if (match === null) return null
  const year = Number(match[2]) * (match[1] === '-' ? -1 : 1)
  const month = Number(match[3])
  const day = Number(match[4])
  return isDay(year, month, day) ? new DateValue(year, month, day) : null
}

/** `hh:mm:ss[.fraction]` with nothing, `Z`, an offset or `@zone` behind. */
export function parseTime(text: string): TimeValue | null {
  const match = text.length > textLimit ? null : /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?(.*)$/.exec(text)
  if (match === null) return null
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const zone = parseZone(match[5] ?? '')
  if (hour > 23 || minute > 59 || second > 59 || zone === undefined) return null
  const fraction = Number((match[4] ?? '').padEnd(9, '0'))
  return new TimeValue((hour * 3_600 + minute * 60 + second) * nanosPerSecond + fraction, zone)
}

/** A date, `T`, a time; a date alone is its midnight, and 24:00:00 the midnight after it. */
export function parseDateTime(text: string): DateTimeValue | null {
  const split = text.indexOf('T')
  const date = parseDate(split < 0 ? text : text.slice(0, split))
  if (date === null) return null
  if (split < 0) return new DateTimeValue(date, 0, null)
  const clock = text.slice(split + 1)
  const endOfDay = /^24:00:00(?:\.0+)?(?=\D|$)/.test(clock)
  const time = parseTime(endOfDay ? `00${clock.slice(2)}` : clock)
  const day = endOfDay ? dateOfEpochDay(epochDayOf(date) + 1) : date
  return time === null || day === null ? null : new DateTimeValue(day, time.nanos, time.zone)
}

function parseZone(text: string): Zone | null | undefined {
  if (text === '') return null
  if (text === 'Z' || text === 'z') return 0
  if (text.startsWith('@')) return isZoneName(text.slice(1)) ? text.slice(1) : undefined
  const match = /^([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text)
  if (match === null) return undefined
  const [hours, minutes, seconds] = [Number(match[2]), Number(match[3]), Number(match[4] ?? 0)]
  const total = hours * 3_600 + minutes * 60 + seconds
  // Offsets of java.time end at 18 hours, which is what other engines accept.
  if (minutes > 59 || seconds > 59 || total > 18 * 3_600) return undefined
  return match[1] === '-' ? 0 - total : total
}

const durationPattern =
  /^(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{0,9})\d*)?S)?)?$/

/** ISO 8601 durations: years and months, or days and smaller; never both. */
export function parseDuration(text: string): DaysDuration | MonthsDuration | null {
  const match = text.length > textLimit ? null : durationPattern.exec(text)
  if (match === null || !/\d/.test(text)) return null
  const sign = match[1] === '-' ? -1 : 1
  const hasMonths = match[2] !== undefined || match[3] !== undefined
  const hasDays = match.slice(4).some((part) => part !== undefined)
  if (hasMonths && hasDays) return null
  if (hasMonths) {
    const months = sign * (Number(match[2] ?? 0) * 12 + Number(match[3] ?? 0))
    return Number.isSafeInteger(months) ? new MonthsDuration(months + 0) : null
  }
  const part = (index: number) => BigInt(match[index] ?? 0)
  const seconds = (part(4) * 7n + part(5)) * 86_400n + part(6) * 3_600n + part(7) * 60n + part(8)
  const nanos = seconds * BigInt(nanosPerSecond) + BigInt((match[9] ?? '').padEnd(9, '0'))
  return durationOf(BigInt(sign) * nanos)
}

/** The same range of days as the dates have; null outside, so numbers made from it stay small. */
const nanosLimit = 2n * 365_250_000_000n * 86_400n * BigInt(nanosPerSecond)

export const durationOf = (nanos: bigint): DaysDuration | null =>
  nanos > nanosLimit || nanos < -nanosLimit ? null : new DaysDuration(nanos)

/** What an at-literal holds (`@"2024-05-01"`), whichever it is. */
export const parseTemporal = (text: string): SpecialValue | null =>
  parseDate(text) ??
  parseTime(text) ??
  (text.includes('T') ? parseDateTime(text) : null) ??
  parseDuration(text)
