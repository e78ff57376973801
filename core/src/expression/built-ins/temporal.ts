import { isZoneName } from '../../base/time-zone.ts'
import { multiply, toDecimal, toInteger } from '../number.ts'
import { dayOfYear, daysInMonth, isDay, weekday, weekOfYear } from '../temporal/calendar.ts'
import { epochDayOf, nanosPerSecond } from '../temporal/instant.ts'
import { parseDate, parseDateTime, parseDuration, parseTime } from '../temporal/parse.ts'
import { utcOf } from '../temporal/zone.ts'
import {
  DateTimeValue,
  DateValue,
  DaysDuration,
  type FeelNumber,
  MonthsDuration,
  TimeValue,
  type Value,
} from '../values.ts'
import type { BuiltIns } from './signature.ts'
import {
  any,
  date,
  dateOrDateTime,
  dateTime,
  days,
  integer,
  number,
  optional,
  takes,
  text,
  time,
} from './signature.ts'

/** Fuel for a text that names a zone, which is looked up when the value is used. */
const zoneSteps = (value: string): number => (value.includes('@') ? 100 : 1)

const dateOf = (value: DateValue | DateTimeValue): DateValue =>
  value instanceof DateTimeValue ? value.date : value

function timeOf(hour: number, minute: number, second: FeelNumber, offset: DaysDuration | null): Value {
  const nanos = multiply(second, nanosPerSecond)
  const whole = nanos === null ? undefined : toInteger(toDecimal(nanos).trunc())
  if (whole === undefined || hour < 0 || hour > 23 || minute < 0 || minute > 59) return null
  if (whole < 0 || whole >= 60 * nanosPerSecond) return null
  const zone = offset === null ? null : Number(offset.nanos / BigInt(nanosPerSecond))
  if (zone !== null && Math.abs(zone) > 18 * 3_600) return null
  return new TimeValue((hour * 3_600 + minute * 60) * nanosPerSecond + whole, zone)
}

/** Whole months from one day to another, cut towards zero. */
function monthsBetween(from: DateValue, to: DateValue): Value {
  const months = (to.year - from.year) * 12 + (to.month - from.month)
  if (months > 0 && to.day < from.day) return new MonthsDuration(months - 1)
  return new MonthsDuration(months < 0 && to.day > from.day ? months + 1 : months)
}

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

const constructors: BuiltIns = {
  date: [
    takes([text('from')], (_run, value) => parseDate(value)),
    takes([dateOrDateTime('from')], (_run, value) => dateOf(value)),
    takes([integer('year'), integer('month'), integer('day')], (_run, year, month, day) =>
      isDay(year, month, day) ? new DateValue(year, month, day) : null,
    ),
  ],
  time: [
    takes([text('from')], (run, value) => (run.spend(zoneSteps(value)) ? parseTime(value) : null)),
    takes([time('from')], (_run, value) => value),
    takes([dateTime('from')], (_run, value) => new TimeValue(value.nanos, value.zone)),
    takes([date('from')], (_run, _midnightOf) => new TimeValue(0, 0)),
    takes(
      [integer('hour'), integer('minute'), number('second'), optional(days('offset'))],
      (_run, hour, minute, second, offset) => timeOf(hour, minute, second, offset),
    ),
    takes(
      [integer('hour'), integer('minute'), number('second'), any('offset')],
      (_run, hour, minute, second, offset) => (offset === null ? timeOf(hour, minute, second, null) : null),
    ),
  ],
  'date and time': [
    takes([text('from')], (run, value) => (run.spend(zoneSteps(value)) ? parseDateTime(value) : null)),
    takes([dateTime('from')], (_run, value) => value),
    takes([date('from')], (_run, value) => new DateTimeValue(value, 0, 0)),
    takes(
      [dateOrDateTime('date'), time('time')],
      (_run, day, clock) => new DateTimeValue(dateOf(day), clock.nanos, clock.zone),
    ),
    takes([dateTime('date'), text('timezone')], (run, value, zone) =>
      run.spend(100) && isZoneName(zone) ? new DateTimeValue(value.date, value.nanos, zone) : null,
    ),
  ],
  duration: [
    takes([text('from')], (_run, value) => parseDuration(value)),
    takes([any('from')], (_run, value) =>
      value instanceof DaysDuration || value instanceof MonthsDuration ? value : null,
    ),
  ],
  'years and months duration': [
    takes([dateOrDateTime('from'), dateOrDateTime('to')], (_run, from, to) =>
      monthsBetween(dateOf(from), dateOf(to)),
    ),
  ],
}

export const temporalFunctions: BuiltIns = {
  ...constructors,
  now: [
    takes([], (run) => {
      const { year, month, day, nanos } = utcOf(run.now)
      return new DateTimeValue(new DateValue(year, month, day), nanos, 0)
    }),
  ],
  today: [
    takes([], (run) => {
      const { year, month, day } = utcOf(run.now)
      return new DateValue(year, month, day)
    }),
  ],
  'day of year': [
    takes([dateOrDateTime('date')], (_run, value) => {
      const { year, month, day } = dateOf(value)
      return dayOfYear(year, month, day)
    }),
  ],
  'day of week': [
    takes(
      [dateOrDateTime('date')],
      (_run, value) => weekdays[weekday(epochDayOf(dateOf(value))) - 1] ?? null,
    ),
  ],
  'month of year': [
    takes([dateOrDateTime('date')], (_run, value) => months[dateOf(value).month - 1] ?? null),
  ],
  'week of year': [
    takes([dateOrDateTime('date')], (_run, value) => {
      const { year, month, day } = dateOf(value)
      return weekOfYear(year, month, day)
    }),
  ],
  'last day of month': [
    takes([dateOrDateTime('date')], (_run, value) => {
      const { year, month } = dateOf(value)
      return new DateValue(year, month, daysInMonth(year, month))
    }),
  ],
}
