/** Variables of scopes, and expressions over them. */
import { isDeepStrictEqual } from 'node:util'
import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'
import { type CompiledExpression, compileExpression } from '@braid/core/expression/expression.ts'
import type { Expression } from '@braid/core/model/program.ts'
import type { Living } from './living.ts'
import type { Machine } from './machine.ts'

const compiled = new Map<string, CompiledExpression>()

function compile(feel: string): CompiledExpression {
  const known = compiled.get(feel)
  if (known !== undefined) return known
  const made = compileExpression(feel)
  if (!made.ok) throw new Error(`${feel}: ${JSON.stringify(made.error)}`)
  compiled.set(feel, made.value)
  return made.value
}

/** The nearest scope, from `from` outwards, that has the variable. */
export function holderOf(from: Living | undefined, name: string): Living | undefined {
  for (let scope = from; scope !== undefined; scope = scope.scope) {
    if (Object.hasOwn(scope.variables, name)) return scope
  }
  return undefined
}

/** What an expression gives at an element; null where it gives nothing. `more`: seen besides the variables. */
export function evaluate(
  machine: Machine,
  expression: Expression,
  at: Living,
  more: JsonObject = {},
): JsonValue {
  if ('value' in expression) return expression.value
  const variables = (name: string): JsonValue | undefined =>
    Object.hasOwn(more, name) ? more[name] : holderOf(at, name)?.variables[name]
  const result = compile(expression.feel).evaluate({ variables, now: machine.now })
  return result.ok ? result.value : null
}

/** Sets variables of one scope, unless `actor` ends before; nothing is said when there are none. */
export function set(
  machine: Machine,
  scope: Living,
  variables: JsonObject,
  then: () => void,
  actor: Living = scope,
): void {
  if (Object.keys(variables).length === 0) {
    then()
    return
  }
  machine.expect({
    owner: actor,
    says: `variables of ${scope.node.id} become ${JSON.stringify(variables)}`,
    isIt: (event) =>
      event.type === 'variables-set' &&
      event.scope === scope.key &&
      isDeepStrictEqual({ ...event.variables }, { ...variables }),
    happen: () => {
      machine.setVariables(scope, variables)
      then()
    },
  })
}

/** Each variable goes to the nearest scope, from `from` outwards, that has it, else to the process. */
export function merge(
  machine: Machine,
  from: Living,
  variables: JsonObject,
  then: () => void,
  actor: Living = from,
): void {
  const parts = new Map<Living, JsonObject>()
  for (const [name, value] of Object.entries(variables)) {
    const scope = holderOf(from, name) ?? (machine.root as Living)
    parts.set(scope, { ...parts.get(scope), [name]: value })
  }
  let left = parts.size
  if (left === 0) then()
  const done = (): void => {
    left -= 1
    if (left === 0) then()
  }
  for (const [scope, part] of parts) set(machine, scope, part, done, actor)
}
