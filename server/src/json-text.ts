/**
 * Looks over JSON text before it is parsed, in one pass and without recursion, for what JSON.parse accepts but Braid
 * cannot keep: nesting beyond the limit (JSON.stringify and PostgreSQL fail on it), the key `__proto__`, keys that
 * occur twice in an object, numbers that would change their value, and text that PostgreSQL cannot store.
 */
import { limits } from '@braid/core/base/limits.ts'

type Scan = {
  readonly text: string
  at: number
  /** Keys seen in each open object; undefined for an open array. */
  readonly open: (Set<string> | undefined)[]
}

/** What is wrong, as a sentence; undefined when the text may be parsed. Malformed JSON is left to the parser. */
export function jsonFlaw(text: string): string | undefined {
  const scan: Scan = { text, at: 0, open: [] }
  while (scan.at < text.length) {
    const flaw = nextFlaw(scan)
    if (flaw !== undefined) return flaw
  }
  return undefined
}

function nextFlaw(scan: Scan): string | undefined {
  const character = scan.text.charCodeAt(scan.at)
  switch (character) {
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
  const value = escaped ? unescaped(raw) : raw
  if (value === undefined) return undefined
  if (escaped && value.includes('\0')) return 'expected text without the character U+0000'
  if (escaped && !value.isWellFormed()) return 'expected text without half a surrogate pair'
  return isKey(scan) ? keyFlaw(scan, value) : undefined
}

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
  return undefined
}

const numberToken = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y

function numberFlaw(scan: Scan): string | undefined {
  numberToken.lastIndex = scan.at
  const token = numberToken.exec(scan.text)?.[0]
  scan.at += token?.length ?? 1
  if (token === undefined) return undefined
  // Up to 15 digits, every decimal number survives being a double.
  if (token.length <= 15 && !/e/i.test(token)) return undefined
  const value = Number(token)
  const shown = token.slice(0, 40)
  if (!Number.isFinite(value)) return `expected numbers within the range of a double, got ${shown}`
  if (/^-?\d+$/.test(token) && !Number.isSafeInteger(value)) {
    return `expected integers below 2^53, got ${shown}; send it as text`
  }
  return undefined
}
