import type { JsonValue } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import { toJson } from '../json.ts'
import { parseNumber } from '../number.ts'
import type { Run } from '../run.ts'
import { toText } from '../text.ts'
import type { Value } from '../values.ts'
import type { BuiltIns } from './signature.ts'
import { any, number, takes, text } from './signature.ts'

const numberPattern = /^-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,5})?$/

function readNumber(value: string): Value {
  return value.length <= 1_000 && numberPattern.test(value) ? parseNumber(value) : null
}

const isSeparator = (value: Value, allowed: string): value is string | null =>
  value === null || (typeof value === 'string' && value.length === 1 && allowed.includes(value))

/** Reads a number with its own grouping and decimal signs (DMN 1.5 §10.3.4.1). */
function readGrouped(value: string, grouping: Value, decimal: Value): Value {
  if (!isSeparator(grouping, ' .,') || !isSeparator(decimal, '.,')) return null
  if (grouping !== null && grouping === decimal) return null
  const plain = grouping === null ? value : value.split(grouping).join('')
  if (decimal !== null && decimal !== '.' && plain.includes('.')) return null
  return readNumber(decimal === null ? plain : plain.split(decimal).join('.'))
}

function depthOf(value: JsonValue, depth: number): number {
  if (depth > limits.jsonDepth || value === null || typeof value !== 'object') return depth
  let deepest = depth
  for (const item of Object.values(value)) deepest = Math.max(deepest, depthOf(item, depth + 1))
  return deepest
}

function readJson(run: Run, value: string): Value {
  if (!run.allow(value.length) || !run.spend(value.length >> 3)) return null
  let parsed: JsonValue
  try {
    parsed = JSON.parse(value)
  } catch {
    // JSON.parse throws for texts that are no JSON.
    return null
  }
  return depthOf(parsed, 0) > limits.jsonDepth ? null : parsed
}

export const conversionFunctions: BuiltIns = {
  string: [takes([any('from')], (run, value) => (value === null ? null : toText(value, run)))],
  number: [
    takes([number('from')], (_run, value) => value),
    takes([text('from')], (_run, value) => readNumber(value)),
    takes(
      [text('from'), any('grouping separator'), any('decimal separator')],
      (_run, value, grouping, decimal) => readGrouped(value, grouping, decimal),
    ),
  ],
  'to json': [
    takes([any('value')], (run, value) => {
      const json = JSON.stringify(toJson(value, run))
      return run.allow(json.length) && run.spend(json.length >> 3) ? json : null
    }),
  ],
  'from json': [takes([text('value')], readJson)],
}
