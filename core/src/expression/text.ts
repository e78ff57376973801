import { limits } from '../base/limits.ts'
import { formatNumber } from './number.ts'
import { needsNoQuotes } from './parse/known-names.ts'
import type { Run } from './run.ts'
import { formatTemporal } from './temporal/format.ts'
import { type ContextValue, isList, isNumber, isSpecial, type SpecialValue, type Value } from './values.ts'

/** What `string()` gives: plain text at the top, FEEL notation inside lists and contexts. */
export function toText(value: Value, run: Run): string | null {
  if (typeof value === 'string') return value
  const parts: string[] = []
  write(value, run, parts, 0)
  const text = parts.join('')
  return run.allow(text.length) ? text : null
}

function write(value: Value, run: Run, parts: string[], depth: number): void {
  if (!run.spend(1)) return
  if (depth > limits.expressionValueDepth) {
    run.fail(
      'SIZE_LIMIT',
      `The expression writes values nested deeper than ${limits.expressionValueDepth} levels`,
    )
  } else if (value === null || typeof value === 'boolean') parts.push(String(value))
  else if (typeof value === 'string') {
    if (run.allow(value.length)) parts.push(`"${value.replace(/(["\\])/g, '\\$1')}"`)
  } else if (isNumber(value)) parts.push(formatNumber(value))
  else if (isList(value)) writeList(value, run, parts, depth)
  else if (isSpecial(value)) writeSpecial(value, run, parts, depth)
  else writeContext(value, run, parts, depth)
}

function writeList(list: readonly Value[], run: Run, parts: string[], depth: number): void {
  parts.push('[')
  for (let index = 0; index < list.length && run.failure === null; index++) {
    if (index > 0) parts.push(', ')
    write(list[index]!, run, parts, depth + 1)
  }
  parts.push(']')
}

function writeContext(context: ContextValue, run: Run, parts: string[], depth: number): void {
  let separator = '{'
  for (const key of Object.keys(context)) {
    if (run.failure !== null) return
    parts.push(separator, needsNoQuotes(key) ? key : `"${key.replace(/(["\\])/g, '\\$1')}"`, ': ')
    write(context[key]!, run, parts, depth + 1)
    separator = ', '
  }
  parts.push(separator === '{' ? '{}' : '}')
}

function writeSpecial(value: SpecialValue, run: Run, parts: string[], depth: number): void {
  if (value.type === 'function') parts.push('function')
  else if (value.type === 'range') {
    parts.push(value.startIncluded ? '[' : '(')
    write(value.start, run, parts, depth + 1)
    parts.push('..')
    write(value.end, run, parts, depth + 1)
    parts.push(value.endIncluded ? ']' : ')')
  } else parts.push(formatTemporal(value))
}
