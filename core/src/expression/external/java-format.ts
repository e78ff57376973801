import { Decimal } from 'decimal.js'
import { formatNumber, toDecimal } from '../number.ts'
import { isNumber, type Value } from '../values.ts'

/** Width and digits that a specifier may ask for; bounds the text that a short pattern can make. */
const sizeLimit = 1_000

type Specifier = {
  readonly flags: string
  readonly width: number
  readonly precision: number | undefined
  readonly conversion: string
}

/**
 * The text of `java.lang.String.format` for the conversions s, b, c, d, f, x, n and %, with argument indexes and the flags
 * `-`, `0`, `+` and `,`; undefined where Java would throw. `textOf` gives the text of any value.
 */
export function formatLikeJava(
  pattern: string,
  values: readonly Value[],
  textOf: (value: Value) => string | null,
): string | undefined {
  let next = 0
  let valid = true
  const text = pattern.replace(
    /%(?:(\d{1,3})\$)?([-0+,]*)(\d{1,4})?(?:\.(\d{1,4}))?([\s\S]?)/g,
    (_whole, position?: string, flags = '', width?: string, precision?: string, conversion = '') => {
      if (conversion === 'n') return '\n'
      if (conversion === '%') return '%'
      const index = position === undefined ? next++ : Number(position) - 1
      const specifier = {
        flags,
        width: Number(width ?? 0),
        precision: precision === undefined ? undefined : Number(precision),
        conversion,
      }
      const value = values[index]
      const part = value === undefined ? undefined : convert(value, specifier, textOf)
      if (part === undefined) valid = false
      return part === undefined ? '' : pad(part, specifier)
    },
  )
  return valid ? text : undefined
}

function convert(
  value: Value,
  { conversion, flags, width, precision }: Specifier,
  textOf: (value: Value) => string | null,
): string | undefined {
  if (width > sizeLimit || (precision ?? 0) > sizeLimit) return undefined
  switch (conversion) {
    case 's':
    case 'S': {
      const text = (value === null ? 'null' : textOf(value))?.slice(0, precision)
      return conversion === 'S' ? text?.toUpperCase() : text
    }
    case 'b':
      return String(typeof value === 'boolean' ? value : value !== null)
    case 'c':
      return typeof value === 'string' && value.length === 1 ? value : undefined
    case 'd':
      return isNumber(value) && toDecimal(value).isInteger() ? signed(formatNumber(value), flags) : undefined
    case 'f': {
      if (!isNumber(value)) return undefined
      return signed(toDecimal(value).toFixed(precision ?? 6, Decimal.ROUND_HALF_UP), flags)
    }
    case 'x':
      return isNumber(value) && Number.isSafeInteger(value) && (value as number) >= 0
        ? value.toString(16)
        : undefined
    default:
      return undefined
  }
}

function signed(digits: string, flags: string): string {
  const grouped = flags.includes(',') ? digits.replace(/\d(?=(?:\d{3})+(?:\.|$))/g, '$&,') : digits
  return flags.includes('+') && !grouped.startsWith('-') ? `+${grouped}` : grouped
}

function pad(text: string, { flags, width, conversion }: Specifier): string {
  if (flags.includes('-')) return text.padEnd(width)
  if (!flags.includes('0') || !'dfx'.includes(conversion)) return text.padStart(width)
  const sign = /^[+-]/.exec(text)?.[0] ?? ''
  return sign + text.slice(sign.length).padStart(width - sign.length, '0')
}
