/** Time zones by their IANA names. The zone database of the host's `Intl` is the only host data that the core uses. */
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

/** Dates that `Intl` can format are ±100,000,000 days around 1970; a day less, so that local dates are dates, too. */
const formattableSeconds = 8.64e12 - 86_400

/** Offset from UTC in seconds at an instant in seconds since 1970-01-01T00:00:00Z; 0 for a name it doesn't know. */
export function zoneOffsetAt(zone: string, epochSeconds: number): number {
  const format = formatOf(zone)
  if (format === null) return 0
  const seconds = Math.max(-formattableSeconds, Math.min(formattableSeconds, Math.floor(epochSeconds)))
  const parts = new Map(format.formatToParts(seconds * 1_000).map((part) => [part.type, part.value]))
  const read = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type))
  const year = parts.get('era') === 'BC' ? 1 - read('year') : read('year')
  // Date.UTC would take the years 0 to 99 for others.
  const local = new Date(0)
  local.setUTCFullYear(year, read('month') - 1, read('day'))
  return local.getTime() / 1_000 + read('hour') * 3_600 + read('minute') * 60 + read('second') - seconds
}
