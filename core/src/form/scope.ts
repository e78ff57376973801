/** What expressions of a form see: its data by name, and in an item of a list the item and what is around it. */
import type { JsonObject, JsonValue } from '../base/json.ts'
import type { CompiledExpression } from '../expression/expression.ts'
import { toJson } from '../expression/json.ts'
import type { Run } from '../expression/run.ts'
import type { Condition } from './condition.ts'

export type Scope = {
  /** One for all expressions of a form: it bounds what they may take together. */
  readonly run: Run
  readonly data: JsonObject
  /** The item, or at the top all data. */
  readonly here: JsonValue
  readonly parent: JsonValue
  /** Positions of the items around, from 1. */
  readonly indexes: readonly number[]
}

export const topScope = (run: Run, data: JsonObject): Scope => ({
  run,
  data,
  here: data,
  parent: null,
  indexes: [],
})

export const itemScope = (outer: Scope, item: JsonValue, index: number): Scope => ({
  ...outer,
  here: item,
  parent: contextOf(outer, outer.here),
  indexes: [...outer.indexes, index + 1],
})

/** All names; those of the data hide `this`, `parent` and `i`, which have a second name each. */
function contextOf({ here, parent, indexes }: Scope, data: JsonValue): JsonObject {
  const special = { this: here, parent, i: indexes }
  const second = { _this_: here, _parent_: parent, _i_: indexes }
  return { ...special, ...(data as JsonObject), ...second }
}

function lookUp(scope: Scope, name: string): JsonValue | undefined {
  if (name === '_this_' || (name === 'this' && !Object.hasOwn(scope.data, name))) return scope.here
  if (name === '_parent_' || (name === 'parent' && !Object.hasOwn(scope.data, name))) return scope.parent
  if (name === '_i_' || (name === 'i' && !Object.hasOwn(scope.data, name))) return scope.indexes
  return Object.hasOwn(scope.data, name) ? scope.data[name] : undefined
}

export const evaluateIn = (expression: CompiledExpression, scope: Scope): JsonValue =>
  toJson(
    expression.value(scope.run, (name) => lookUp(scope, name)),
    scope.run,
  )

export const holdsIn = (condition: Condition, scope: Scope): boolean =>
  condition.holds(scope.run, (name) => lookUp(scope, name))
