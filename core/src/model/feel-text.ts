/** JSON with FEEL in it, as one FEEL expression. */
import type { JsonValue } from '../base/json.ts'
import type { Expression } from './program.ts'

export const isFeel = (value: JsonValue | undefined): value is string =>
  typeof value === 'string' && value.startsWith('=')
/** FEEL without the leading `=`. */
export const sourceOf = (text: string): string => text.slice(1).trim()

/** In brackets, so that operators around it stay outside; a comment at its end stays inside. */
export const bracketed = (source: string): string => `(${source}${source.includes('//') ? '\n' : ''})`

/** A text as FEEL writes it: `\uXXXX` for whatever is no plain character. */
export const quotedText = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

export const listOf = (texts: readonly string[]): string => `[${texts.map(quotedText).join(', ')}]`

export function hasFeel(value: JsonValue): boolean {
  if (typeof value === 'string') return isFeel(value)
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some(hasFeel)
}

/**
 * A constant when there is no FEEL in it. Objects are made of lists of key and value, not of FEEL's own context literals:
 * there the entries would hide variables of the same name from those that follow.
 */
export function valueExpression(value: JsonValue): Expression {
  return hasFeel(value) ? { feel: feelOf(value) } : { value }
}

/** The FEEL that makes the value. */
export function feelOf(value: JsonValue): string {
  if (isFeel(value)) return bracketed(sourceOf(value))
  if (typeof value === 'string') return quotedText(value)
  if (value === null || typeof value !== 'object') return constantText(value)
  if (Array.isArray(value)) return `[${value.map(feelOf).join(', ')}]`
  const entries = Object.entries(value)
  if (entries.length === 0) return '{}'
  return `context([${entries.map(([key, entry]) => `{value: ${feelOf(entry)}, key: ${quotedText(key)}}`).join(', ')}])`
}

const constantText = (value: null | boolean | number): string =>
  typeof value === 'number' && value < 0 ? `(${value})` : String(value)
