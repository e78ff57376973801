import { DateTimeValue, DateValue, type TimeValue } from '../values.ts'
import { fromEpochDay, toEpochDay, yearLimit } from './calendar.ts'
import { offsetAt, offsetOfLocal } from './zone.ts'

export const nanosPerSecond = 1_000_000_000
export const nanosPerDay = 86_400 * nanosPerSecond

export const epochDayOf = (date: DateValue): number => toEpochDay(date.year, date.month, date.day)

/** The day so many days after 1970-01-01; null beyond the years FEEL knows. */
export function dateOfEpochDay(epochDay: number): DateValue | null {
  const { year, month, day } = fromEpochDay(epochDay)
  return Math.abs(year) <= yearLimit ? new DateValue(year, month, day) : null
}

/** Offset from UTC in seconds, undefined for a local time. */
export function offsetOf(value: DateTimeValue | TimeValue): number | undefined {
  if (value.zone === null) return undefined
  if (typeof value.zone === 'number') return value.zone
  const seconds = Math.floor(value.nanos / nanosPerSecond)
  // A time without a date takes the zone's offset of 1970-01-01, so that it never depends on the clock.
  if (value.type === 'time') return offsetOfLocal(value.zone, seconds)
  value.zoneOffset ??= offsetOfLocal(value.zone, epochDayOf(value.date) * 86_400 + seconds)
  return value.zoneOffset
}

/** Nanoseconds since 1970-01-01T00:00:00Z; a local value counts as UTC. */
export const epochNanosOf = (value: DateTimeValue): bigint =>
  BigInt(epochDayOf(value.date)) * BigInt(nanosPerDay) +
  BigInt(value.nanos) -
  BigInt(offsetOf(value) ?? 0) * BigInt(nanosPerSecond)

/** Nanoseconds of a time of day, seen from UTC where it has a zone. */
export const utcNanosOf = (value: TimeValue): number => value.nanos - (offsetOf(value) ?? 0) * nanosPerSecond

export const startOfDay = (date: DateValue): DateTimeValue => new DateTimeValue(date, 0, 0)

/** The date and time of an instant, in a zone; null beyond the years FEEL knows. */
export function dateTimeOf(epochNanos: bigint, zone: DateTimeValue['zone']): DateTimeValue | null {
  const perDay = BigInt(nanosPerDay)
  const seconds = Number(epochNanos / BigInt(nanosPerSecond))
  const offset = zone === null ? 0 : offsetAt(zone, seconds)
  const local = epochNanos + BigInt(offset) * BigInt(nanosPerSecond)
  const nanos = ((local % perDay) + perDay) % perDay
  const date = dateOfEpochDay(Number((local - nanos) / perDay))
  return date === null ? null : new DateTimeValue(date, Number(nanos), zone)
}
