import { multiply, toDecimal, toInteger } from '../number.ts'
import {
  DateTimeValue,
  DateValue,
  DaysDuration,
  type FeelNumber,
  isNumber,
  isSpecial,
  MonthsDuration,
  type SpecialValue,
  TimeValue,
  type Value,
} from '../values.ts'
import { daysInMonth, yearLimit } from './calendar.ts'
import {
  dateOfEpochDay,
  dateTimeOf,
  epochDayOf,
  epochNanosOf,
  nanosPerDay,
  startOfDay,
  utcNanosOf,
} from './instant.ts'
import { durationOf } from './parse.ts'

/** Sums of temporal values (DMN 1.5 table 57); null where the table has none. */
export function addTemporal(left: Value, right: Value): Value {
  if (!isSpecial(left) || !isSpecial(right)) return null
  if (left instanceof MonthsDuration) {
    return right instanceof MonthsDuration
      ? monthsOf(left.months + right.months)
      : addMonths(right, left.months)
  }
  if (right instanceof MonthsDuration) return addMonths(left, right.months)
  if (left instanceof DaysDuration) {
    return right instanceof DaysDuration ? durationOf(left.nanos + right.nanos) : addNanos(right, left.nanos)
  }
  return right instanceof DaysDuration ? addNanos(left, right.nanos) : null
}

export function subtractTemporal(left: Value, right: Value): Value {
  if (!isSpecial(left) || !isSpecial(right)) return null
  if (right instanceof MonthsDuration) {
    return left instanceof MonthsDuration
      ? monthsOf(left.months - right.months)
      : addMonths(left, 0 - right.months)
  }
  if (right instanceof DaysDuration) {
    return left instanceof DaysDuration ? durationOf(left.nanos - right.nanos) : addNanos(left, -right.nanos)
  }
  return difference(left, right)
}

/** Time between two points; null when only one of them has a zone. */
function difference(left: SpecialValue, right: SpecialValue): Value {
  if (left instanceof TimeValue && right instanceof TimeValue) {
    if ((left.zone === null) !== (right.zone === null)) return null
    return durationOf(BigInt(utcNanosOf(left) - utcNanosOf(right)))
  }
  const [from, to] = [pointOf(right), pointOf(left)]
  if (from === null || to === null || (from.zone === null) !== (to.zone === null)) return null
  return durationOf(epochNanosOf(to) - epochNanosOf(from))
}

/** A date counts as its midnight in UTC (DMN 1.5 §10.3.2.3.5). */
function pointOf(value: SpecialValue): DateTimeValue | null {
  if (value instanceof DateTimeValue) return value
  return value instanceof DateValue ? startOfDay(value) : null
}

const monthsOf = (months: number): Value => (Number.isSafeInteger(months) ? new MonthsDuration(months) : null)

/** The same day of a later or earlier month, or its last day where that month is shorter. */
function shiftMonths(date: DateValue, months: number): DateValue | null {
  const total = date.year * 12 + date.month - 1 + months
  const year = Math.floor(total / 12)
  const month = total - year * 12 + 1
  if (!(Math.abs(year) <= yearLimit)) return null
  return new DateValue(year, month, Math.min(date.day, daysInMonth(year, month)))
}

function addMonths(value: SpecialValue, months: number): Value {
  if (value instanceof DateValue) return shiftMonths(value, months)
  if (!(value instanceof DateTimeValue)) return null
  const date = shiftMonths(value.date, months)
  return date === null ? null : new DateTimeValue(date, value.nanos, value.zone)
}

function addNanos(value: SpecialValue, nanos: bigint): Value {
  const perDay = BigInt(nanosPerDay)
  if (value instanceof TimeValue) {
    const total = (((BigInt(value.nanos) + nanos) % perDay) + perDay) % perDay
    return new TimeValue(Number(total), value.zone)
  }
  if (value instanceof DateValue) {
    const total = BigInt(epochDayOf(value)) * perDay + nanos
    const rest = ((total % perDay) + perDay) % perDay
    return dateOfEpochDay(Number((total - rest) / perDay))
  }
  return value instanceof DateTimeValue ? dateTimeOf(epochNanosOf(value) + nanos, value.zone) : null
}

/** A duration times a number, rounded towards zero to whole months or nanoseconds. */
export function scaleDuration(duration: SpecialValue, factor: FeelNumber): Value {
  if (duration instanceof MonthsDuration) {
    const months = multiply(duration.months, factor)
    const whole = months === null ? undefined : toInteger(toDecimal(months).trunc())
    return whole === undefined ? null : new MonthsDuration(whole + 0)
  }
  if (!(duration instanceof DaysDuration)) return null
  const nanos = toDecimal(0).plus(String(duration.nanos)).times(toDecimal(factor)).trunc()
  return nanos.isFinite() && nanos.e < 40 ? durationOf(BigInt(nanos.toFixed())) : null
}

export function multiplyTemporal(left: Value, right: Value): Value {
  if (isSpecial(left) && isNumber(right)) return scaleDuration(left, right)
  return isSpecial(right) && isNumber(left) ? scaleDuration(right, left) : null
}

export const negateTemporal = (value: SpecialValue): Value => scaleDuration(value, -1)
