import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compare, equal } from './compare.ts'
import { compileExpression } from './expression.ts'
import { fromDecimal, parseNumber, toDecimal } from './number.ts'
import { Run } from './run.ts'
import { parseDate, parseDateTime, parseDuration, parseTemporal, parseTime } from './temporal/parse.ts'
import { toText } from './text.ts'
import {
  DateTimeValue,
  DateValue,
  DaysDuration,
  MonthsDuration,
  RangeValue,
  TimeValue,
  type Value,
} from './values.ts'

const nanosOfDay = fc.oneof(
  fc.integer({ min: 0, max: 86_399 }).map((seconds) => seconds * 1_000_000_000),
  fc.integer({ min: 0, max: 86_399_999_999_999 }),
)
const offset = fc.oneof(fc.constant(0), fc.integer({ min: -64_800, max: 64_800 }))

const numbers = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.bigInt(-(10n ** 33n), 10n ** 33n).map((value) => fromDecimal(toDecimal(0).plus(String(value))) ?? 0),
)
const dates = fc
  .tuple(
    fc.integer({ min: -999_999, max: 999_999 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
  )
  .map(([year, month, day]) => new DateValue(year, month, day))
const times = fc.tuple(nanosOfDay, offset).map(([nanos, zone]) => new TimeValue(nanos, zone))
const localTimes = nanosOfDay.map((nanos) => new TimeValue(nanos, null))
const dateTimes = fc
  .tuple(dates, nanosOfDay, offset)
  .map(([date, nanos, zone]) => new DateTimeValue(date, nanos, zone))
const daysDurations = fc.bigInt(-(10n ** 24n), 10n ** 24n).map((nanos) => new DaysDuration(nanos))
const monthsDurations = fc.integer().map((months) => new MonthsDuration(months))

const types: Readonly<Record<string, fc.Arbitrary<Value>>> = {
  number: numbers,
  string: fc.string({ unit: 'binary' }),
  date: dates,
  time: times,
  'time without zone': localTimes,
  'date and time': dateTimes,
  'days and time duration': daysDurations,
  'years and months duration': monthsDurations,
}

const textOf = (value: Value): string => toText(value, new Run(0)) ?? ''

describe.each(Object.entries(types))('the order of %s', (_name, values) => {
  it('is total', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const [ab, ba, bc, ac] = [compare(a, b), compare(b, a), compare(b, c), compare(a, c)]
        if (ab === null || ba === null || bc === null || ac === null) throw new Error('no order')
        expect(Math.sign(ab) + Math.sign(ba)).toBe(0)
        expect(compare(a, a)).toBe(0)
        if (ab <= 0 && bc <= 0) expect(ac).toBeLessThanOrEqual(0)
      }),
    )
  })

  it('says equal only of what is neither before nor after', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const run = new Run(0)
        expect(equal(a, a, run)).toBe(true)
        expect(equal(a, b, run)).toBe(equal(b, a, run))
        if (compare(a, b) === 0) expect(equal(a, b, run)).toBe(true)
      }),
    )
  })

  it('sorts like the function sort', () => {
    const sort = compileExpression('sort(list)')
    if (!sort.ok) throw new Error(sort.error.message)
    fc.assert(
      fc.property(fc.array(values, { maxLength: 8 }), (list) => {
        const sorted = sort.value.value(new Run(0), () => list)
        expect(sorted).toEqual(list.toSorted((a, b) => compare(a, b) ?? 0))
      }),
    )
  })
})

describe('reading what was written gives the value back', () => {
  it.each<[string, fc.Arbitrary<Value>, (text: string) => Value]>([
    ['number', numbers, parseNumber],
    ['date', dates, parseDate],
    ['time', fc.oneof(times, localTimes), parseTime],
    ['date and time', dateTimes, parseDateTime],
    ['days and time duration', daysDurations, parseDuration],
    ['years and months duration', monthsDurations, parseDuration],
    ['at-literal', fc.oneof(dates, times, dateTimes, daysDurations, monthsDurations), parseTemporal],
  ])('%s', (_name, values, read) => {
    fc.assert(
      fc.property(values, (value) => {
        const again = read(textOf(value))
        expect(again).not.toBeNull()
        expect(compare(again, value)).toBe(0)
        expect(textOf(again)).toBe(textOf(value))
      }),
    )
  })

  it('lists, contexts and ranges as expressions', () => {
    const plain = fc.oneof(fc.integer(), fc.string({ unit: 'grapheme' }), fc.boolean(), fc.constant(null))
    const keys = fc.oneof(fc.string({ minLength: 1 }), fc.string({ minLength: 1, unit: 'grapheme' }))
    const nested = fc.oneof(plain, fc.array(plain), fc.dictionary(keys, plain))
    const ranges = fc
      .tuple(fc.integer(), fc.nat(), fc.boolean(), fc.boolean())
      .map(([from, size, first, last]) => new RangeValue(from, first, from + size, last))
    fc.assert(
      fc.property(fc.array(fc.oneof(nested, ranges)), (value) => {
        const compiled = compileExpression(textOf(value as Value))
        if (!compiled.ok) throw new Error(`${textOf(value as Value)}: ${compiled.error.message}`)
        const again = compiled.value.value(new Run(0), () => undefined)
        expect(equal(again, value as Value, new Run(0))).toBe(true)
      }),
    )
  })
})
