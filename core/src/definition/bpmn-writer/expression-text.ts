/** Expressions as the text that the compiler reads as the same expression. */
import type { JsonValue } from '../../base/json.ts'
import type { Expression } from '../../model/program.ts'

/** JSON is FEEL but for escapes, of which FEEL knows the same. */
const literal = (value: JsonValue): string => `=${JSON.stringify(value)}`

/** A constant text stands for itself unless it would be read as FEEL, as nothing, or without its white space. */
function constantText(value: JsonValue): string {
  if (typeof value !== 'string' || value.trim() !== value || value === '' || value.startsWith('=')) {
    return literal(value)
  }
  return value
}

/** Where a constant is text. */
export const textOf = (expression: Expression): string =>
  'feel' in expression ? `=${expression.feel}` : constantText(expression.value)

/** Where a constant may be a number too. */
export const numberOrTextOf = (expression: Expression): string =>
  'value' in expression && typeof expression.value === 'number'
    ? String(expression.value)
    : textOf(expression)

/** Where a constant is a list of texts, separated by commas. */
export function listTextOf(expression: Expression): string {
  if ('feel' in expression) return textOf(expression)
  const items = Array.isArray(expression.value) ? expression.value : []
  const isPlain = (item: JsonValue): boolean =>
    typeof item === 'string' && item.trim() === item && item !== '' && !item.includes(',')
  const text = items.join(',')
  return items.length > 0 && items.every(isPlain) && !text.startsWith('=') ? text : literal(expression.value)
}

/** Where everything is FEEL. */
export const feelOf = (expression: Expression): string =>
  'feel' in expression ? `=${expression.feel}` : literal(expression.value)

/** Where everything is FEEL, or a number. */
export const countOf = (expression: Expression): string =>
  'value' in expression && typeof expression.value === 'number'
    ? String(expression.value)
    : feelOf(expression)
