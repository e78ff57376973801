import type { DateTimeValue, DateValue, DaysDuration, MonthsDuration, TimeValue, Zone } from '../values.ts'
import { nanosPerSecond } from './instant.ts'

type Temporal = DateValue | TimeValue | DateTimeValue | DaysDuration | MonthsDuration

const two = (value: number): string => String(value).padStart(2, '0')

/** The ISO 8601 text of a temporal value. */
export function formatTemporal(value: Temporal): string {
  switch (value.type) {
    case 'date':
      return formatDate(value)
    case 'time':
      return formatTime(value.nanos) + formatZone(value.zone)
    case 'date and time':
      return `${formatDate(value.date)}T${formatTime(value.nanos)}${formatZone(value.zone)}`
    case 'days and time duration':
      return formatDays(value)
    case 'years and months duration':
      return formatMonths(value)
  }
}

const formatDate = ({ year, month, day }: DateValue): string =>
  `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(4, '0')}-${two(month)}-${two(day)}`

function formatTime(nanos: number): string {
  const seconds = Math.floor(nanos / nanosPerSecond)
  const clock = `${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return clock + formatFraction(nanos % nanosPerSecond)
}

const formatFraction = (nanos: number): string =>
  nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`

function formatZone(zone: Zone | null): string {
  if (zone === null) return ''
  if (typeof zone === 'string') return `@${zone}`
  if (zone === 0) return 'Z'
  const total = Math.abs(zone)
  const seconds = total % 60
  const clock = `${two(Math.floor(total / 3_600))}:${two(Math.floor(total / 60) % 60)}`
  return `${zone < 0 ? '-' : '+'}${clock}${seconds === 0 ? '' : `:${two(seconds)}`}`
}

function formatMonths({ months }: MonthsDuration): string {
  if (months === 0) return 'P0M'
  const total = Math.abs(months)
  const years = Math.floor(total / 12)
  const rest = total % 12
  return `${months < 0 ? '-' : ''}P${years > 0 ? `${years}Y` : ''}${rest > 0 ? `${rest}M` : ''}`
}

function formatDays({ nanos }: DaysDuration): string {
  if (nanos === 0n) return 'PT0S'
  const total = nanos < 0n ? -nanos : nanos
  const perSecond = BigInt(nanosPerSecond)
  const seconds = total / perSecond
  const [days, hours, minutes] = [seconds / 86_400n, (seconds / 3_600n) % 24n, (seconds / 60n) % 60n]
  const rest = `${seconds % 60n}${formatFraction(Number(total % perSecond))}`
  const clock = [
    hours > 0n ? `${hours}H` : '',
    minutes > 0n ? `${minutes}M` : '',
    rest !== '0' ? `${rest}S` : '',
  ]
  const time = clock.join('')
  return `${nanos < 0n ? '-' : ''}P${days > 0n ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`
}
