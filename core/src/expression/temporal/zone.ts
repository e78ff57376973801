import { zoneOffsetAt } from '../../base/time-zone.ts'
import type { Zone } from '../values.ts'
import { fromEpochDay } from './calendar.ts'

/** Offset from UTC in seconds at an instant in seconds since 1970-01-01T00:00:00Z. */
export const offsetAt = (zone: Zone, epochSeconds: number): number =>
  typeof zone === 'number' ? zone : zoneOffsetAt(zone, epochSeconds)

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
