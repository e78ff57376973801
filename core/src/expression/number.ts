import { Decimal } from 'decimal.js'
import type { FeelNumber } from './values.ts'

/** Decimal128 of IEEE 754, as DMN 1.5 §10.3.2.3.1 asks: 34 digits, half to even. */
export const Decimal128 = Decimal.clone({
  precision: 34,
  rounding: Decimal.ROUND_HALF_EVEN,
  maxE: 6144,
  minE: -6143,
  toExpNeg: -9e15,
  toExpPos: 9e15,
})

export const toDecimal = (value: FeelNumber): Decimal =>
  typeof value === 'number' ? new Decimal128(value) : value

/** Back to the lighter form where a double names the same decimal; null when it left the range of numbers. */
export function fromDecimal(value: Decimal): FeelNumber | null {
  if (!value.isFinite()) return null
  if (value.isZero()) return 0
  if (value.precision() <= 15 && value.e < 300 && value.e > -300) return value.toNumber()
  return value
}

/** Reads a decimal literal without losing digits. */
export function parseNumber(text: string): FeelNumber | null {
  const quick = Number(text)
  if (Number.isSafeInteger(quick)) {
    if (text.length <= 16) return quick
  } else if (text.length <= 15 && Number.isFinite(quick) && quick !== 0) return quick
  return fromDecimal(new Decimal128(text).toSignificantDigits(34))
}

/** Fractions of up to four digits are computed as whole numbers of this part, where that stays exact. */
const part = 10_000
const exactLimit = 1e15

/** The number in ten-thousandths; NaN when it isn't a whole number of them that a double holds exactly. */
function inParts(value: FeelNumber): number {
  if (typeof value !== 'number') return Number.NaN
  const scaled = Math.round(value * part)
  return scaled / part === value && Math.abs(scaled) < exactLimit ? scaled : Number.NaN
}

export function add(left: FeelNumber, right: FeelNumber): FeelNumber | null {
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) {
    const sum = (left as number) + (right as number)
    if (Number.isSafeInteger(sum)) return sum
  }
  const parts = inParts(left) + inParts(right)
  if (Math.abs(parts) < exactLimit) return parts / part
  return fromDecimal(toDecimal(left).plus(toDecimal(right)))
}

export function subtract(left: FeelNumber, right: FeelNumber): FeelNumber | null {
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) {
    const difference = (left as number) - (right as number)
    if (Number.isSafeInteger(difference)) return difference
  }
  const parts = inParts(left) - inParts(right)
  if (Math.abs(parts) < exactLimit) return parts / part
  return fromDecimal(toDecimal(left).minus(toDecimal(right)))
}

export function multiply(left: FeelNumber, right: FeelNumber): FeelNumber | null {
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) {
    const product = (left as number) * (right as number)
    // Adding zero turns -0 into 0.
    if (Number.isSafeInteger(product)) return product + 0
  }
  const parts = inParts(left) * inParts(right)
  if (Math.abs(parts) < exactLimit) return parts / (part * part) + 0
  return fromDecimal(toDecimal(left).times(toDecimal(right)))
}

export function divide(left: FeelNumber, right: FeelNumber): FeelNumber | null {
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) {
    if (right === 0) return null
    if ((left as number) % (right as number) === 0) return (left as number) / (right as number) + 0
  }
  const divisor = toDecimal(right)
  return divisor.isZero() ? null : fromDecimal(toDecimal(left).div(divisor))
}

export function power(base: FeelNumber, exponent: FeelNumber): FeelNumber | null {
  if (typeof base === 'number' && Math.abs(base) <= 1_000 && (exponent === 2 || exponent === 3)) {
    const quick = exponent === 2 ? base * base : base * base * base
    if (Number.isSafeInteger(base)) return quick + 0
  }
  return fromDecimal(toDecimal(base).pow(toDecimal(exponent)))
}

/** Fuel for one value of a power series to 34 digits, which takes up to a millisecond. */
export const seriesSteps = 2_000

/** Fuel for one power: small whole exponents are a few multiplications. */
export function powerSteps(exponent: FeelNumber): number {
  const whole = toInteger(exponent)
  return whole === undefined || Math.abs(whole) > 1_000 ? seriesSteps : whole === 2 ? 1 : 50
}

export const negate = (value: FeelNumber): FeelNumber =>
  typeof value === 'number' ? 0 - value : value.negated()

/** Negative, zero or positive. Two doubles compare as the decimals they name. */
export function compareNumbers(left: FeelNumber, right: FeelNumber): number {
  if (typeof left === 'number' && typeof right === 'number') return left < right ? -1 : left > right ? 1 : 0
  return toDecimal(left).comparedTo(toDecimal(right))
}

/** The number as an index or count: undefined unless it is a whole number a double holds exactly. */
export function toInteger(value: FeelNumber): number | undefined {
  const double = typeof value === 'number' ? value : value.toNumber()
  return Number.isSafeInteger(double) && compareNumbers(value, double) === 0 ? double : undefined
}

/** As FEEL writes it: plain digits, never an exponent. */
export const formatNumber = (value: FeelNumber): string =>
  Number.isSafeInteger(value) ? String((value as number) + 0) : toDecimal(value).toFixed()
