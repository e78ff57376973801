import type { Zone } from '../values.ts'
import { fromEpochDay, toEpochDay } from './calendar.ts'

/** The zone database of the host's `Intl` is the only host data used, and only behind this file. */
const formats = new Map<string, Intl.DateTimeFormat | null>()

/** Bounds the cache against made-up zone names; the IANA database has about 600. */
const formatsLimit = 1_000

function formatOf(zone: string): Intl.DateTimeFormat | null {
  const known = formats.get(zone)
  if (known !== undefined) return known
  let format: Intl.DateTimeFormat | null
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    // The constructor throws for names it doesn't know; that is its only way to say so.
    format = null
  }
  if (formats.size >= formatsLimit) formats.clear()
  formats.set(zone, format)
  return format
}

export const isZoneName = (zone: string): boolean => /^[A-Za-z]/.test(zone) && formatOf(zone) !== null

/** Dates that `Intl` can format: ±100,000,000 days around 1970. */
const formattableSeconds = 8.64e12

/** Offset from UTC in seconds at an instant in seconds since 1970-01-01T00:00:00Z. */
export function offsetAt(zone: Zone, epochSeconds: number): number {
  if (typeof zone === 'number') return zone
  const format = formatOf(zone)
  if (format === null) return 0
  const seconds = Math.max(-formattableSeconds, Math.min(formattableSeconds, Math.floor(epochSeconds)))
  const parts = new Map(format.formatToParts(seconds * 1_000).map((part) => [part.type, part.value]))
  const read = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type))
  const year = parts.get('era') === 'BC' ? 1 - read('year') : read('year')
  const local =
    toEpochDay(year, read('month'), read('day')) * 86_400 +
    read('hour') * 3_600 +
    read('minute') * 60 +
    read('second')
  return local - seconds
}

/**
 * Offset that applies to a local time, in seconds. A time that exists twice takes the earlier instant, one that the
 * clock skips is read with the offset before the gap, as java.time does.
 */
export function offsetOfLocal(zone: Zone, localSeconds: number): number {
  if (typeof zone === 'number') return zone
  const before = offsetAt(zone, localSeconds - 86_400)
  const after = offsetAt(zone, localSeconds + 86_400)
  if (offsetAt(zone, localSeconds - before) === before) return before
  return offsetAt(zone, localSeconds - after) === after ? after : before
}

/** The UTC calendar fields of an instant in milliseconds. */
export function utcOf(epochMs: number): { year: number; month: number; day: number; nanos: number } {
  const day = Math.floor(epochMs / 86_400_000)
  return { ...fromEpochDay(day), nanos: Math.round((epochMs - day * 86_400_000) * 1_000_000) }
}
