import { limits } from '../base/limits.ts'
import { compareNumbers } from './number.ts'
import type { Run } from './run.ts'
import { epochDayOf, epochNanosOf, nanosPerSecond, offsetOf, utcNanosOf } from './temporal/instant.ts'
import {
  type ContextValue,
  DateTimeValue,
  DateValue,
  DaysDuration,
  entryOf,
  isList,
  isNumber,
  isSpecial,
  MonthsDuration,
  RangeValue,
  type SpecialValue,
  TimeValue,
  typeOf,
  type Value,
} from './values.ts'

/** True, false, or null where FEEL has no answer (values of different kinds). */
export type Ternary = boolean | null

/** FEEL's `=` (DMN 1.5 table 42). */
export function equal(left: Value, right: Value, run: Run, depth = 0): Ternary {
  if (typeof left === 'number' && typeof right === 'number') return left === right
  if (left === null || right === null) return left === right
  const type = typeOf(left)
  if (type !== typeOf(right)) return null
  if (typeof left === 'string' || typeof left === 'boolean') return left === right
  if (isNumber(left) || isNumber(right)) {
    return isNumber(left) && isNumber(right) ? compareNumbers(left, right) === 0 : null
  }
  if (!run.spend(1)) return null
  if (depth > limits.expressionValueDepth) {
    const message = `The expression compares values nested deeper than ${limits.expressionValueDepth} levels`
    return run.fail('SIZE_LIMIT', message)
  }
  if (isList(left)) return isList(right) ? equalLists(left, right, run, depth) : null
  if (isSpecial(left)) return isSpecial(right) ? equalSpecial(left, right, run, depth) : null
  return equalContexts(left, right as ContextValue, run, depth)
}

function equalLists(left: readonly Value[], right: readonly Value[], run: Run, depth: number): Ternary {
  if (left === right) return true
  if (left.length !== right.length) return false
  if (!run.spend(left.length)) return null
  let result: Ternary = true
  for (let index = 0; index < left.length; index++) {
    const same = equal(left[index]!, right[index]!, run, depth + 1)
    if (same === false) return false
    if (same === null) result = null
  }
  return result
}

function equalContexts(left: ContextValue, right: ContextValue, run: Run, depth: number): Ternary {
  if (left === right) return true
  const keys = Object.keys(left)
  if (keys.length !== Object.keys(right).length) return false
  if (!run.spend(keys.length)) return null
  for (const key of keys) {
    const other = entryOf(right, key)
    if (other === undefined || equal(left[key]!, other, run, depth + 1) !== true) return false
  }
  return true
}

function equalSpecial(left: SpecialValue, right: SpecialValue, run: Run, depth: number): Ternary {
  if (left instanceof RangeValue && right instanceof RangeValue) {
    return (
      left.sign === right.sign &&
      left.startIncluded === right.startIncluded &&
      left.endIncluded === right.endIncluded &&
      equal(left.start, right.start, run, depth + 1) === true &&
      equal(left.end, right.end, run, depth + 1) === true
    )
  }
  if (left.type === 'function' || right.type === 'function') return left === right
  const order = compareSpecial(wholeSecond(left), wholeSecond(right))
  return order === null ? false : order === 0
}

/** Equality looks at hour, minute, second and offset only (DMN 1.5 §10.3.2.3.5); the order sees fractions. */
function wholeSecond(value: SpecialValue): SpecialValue {
  if (value.type !== 'time' && value.type !== 'date and time') return value
  const nanos = value.nanos - (value.nanos % nanosPerSecond)
  if (nanos === value.nanos) return value
  return value.type === 'time'
    ? new TimeValue(nanos, value.zone)
    : new DateTimeValue(value.date, nanos, value.zone)
}

/** The function `is`: same kind, same value and, for times, the same way to write the zone. */
export function identical(left: Value, right: Value, run: Run): boolean {
  if (left instanceof TimeValue && right instanceof TimeValue) {
    return left.nanos === right.nanos && left.zone === right.zone
  }
  if (left instanceof DateTimeValue && right instanceof DateTimeValue) {
    return left.nanos === right.nanos && left.zone === right.zone && compare(left.date, right.date) === 0
  }
  return equal(left, right, run) === true
}

/** Negative, zero, positive; null when the two have no order (DMN 1.5 table 43). */
export function compare(left: Value, right: Value): number | null {
  if (typeof left === 'number' && typeof right === 'number') return left < right ? -1 : left > right ? 1 : 0
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0
  if (isNumber(left) && isNumber(right)) return compareNumbers(left, right)
  return isSpecial(left) && isSpecial(right) ? compareSpecial(left, right) : null
}

function compareSpecial(left: SpecialValue, right: SpecialValue): number | null {
  if (left instanceof DateValue && right instanceof DateValue) {
    return Math.sign(epochDayOf(left) - epochDayOf(right))
  }
  if (left instanceof DateTimeValue && right instanceof DateTimeValue) {
    if ((offsetOf(left) === undefined) !== (offsetOf(right) === undefined)) return null
    return compareBig(epochNanosOf(left), epochNanosOf(right))
  }
  if (left instanceof TimeValue && right instanceof TimeValue) {
    if ((left.zone === null) !== (right.zone === null)) return null
    return Math.sign(utcNanosOf(left) - utcNanosOf(right))
  }
  if (left instanceof DaysDuration && right instanceof DaysDuration) {
    return compareBig(left.nanos, right.nanos)
  }
  if (left instanceof MonthsDuration && right instanceof MonthsDuration) {
    return Math.sign(left.months - right.months)
  }
  return null
}

const compareBig = (left: bigint, right: bigint): number => (left < right ? -1 : left > right ? 1 : 0)

export const lessThan = (left: Value, right: Value): Ternary => {
  const order = compare(left, right)
  return order === null ? null : order < 0
}

export const atMost = (left: Value, right: Value): Ternary => {
  const order = compare(left, right)
  return order === null ? null : order <= 0
}

/** Three-valued conjunction of two answers. */
export const both = (left: Ternary, right: Ternary): Ternary =>
  left === false || right === false ? false : left === null || right === null ? null : true

/** Whether a range holds a value. The open side of a comparison always does, an interval needs both ends. */
export function contains(range: RangeValue, value: Value): Ternary {
  if (range.sign === null && (range.start === null || range.end === null)) return null
  const above =
    range.start === null
      ? true
      : range.startIncluded
        ? atMost(range.start, value)
        : lessThan(range.start, value)
  const below =
    range.end === null ? true : range.endIncluded ? atMost(value, range.end) : lessThan(value, range.end)
  return both(above, below)
}
