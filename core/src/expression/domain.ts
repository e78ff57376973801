import { compare } from './compare.ts'
import { toInteger } from './number.ts'
import { dateOfEpochDay, epochDayOf } from './temporal/instant.ts'
import { DateValue, isList, isNumber, RangeValue, type Value } from './values.ts'

/** What a loop runs over: the items of a list, or whole numbers or days made on the way. */
export type Domain = { readonly length: number; at(index: number): Value }

/** A list, the steps of a range, or a single value; null when it is none of these. */
export function domainOf(value: Value): Domain | null {
  if (isList(value)) return { length: value.length, at: (index) => value[index]! }
  if (value instanceof RangeValue) return insideOf(value)
  return value === null ? null : { length: 1, at: () => value }
}

/** The whole steps of a closed range; excluded ends are left out. */
function insideOf(range: RangeValue): Domain | null {
  const all = between(range.start, range.end)
  if (all === null || (compare(range.start, range.end) ?? 1) > 0) return null
  const skipped = range.startIncluded ? 0 : 1
  const length = Math.max(0, all.length - skipped - (range.endIncluded ? 0 : 1))
  return { length, at: (index) => all.at(index + skipped) }
}

/** From one whole number or day to another, downwards when the second is smaller. */
export function between(from: Value, to: Value): Domain | null {
  if (from instanceof DateValue && to instanceof DateValue) {
    const days = count(epochDayOf(from), epochDayOf(to))
    return { length: days.length, at: (index) => dateOfEpochDay(days.at(index)) }
  }
  const start = isNumber(from) ? toInteger(from) : undefined
  const end = isNumber(to) ? toInteger(to) : undefined
  return start === undefined || end === undefined ? null : count(start, end)
}

function count(start: number, end: number): { length: number; at(index: number): number } {
  const step = start <= end ? 1 : -1
  return { length: Math.abs(end - start) + 1, at: (index) => start + index * step }
}
