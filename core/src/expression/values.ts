import { Decimal } from 'decimal.js'
import type { Run } from './run.ts'

/**
 * A FEEL number: a double stands for the decimal its shortest text names (JSON numbers enter like that), a
 * `Decimal` holds what needs more than 15 digits.
 */
export type FeelNumber = number | Decimal

export type ContextValue = { readonly [key: string]: Value }

/** Every FEEL value. Plain JSON is one as it stands; contexts are read by own keys only. */
export type Value = null | boolean | string | FeelNumber | readonly Value[] | ContextValue | SpecialValue

export type SpecialValue =
  | DateValue
  | TimeValue
  | DateTimeValue
  | DaysDuration
  | MonthsDuration
  | RangeValue
  | FunctionValue

/** The values that JSON doesn't know; tells them from plain contexts. */
abstract class Special {
  abstract readonly type: string
}

/** A fixed offset from UTC in seconds, or a zone of the IANA database. */
export type Zone = number | string

/** A day of the proleptic Gregorian calendar. */
export class DateValue extends Special {
  readonly type = 'date'
  readonly year: number
  readonly month: number
  readonly day: number

  constructor(year: number, month: number, day: number) {
    super()
    this.year = year
    this.month = month
    this.day = day
  }
}

/** A time of day in nanoseconds since midnight, local when it has no zone. */
export class TimeValue extends Special {
  readonly type = 'time'
  readonly nanos: number
  readonly zone: Zone | null

  constructor(nanos: number, zone: Zone | null) {
    super()
    this.nanos = nanos
    this.zone = zone
  }
}

export class DateTimeValue extends Special {
  readonly type = 'date and time'
  readonly date: DateValue
  readonly nanos: number
  readonly zone: Zone | null
  /** Offset of a named zone in seconds, kept after the first look into the zone database. */
  zoneOffset: number | null = null

  constructor(date: DateValue, nanos: number, zone: Zone | null) {
    super()
    this.date = date
    this.nanos = nanos
    this.zone = zone
  }
}

export class DaysDuration extends Special {
  readonly type = 'days and time duration'
  readonly nanos: bigint

  constructor(nanos: bigint) {
    super()
    this.nanos = nanos
  }
}

export class MonthsDuration extends Special {
  readonly type = 'years and months duration'
  readonly months: number

  constructor(months: number) {
    super()
    this.months = months
  }
}

/** An interval, or what a comparison allows: `> 5` is 5 to null with the sign kept, `(5..null)` is not the same. */
export class RangeValue extends Special {
  readonly type = 'range'
  readonly start: Value
  readonly startIncluded: boolean
  readonly end: Value
  readonly endIncluded: boolean
  /** The comparison it was written as, null for an interval. */
  readonly sign: '=' | '<' | '<=' | '>' | '>=' | null

  constructor(
    start: Value,
    startIncluded: boolean,
    end: Value,
    endIncluded: boolean,
    sign: RangeValue['sign'] = null,
  ) {
    super()
    this.start = start
    this.startIncluded = startIncluded
    this.end = end
    this.endIncluded = endIncluded
    this.sign = sign
  }
}

/** Arguments of one call: by position, or by name. */
export type Arguments =
  | { readonly kind: 'positional'; readonly values: readonly Value[] }
  | { readonly kind: 'named'; readonly values: ReadonlyMap<string, Value> }

export class FunctionValue extends Special {
  readonly type = 'function'
  /** Number of parameters; null when it takes any number. */
  readonly arity: number | null
  readonly call: (args: Arguments, run: Run) => Value

  constructor(arity: number | null, call: (args: Arguments, run: Run) => Value) {
    super()
    this.arity = arity
    this.call = call
  }
}

export type FeelType = 'null' | 'boolean' | 'string' | 'number' | 'list' | 'context' | SpecialValue['type']

export function typeOf(value: Value): FeelType {
  switch (typeof value) {
    case 'number':
      return 'number'
    case 'string':
      return 'string'
    case 'boolean':
      return 'boolean'
    default:
      if (value === null) return 'null'
      if (isList(value)) return 'list'
      if (isSpecial(value)) return value.type
      return isNumber(value) ? 'number' : 'context'
  }
}

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value)

export const isSpecial = (value: Value): value is SpecialValue => value instanceof Special

export const isNumber = (value: Value): value is FeelNumber =>
  typeof value === 'number' || value instanceof Decimal

export const isContext = (value: Value): value is ContextValue =>
  typeof value === 'object' &&
  value !== null &&
  !isList(value) &&
  !isSpecial(value) &&
  !(value instanceof Decimal)

/** The value of a key, undefined when the context doesn't have it. Nothing inherited is ever seen. */
export const entryOf = (context: ContextValue, key: string): Value | undefined =>
  Object.hasOwn(context, key) ? context[key] : undefined

/** Builds a context without a prototype, so `__proto__` is a key like any other. */
export function contextOf(entries: Iterable<readonly [string, Value]>): ContextValue {
  const context: { [key: string]: Value } = Object.create(null)
  for (const [key, value] of entries) context[key] = value
  return context
}

/** A value where a list is expected: null stays out, anything else becomes a list of one. */
export const asList = (value: Value): readonly Value[] => (isList(value) ? value : [value])
