import { compareNumbers, parseNumber, toDecimal, toInteger } from '../number.ts'
import type { Run } from '../run.ts'
import { toText } from '../text.ts'
import { asList, type FeelNumber, isNumber, type Value } from '../values.ts'
import { formatLikeJava } from './java-format.ts'

/** A static method: what it makes of its arguments, undefined where Java would throw. */
export type JavaMethod = {
  readonly types: readonly string[]
  readonly apply: (args: readonly Value[], run: Run) => Value | undefined
}

/** Bits of the whole number types. */
const wholeBits: Readonly<Record<string, number>> = { byte: 8, short: 16, int: 32, long: 64 }

/** Whether a FEEL value can be passed as a Java type (DMN 1.5 §10.3.2.13.3); longs as far as a double holds them. */
export function fitsJava(value: Value, type: string): boolean {
  if (Object.hasOwn(wholeBits, type)) {
    const whole = isNumber(value) ? toInteger(value) : undefined
    const limit = 2 ** (wholeBits[type]! - 1)
    return whole !== undefined && whole >= -limit && whole < limit
  }
  switch (type) {
    case 'float':
    case 'double':
    case 'java.math.BigDecimal':
      return isNumber(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'char':
      return typeof value === 'string' && value.length === 1
    case 'java.lang.String':
      return typeof value === 'string'
    default:
      return type === 'java.lang.Object' || type === '[Ljava.lang.Object;'
  }
}

/** Functions of doubles that exist in `java.lang.Math` and here under the same name. */
const mathOfDoubles = [
  'acos',
  'asin',
  'atan',
  'atan2',
  'cbrt',
  'ceil',
  'cos',
  'cosh',
  'exp',
  'expm1',
  'floor',
  'hypot',
  'log',
  'log10',
  'log1p',
  'pow',
  'sin',
  'sinh',
  'sqrt',
  'tan',
  'tanh',
] as const

const numeric = ['int', 'long', 'float', 'double'] as const

const doubleOf = (value: Value): number => (isNumber(value) ? toDecimal(value).toNumber() : Number.NaN)

/** Java's NaN and infinities have no FEEL number. */
const finite = (value: number): Value | undefined => (Number.isFinite(value) ? value + 0 : undefined)

const methods = new Map<string, JavaMethod>()

function define(owner: string, name: string, types: readonly string[], apply: JavaMethod['apply']): void {
  methods.set(`java.lang.${owner}.${name}(${types.join(',')})`, { types, apply })
}

const larger = (left: Value, right: Value): Value =>
  compareNumbers(left as FeelNumber, right as FeelNumber) < 0 ? right : left
const smaller = (left: Value, right: Value): Value =>
  compareNumbers(left as FeelNumber, right as FeelNumber) > 0 ? right : left

function defineMath(): void {
  for (const name of mathOfDoubles) {
    const compute: (...args: number[]) => number = Math[name]
    const types = Array.from({ length: compute.length }, () => 'double')
    define('Math', name, types, (args) => finite(compute(...args.map(doubleOf))))
  }
  for (const type of numeric) {
    define('Math', 'abs', [type], ([value = null]) => finite(Math.abs(doubleOf(value))))
    define('Math', 'max', [type, type], ([left = null, right = null]) => larger(left, right))
    define('Math', 'min', [type, type], ([left = null, right = null]) => smaller(left, right))
  }
  define('Math', 'signum', ['double'], ([value = null]) => finite(Math.sign(doubleOf(value))))
  define('Math', 'toRadians', ['double'], ([value = null]) => finite((doubleOf(value) / 180) * Math.PI))
  define('Math', 'toDegrees', ['double'], ([value = null]) => finite((doubleOf(value) * 180) / Math.PI))
  for (const type of ['float', 'double']) {
    define('Math', 'round', [type], ([value = null]) => finite(Math.round(doubleOf(value))))
  }
}

const wrappers = [
  ['Byte', 'byte', 'parseByte'],
  ['Short', 'short', 'parseShort'],
  ['Integer', 'int', 'parseInt'],
  ['Long', 'long', 'parseLong'],
  ['Float', 'float', 'parseFloat'],
  ['Double', 'double', 'parseDouble'],
] as const

/** Reads a number as the wrapper classes do, in plain notation. */
function readNumber(text: Value | undefined, type: string): Value | undefined {
  if (typeof text !== 'string' || text.length > 100) return undefined
  const pattern = Object.hasOwn(wholeBits, type)
    ? /^[+-]?\d+$/
    : /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/
  const value = pattern.test(text.trim()) ? parseNumber(text.trim().replace(/^\+/, '')) : null
  return value !== null && fitsJava(value, type) ? value : undefined
}

function defineWrappers(): void {
  for (const [owner, type, parse] of wrappers) {
    define(owner, 'valueOf', [type], ([value]) => value)
    define(owner, 'valueOf', ['java.lang.String'], ([text]) => readNumber(text, type))
    define(owner, parse, ['java.lang.String'], ([text]) => readNumber(text, type))
    define(owner, 'max', [type, type], ([left = null, right = null]) => larger(left, right))
    define(owner, 'min', [type, type], ([left = null, right = null]) => smaller(left, right))
  }
  const isTrue: JavaMethod['apply'] = ([text]) => typeof text === 'string' && text.toLowerCase() === 'true'
  define('Boolean', 'valueOf', ['boolean'], ([value]) => value)
  define('Boolean', 'valueOf', ['java.lang.String'], isTrue)
  define('Boolean', 'parseBoolean', ['java.lang.String'], isTrue)
}

function defineStrings(): void {
  for (const type of [...numeric, 'boolean', 'char', 'java.lang.Object']) {
    define('String', 'valueOf', [type], ([value = null], run) =>
      value === null ? 'null' : toText(value, run),
    )
  }
  define('String', 'format', ['java.lang.String', '[Ljava.lang.Object;'], ([pattern, values = null], run) => {
    if (typeof pattern !== 'string' || !run.allow(pattern.length)) return null
    const text = formatLikeJava(pattern, asList(values), (value) => toText(value, run))
    return text === undefined || run.allow(text.length) ? text : null
  })
}

defineMath()
defineWrappers()
defineStrings()

/** The static method of a class with a signature such as `max(double, double)`; undefined when there is none here. */
export const findJavaMethod = (className: string, signature: string): JavaMethod | undefined =>
  methods.get(`${className}.${signature.replace(/\s+/g, '')}`)
