import { toInteger } from '../number.ts'
import type { Run } from '../run.ts'
import type { Expression } from '../syntax.ts'
import { propertyOf } from '../temporal/properties.ts'
import {
  asList,
  entryOf,
  type FeelNumber,
  isContext,
  isList,
  isNumber,
  isSpecial,
  typeOf,
  type Value,
} from '../values.ts'
import { bind, type Evaluate, repeated, type Scope, within } from './scope.ts'

type Compile = (expression: Expression, scope: Scope) => Evaluate

export const compilePath =
  (source: Evaluate, name: string): Evaluate =>
  (environment) =>
    select(source(environment), name, environment.run)

/** The entry of a context, the property of a temporal value; of a list, those of its items. */
function select(value: Value, name: string, run: Run): Value {
  if (isList(value)) {
    if (!run.spend(1 + value.length)) return null
    return value.map((item) => (isList(item) ? null : select(item, name, run)))
  }
  const found = isSpecial(value)
    ? propertyOf(value, name)
    : isContext(value)
      ? entryOf(value, name)
      : undefined
  return found === undefined ? run.warn(`A ${typeOf(value)} has no ${name} here`) : found
}

/** A number takes the item at that position, from 1 or from the end; anything else keeps the items it is true for. */
export function compileFilter(
  expression: Extract<Expression, { kind: 'filter' }>,
  scope: Scope,
  compile: Compile,
): Evaluate {
  const source = compile(expression.source, scope)
  const condition = repeated(scope.unit, () => compile(expression.condition, within(scope, 'item', 'item')))
  if (expression.condition.kind === 'literal' && isNumber(expression.condition.value)) {
    const position = expression.condition.value
    return (environment) => {
      const value = source(environment)
      return value === null ? null : itemAt(asList(value), position)
    }
  }
  return (environment) => {
    const value = source(environment)
    if (value === null) return null
    const list = asList(value)
    if (list.length === 0) return isNumber(condition(bind(environment, null))) ? null : []
    const kept: Value[] = []
    for (let index = 0; index < list.length; index++) {
      if (!environment.run.spend(1)) return null
      const item = list[index]!
      const result = condition(bind(environment, item))
      if (index === 0 && isNumber(result)) return itemAt(list, result)
      if (result === true) kept.push(item)
    }
    return kept
  }
}

function itemAt(list: readonly Value[], position: FeelNumber): Value {
  const index = toInteger(position)
  if (index === undefined || index === 0) return null
  return list[index > 0 ? index - 1 : list.length + index] ?? null
}
