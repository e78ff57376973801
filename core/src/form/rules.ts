/** The checks of form-js on one field, in its order and with its messages. */
import { Decimal } from 'decimal.js'
import type { JsonValue } from '../base/json.ts'
import { isDecimal } from './component-reader.ts'
import type { Bound, Field, FieldType, Rules } from './form.ts'
import { isList } from './path.ts'
import { evaluateIn, type Scope } from './scope.ts'
import { textKinds } from './text-kinds.ts'

export function checkField({ type, rules }: Field, value: JsonValue, scope: Scope): readonly string[] {
  return [
    ...(type.kind === 'number' ? checkNumber(type, value) : []),
    ...checkPattern(rules, value, scope),
    ...(rules.required && isMissing(type, value) ? ['Field is required.'] : []),
    ...checkBounds(rules, value, scope),
    ...checkLengths(rules, value, scope),
    ...checkTextKind(rules, value, scope),
  ]
}

const isMissing = (type: FieldType, value: JsonValue): boolean =>
  value === null ||
  value === '' ||
  (type.kind === 'checkbox' && value === false) ||
  (isList(value) && value.length === 0)

function checkNumber(type: FieldType & { readonly kind: 'number' }, value: JsonValue): readonly string[] {
  const decimal = decimalOf(value)
  if (decimal === undefined || value === 0) return []
  return [...checkDigits(decimal, type.decimalDigits), ...checkIncrement(decimal, type.increment)]
}

function checkDigits(decimal: Decimal, digits: number | undefined): readonly string[] {
  if (digits === undefined || !(digits >= 0) || decimal.decimalPlaces() <= digits) return []
  if (digits === 0) return ['Value is expected to be an integer.']
  const unit = digits === 1 ? 'digit' : 'digits'
  return [`Value is expected to have at most ${digits} decimal ${unit}.`]
}

function checkIncrement(decimal: Decimal, increment: string | undefined): readonly string[] {
  if (increment === undefined) return []
  const offset = decimal.mod(increment)
  if (offset.isZero()) return []
  const previous = decimal.minus(offset)
  const next = previous.plus(increment)
  return [`Please select a valid value, the two nearest valid values are ${previous} and ${next}.`]
}

/** Enough for the exact sum, difference and remainder of any two doubles that people enter. */
const Exact = Decimal.clone({ precision: 100, toExpNeg: -7, toExpPos: 21 })

function decimalOf(value: JsonValue): Decimal | undefined {
  if (typeof value === 'number') return new Exact(value)
  return typeof value === 'string' && isDecimal(value) ? new Exact(value) : undefined
}

const isScalar = (value: JsonValue): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

function checkPattern(rules: Rules, value: JsonValue, scope: Scope): readonly string[] {
  const { pattern, patternErrorMessage } = rules
  if (pattern === undefined || !value || !isScalar(value)) return []
  const text = String(value)
  if (!scope.run.spend(pattern.steps(text)) || pattern.occursIn(text)) return []
  return [patternErrorMessage ?? `Field must match pattern ${pattern.source}.`]
}

const limitOf = (bound: Bound | undefined, scope: Scope): JsonValue =>
  bound === undefined ? null : 'value' in bound ? bound.value : evaluateIn(bound.expression, scope)

function checkBounds(rules: Rules, value: JsonValue, scope: Scope): readonly string[] {
  if (!value && value !== 0) return []
  const check = (bound: Bound | undefined, name: 'minimum' | 'maximum'): readonly string[] => {
    const limit = limitOf(bound, scope)
    if (limit === null) return []
    const [number, limitNumber] = [decimalOf(value), decimalOf(limit)]
    if (number === undefined || limitNumber === undefined) {
      return [`${name === 'minimum' ? 'Min' : 'Max'} validation value is not a valid number.`]
    }
    const isWithin = name === 'minimum' ? number.gte(limitNumber) : number.lte(limitNumber)
    return isWithin ? [] : [`Field must have ${name} value of ${limit}.`]
  }
  return [...check(rules.min, 'minimum'), ...check(rules.max, 'maximum')]
}

function checkLengths(rules: Rules, value: JsonValue, scope: Scope): readonly string[] {
  if (typeof value !== 'string' || value === '') return []
  const { length } = value.trim()
  const check = (bound: Bound | undefined, name: 'minimum' | 'maximum'): readonly string[] => {
    const limit = limitOf(bound, scope)
    if (limit === null) return []
    const isBeyond = name === 'minimum' ? length < Number(limit) : length > Number(limit)
    return isBeyond ? [`Field must have ${name} length of ${limit}.`] : []
  }
  return [...check(rules.minLength, 'minimum'), ...check(rules.maxLength, 'maximum')]
}

const kindMessages = {
  phone: 'Field must be a valid international phone number. (e.g. +4930664040900)',
  email: 'Field must be a valid email.',
} as const

function checkTextKind({ textKind }: Rules, value: JsonValue, scope: Scope): readonly string[] {
  if (textKind === undefined || !value || !isScalar(value)) return []
  const text = String(value)
  const pattern = textKinds[textKind]
  return !scope.run.spend(pattern.steps(text)) || pattern.occursIn(text) ? [] : [kindMessages[textKind]]
}
