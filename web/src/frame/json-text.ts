/** JSON as people type it: where it breaks, said so that they find the place. */
import type { JsonObject } from '@braid/core/base/json.ts'

export type ParsedText =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly message: string; readonly offset?: number }

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n')
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
}

/** Browsers say the place in their own words: "position 12", "line 1 column 5", or not at all. */
function offsetIn(text: string, message: string): number | undefined {
  const position = /position (\d+)/.exec(message)?.[1]
  if (position !== undefined) return Number(position)
  const place = /line (\d+) column (\d+)/.exec(message)
  if (place !== null) {
    const lines = text.split('\n').slice(0, Number(place[1]) - 1)
    return lines.reduce((sum, line) => sum + line.length + 1, 0) + Number(place[2]) - 1
  }
  return /end of (JSON|data)/i.test(message) ? text.length : undefined
}

/** Reads an object; empty text is an empty object. */
export function parseObject(text: string): ParsedText {
  if (text.trim() === '') return { ok: true, value: {} }
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { ok: true, value: value as JsonObject }
    return { ok: false, message: 'Expected an object, such as { "amount": 12 }' }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const offset = offsetIn(text, message)
    const short = message.replace(/,? ?\.{3}.*$/s, '').replace(/ (in JSON )?at (position|line) .*$/s, '')
    if (offset === undefined) return { ok: false, message: short }
    return { ok: false, message: `${short} (${placeOf(text, offset)})`, offset }
  }
}

/** One JSON value, or undefined when the text is not JSON. */
export function parseValue(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

export function prettyJson(text: string): string {
  const parsed = parseValue(text)
  return parsed === undefined ? text : JSON.stringify(parsed.value, null, 2)
}
