import { Decimal } from 'decimal.js'
import {
  add,
  Decimal128,
  divide,
  fromDecimal,
  multiply,
  seriesSteps,
  subtract,
  toDecimal,
  toInteger,
} from '../number.ts'
import { scaleDuration } from '../temporal/arithmetic.ts'
import { type DaysDuration, type FeelNumber, MonthsDuration, type Value } from '../values.ts'
import type { BuiltIns, Overload } from './signature.ts'
import { duration, integer, number, optional, takes } from './signature.ts'

/** Scales allowed by DMN 1.5 for `decimal`, `floor` and the rounding functions. */
const isScale = (scale: number): boolean => scale >= -6111 && scale <= 6176

/** Rounds to `scale` digits behind the point; a negative scale rounds before it. */
function round(value: FeelNumber, scale: number | null, mode: Decimal.Rounding): Value {
  if (scale === null || scale === 0) return fromDecimal(toDecimal(value).toDecimalPlaces(0, mode))
  if (!isScale(scale)) return null
  const decimal = toDecimal(value)
  if (scale > 0) return fromDecimal(decimal.toDecimalPlaces(scale, mode))
  const factor = new Decimal128(10).pow(-scale)
  return fromDecimal(decimal.div(factor).toDecimalPlaces(0, mode).times(factor))
}

const rounding = (mode: Decimal.Rounding): readonly Overload[] => [
  takes([number('n'), integer('scale')], (_run, value, scale) => round(value, scale, mode)),
]

const roundingWithDefault = (mode: Decimal.Rounding): readonly Overload[] => [
  takes([number('n'), optional(integer('scale'))], (_run, value, scale) => round(value, scale, mode)),
]

/** The remainder has the sign of the divisor (DMN 1.5 §10.3.4.5). */
function modulo(dividend: FeelNumber, divisor: FeelNumber): Value {
  const quotient = divide(dividend, divisor)
  if (quotient === null) return null
  const whole = fromDecimal(toDecimal(quotient).floor())
  const product = whole === null ? null : multiply(divisor, whole)
  return product === null ? null : subtract(dividend, product)
}

const parity = (remainder: number): readonly Overload[] => [
  takes([number('number')], (_run, value) => {
    const integral = toInteger(value)
    return integral === undefined ? null : Math.abs(integral % 2) === remainder
  }),
]

export const numericFunctions: BuiltIns = {
  decimal: rounding(Decimal.ROUND_HALF_EVEN),
  floor: roundingWithDefault(Decimal.ROUND_FLOOR),
  ceiling: roundingWithDefault(Decimal.ROUND_CEIL),
  'round up': rounding(Decimal.ROUND_UP),
  'round down': rounding(Decimal.ROUND_DOWN),
  'round half up': rounding(Decimal.ROUND_HALF_UP),
  'round half down': rounding(Decimal.ROUND_HALF_DOWN),
  abs: [
    takes([number('n')], (_run, value) => fromDecimal(toDecimal(value).abs())),
    takes([duration('n')], (_run, value) => absolute(value)),
  ],
  modulo: [
    takes([number('dividend'), number('divisor')], (_run, dividend, divisor) => modulo(dividend, divisor)),
  ],
  sqrt: [
    takes([number('number')], (run, value) => (run.spend(100) ? fromDecimal(toDecimal(value).sqrt()) : null)),
  ],
  log: [
    takes([number('number')], (run, value) =>
      run.spend(seriesSteps) ? fromDecimal(toDecimal(value).ln()) : null,
    ),
  ],
  exp: [
    takes([number('number')], (run, value) =>
      run.spend(seriesSteps) ? fromDecimal(toDecimal(value).exp()) : null,
    ),
  ],
  odd: parity(1),
  even: parity(0),
}

function absolute(value: DaysDuration | MonthsDuration): Value {
  const negative = value instanceof MonthsDuration ? value.months < 0 : value.nanos < 0n
  return negative ? scaleDuration(value, -1) : value
}

/** The sum of numbers, or null when an item is none. */
export function sumOf(values: readonly FeelNumber[]): FeelNumber | null {
  let total: FeelNumber | null = 0
  for (const value of values) total = total === null ? null : add(total, value)
  return total
}
