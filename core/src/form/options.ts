/** The values that a choice allows. */
import type { JsonObject, JsonValue } from '../base/json.ts'
import type { OptionsSource } from './form.ts'
import { isList, isObject } from './path.ts'
import { evaluateIn, type Scope } from './scope.ts'

/** `known`: what the process knew when the form was shown, which is where a named list is looked for. */
export function optionsOf(source: OptionsSource, known: JsonObject, scope: Scope): readonly JsonValue[] {
  if (source.kind !== 'expression') return knownOptions(source, known) ?? []
  const list = source.expression === undefined ? null : evaluateIn(source.expression, scope)
  return isList(list) ? list.flatMap(optionValue) : []
}

/** Undefined where the options have to be computed. */
export function knownOptions(source: OptionsSource, known: JsonObject): readonly JsonValue[] | undefined {
  if (source.kind === 'expression') return undefined
  if (source.kind === 'static') return source.values.flatMap(optionValue)
  const list = Object.hasOwn(known, source.name) ? known[source.name] : undefined
  return isList(list) ? list.flatMap(optionValue) : []
}

const isPlain = (value: JsonValue | undefined): value is JsonValue =>
  typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value !== '')

const canBeValue = (value: JsonValue | undefined): value is JsonValue =>
  isPlain(value) || (typeof value === 'object' && value !== null && Object.keys(value).length > 0)

/** An option is a plain value, or an object with a value; any but a plain one needs a label. */
function optionValue(option: JsonValue): readonly JsonValue[] {
  if (isPlain(option)) return [option]
  if (!isObject(option)) return []
  const { label, value } = option
  const hasLabel = typeof label === 'string' && label !== ''
  return hasLabel ? (canBeValue(value) ? [value] : []) : isPlain(value) ? [value] : []
}

/** Equal JSON, whatever the order of names. */
export function isSame(left: JsonValue, right: JsonValue): boolean {
  if (left === right) return true
  if (isList(left)) {
    return isList(right) && left.length === right.length && left.every((each, at) => isSame(each, right[at]!))
  }
  if (!isObject(left) || !isObject(right)) return false
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isSame(left[name]!, right[name]!))
  )
}
