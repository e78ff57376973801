/**
 * Looks over JSON text before it is parsed, in one pass and without recursion, for what JSON.parse accepts but Braid
 * cannot keep: nesting beyond the limit (JSON.stringify and PostgreSQL fail on it), the key `__proto__`, keys that
 * occur twice in an object, numbers that would change their value, and text that PostgreSQL cannot store. What would
 * hold up the event loop is refused as well.
 */
import { limits } from './limits.ts'

/** Values in one document: 4 MB of them are looked over and parsed in less than 200 ms. */
const maxValues = 250_000
/** Keys in one object: nobody reads more, and remembering them all takes long. */
const maxKeys = 10_000

type Scan = {
  readonly text: string
  at: number
  values: number
  /** Keys seen in each open object; undefined for an open array. */
  readonly open: (Set<string> | undefined)[]
}

/** What is wrong, as a sentence; undefined when the text may be parsed. Malformed JSON is left to the parser. */
export const jsonFlaw = (text: string): string | undefined => findJsonFlaw(text)?.message

/** The same with the position behind the flaw. */
export function findJsonFlaw(text: string): { readonly message: string; readonly at: number } | undefined {
  const scan: Scan = { text, at: 0, values: 0, open: [] }
  while (scan.at < text.length) {
    const message = nextFlaw(scan)
    if (message !== undefined) return { message, at: scan.at }
  }
  return undefined
}

function nextFlaw(scan: Scan): string | undefined {
  const character = scan.text.charCodeAt(scan.at)
  switch (character) {
    case 0x2c: // ,
      scan.at += 1
      scan.values += 1
      return scan.values < maxValues ? undefined : `expected at most ${maxValues} values`
    case 0x7b: // {
    case 0x5b: // [
      scan.at += 1
      scan.open.push(character === 0x7b ? new Set() : undefined)
      return scan.open.length > limits.jsonDepth
        ? `expected at most ${limits.jsonDepth} levels of nesting`
        : undefined
    case 0x7d: // }
    case 0x5d: // ]
      scan.at += 1
      scan.open.pop()
      return undefined
    case 0x22: // "
      return stringFlaw(scan)
    default:
      if (character === 0x2d || (character >= 0x30 && character <= 0x39)) return numberFlaw(scan)
      scan.at += 1
      return undefined
  }
}

function stringFlaw(scan: Scan): string | undefined {
  const { text } = scan
  const start = scan.at
  let end = start + 1
  let escaped = false
  for (; end < text.length && text.charCodeAt(end) !== 0x22; end++) {
    if (text.charCodeAt(end) === 0x5c) {
      escaped = true
      end += 1
    }
  }
  scan.at = end + 1
  const raw = text.slice(start + 1, end)
  const named = isKey(scan)
  if (!escaped) return named ? keyFlaw(scan, raw) : undefined
  if (!named && !suspiciousEscape.test(raw)) return undefined
  const value = unescaped(raw)
  if (value === undefined) return undefined
  if (value.includes('\0')) return 'expected text without the character U+0000'
  if (!value.isWellFormed()) return 'expected text without half a surrogate pair'
  return named ? keyFlaw(scan, value) : undefined
}

/** U+0000 and surrogates. */
const suspiciousEscape = /\\u(?:0000|d[89a-f])/i

/** Undefined when the escapes are malformed, which the parser reports. */
function unescaped(raw: string): string | undefined {
  try {
    const value: unknown = JSON.parse(`"${raw}"`)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

function isKey(scan: Scan): boolean {
  if (scan.open.at(-1) === undefined) return false
  let at = scan.at
  while (isSpace(scan.text.charCodeAt(at))) at += 1
  return scan.text.charCodeAt(at) === 0x3a
}

const isSpace = (character: number): boolean =>
  character === 0x20 || character === 0x0a || character === 0x0d || character === 0x09

function keyFlaw(scan: Scan, name: string): string | undefined {
  if (name === '__proto__') return 'expected no key "__proto__"'
  const keys = scan.open.at(-1)
  if (keys?.has(name)) return `expected each key once in an object, "${name.slice(0, 100)}" occurs twice`
  keys?.add(name)
  return keys !== undefined && keys.size > maxKeys
    ? `expected at most ${maxKeys} keys in an object`
    : undefined
}

const isNumberPart = (character: number): boolean =>
  (character >= 0x30 && character <= 0x39) || // 0-9
  character === 0x2b || // +
  character === 0x2d || // -
  character === 0x2e || // .
  character === 0x45 || // E
  character === 0x65 // e

function numberFlaw(scan: Scan): string | undefined {
  const start = scan.at
  while (isNumberPart(scan.text.charCodeAt(scan.at))) scan.at += 1
  // Shorter ones always survive being a double: 15 digits do, and exponents take four characters to go beyond.
  if (scan.at - start < 4) return undefined
  const token = scan.text.slice(start, scan.at)
  const hasExponent = /e/i.test(token)
  if (token.length <= 15 && !hasExponent) return undefined
  const value = Number(token)
  const shown = token.slice(0, 40)
  if (hasExponent && !Number.isFinite(value))
    return `expected numbers within the range of a double, got ${shown}`
  if (/^-?\d+$/.test(token) && !Number.isSafeInteger(value)) {
    return `expected integers below 2^53, got ${shown}; send it as text`
  }
  return undefined
}
