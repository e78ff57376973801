import type { JsonValue } from '../base/json.ts'
import { limits } from '../base/limits.ts'
import { toDecimal } from './number.ts'
import type { Run } from './run.ts'
import { toText } from './text.ts'
import { type ContextValue, isList, isNumber, isSpecial, type Value } from './values.ts'

/** Results nest one level deeper than what may come in, for the list or context around a variable. */
const depthLimit = limits.jsonDepth + 1

/**
 * The JSON of a FEEL value: numbers as doubles, temporal values and ranges as their text, functions as null. Parts that
 * are JSON already are passed on, not copied.
 */
export function toJson(value: Value, run: Run): JsonValue {
  const counter = { left: limits.expressionValueSize }
  return convert(value, run, counter, 0)
}

function convert(value: Value, run: Run, counter: { left: number }, depth: number): JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null
  counter.left--
  if (counter.left < 0) {
    return run.fail('SIZE_LIMIT', `The expression makes a value larger than ${limits.expressionValueSize}`)
  }
  if (depth > depthLimit) {
    return run.fail('SIZE_LIMIT', `The expression makes a value nested deeper than ${depthLimit} levels`)
  }
  if (isList(value)) return convertList(value, run, counter, depth)
  if (isSpecial(value)) return value.type === 'function' ? null : toText(value, run)
  if (!isNumber(value)) return convertContext(value, run, counter, depth)
  const double = toDecimal(value).toNumber()
  return Number.isFinite(double) ? double + 0 : null
}

function convertList(list: readonly Value[], run: Run, counter: { left: number }, depth: number): JsonValue {
  counter.left -= list.length
  const items: JsonValue[] = []
  let changed = false
  for (const item of list) {
    if (run.failure !== null) return null
    const json = convert(item, run, counter, depth + 1)
    if (json !== item) changed = true
    items.push(json)
  }
  return changed ? items : (list as readonly JsonValue[])
}

function convertContext(
  context: ContextValue,
  run: Run,
  counter: { left: number },
  depth: number,
): JsonValue {
  const entries: { [name: string]: JsonValue } = Object.create(null)
  let changed = false
  for (const key of Object.keys(context)) {
    if (run.failure !== null) return null
    counter.left--
    const json = convert(context[key]!, run, counter, depth + 1)
    if (json !== context[key]) changed = true
    entries[key] = json
  }
  return changed ? entries : (context as { [name: string]: JsonValue })
}
