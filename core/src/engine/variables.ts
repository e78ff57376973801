/** Variables live at element instances; a name is looked up from the inside outwards. */
import type { JsonObject, JsonValue } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import { failure, type Result, success } from '../base/result.ts'
import { type CompiledExpression, compileExpression } from '../expression/expression.ts'
import type { Expression, Mapping } from '../model/program.ts'
import type { ElementInstance, InstanceState } from './state.ts'
import { elementInstance, emit, nodeOfInstance, type Problem, type Transition } from './transition.ts'

const compiled = new WeakMap<Expression, CompiledExpression>()

function compile(expression: Expression & { readonly feel: string }): CompiledExpression {
  const known = compiled.get(expression)
  if (known !== undefined) return known
  const result = compileExpression(expression.feel)
  if (!result.ok) throw new Error(`an expression that was deployed doesn't compile: ${result.error.message}`)
  compiled.set(expression, result.value)
  return result.value
}

type Lookup = (name: string) => JsonValue | undefined

function evaluateWith(tx: Transition, expression: Expression, variables: Lookup): Result<JsonValue, Problem> {
  if ('value' in expression) return success(expression.value)
  const result = compile(expression).evaluate({ now: tx.now, variables })
  if (result.ok) return result
  return failure({
    type: 'EXTRACT_VALUE_ERROR',
    message: `expression '${expression.feel}': ${result.error.message}`,
  })
}

/** Value of an expression at an element instance. */
export function evaluate(tx: Transition, expression: Expression, at: Key): Result<JsonValue, Problem> {
  // Most are constants, which look nothing up.
  if ('value' in expression) return success(expression.value)
  return evaluateWith(tx, expression, (name) => lookUp(tx.state, at, name))
}

/** Why FEEL has no answer, as the end of a message. */
function because(tx: Transition, expression: Expression, variables: Lookup): string {
  if ('value' in expression) return ''
  const reasons = compile(expression).reasons({ now: tx.now, variables })
  return reasons.length === 0 ? '' : ` (${reasons.join('; ').slice(0, 200)})`
}

const seeing =
  (tx: Transition, at: Key, names: JsonObject): Lookup =>
  (name) =>
    Object.hasOwn(names, name) ? names[name] : lookUp(tx.state, at, name)

/** As `evaluate`, with some names that are not variables. */
export function evaluateSeeing(
  tx: Transition,
  expression: Expression,
  at: Key,
  names: JsonObject,
): Result<JsonValue, Problem> {
  return evaluateWith(tx, expression, seeing(tx, at, names))
}

/** A condition that must be true or false. `what` names it in the problem. */
export function evaluateCondition(
  tx: Transition,
  condition: Expression,
  at: Key,
  what: string,
  names: JsonObject = {},
): Result<boolean, Problem> {
  const result = evaluateSeeing(tx, condition, at, names)
  if (!result.ok) return failure({ type: 'CONDITION_ERROR', message: `${what}: ${result.error.message}` })
  if (typeof result.value === 'boolean') return success(result.value)
  const got = JSON.stringify(result.value).slice(0, 100) + because(tx, condition, seeing(tx, at, names))
  return failure({ type: 'CONDITION_ERROR', message: `${what}: expected true or false, but it was ${got}` })
}

/** Value of an expression that must be a text or a number, as text. */
export function evaluateText(
  tx: Transition,
  expression: Expression,
  at: Key,
  what: string,
): Result<string, Problem> {
  const result = evaluate(tx, expression, at)
  if (!result.ok) return result
  if (typeof result.value === 'string') return success(result.value)
  if (typeof result.value === 'number') return success(String(result.value))
  const source = 'feel' in expression ? `'${expression.feel}'` : 'the value'
  const got =
    result.value === null ? 'null' : Array.isArray(result.value) ? 'a list' : `a ${typeof result.value}`
  return failure({
    type: 'EXTRACT_VALUE_ERROR',
    message: `${what}: expected ${source} to be a string or number, but it was ${got}${because(tx, expression, seeing(tx, at, {}))}`,
  })
}

export function lookUp(state: InstanceState, at: Key, name: string): JsonValue | undefined {
  let instance: ElementInstance | undefined = state.elements.get(at)
  while (instance !== undefined) {
    if (Object.hasOwn(instance.variables, name)) return instance.variables[name]
    instance = instance.scope === undefined ? undefined : state.elements.get(instance.scope)
  }
  return undefined
}

/** Everything that can be seen at an element instance. */
export function visibleVariables(state: InstanceState, at: Key): JsonObject {
  const layers: JsonObject[] = []
  let instance: ElementInstance | undefined = state.elements.get(at)
  while (instance !== undefined) {
    layers.push(instance.variables)
    instance = instance.scope === undefined ? undefined : state.elements.get(instance.scope)
  }
  if (layers.length === 1) return layers[0] ?? {}
  let all: JsonObject = {}
  for (const layer of layers.reverse()) all = { ...all, ...layer }
  return all
}

const isEmpty = (variables: JsonObject): boolean => {
  for (const _ in variables) return false
  return true
}

export function setLocal(tx: Transition, scope: Key, variables: JsonObject): void {
  if (isEmpty(variables)) return
  emit(tx, { type: 'variables-set', scope, variables })
  if (tx.state.conditions.size > 0) tx.agenda.push({ kind: 'check-conditions' })
}

const hasVariable = (tx: Transition, instance: ElementInstance, name: string): boolean =>
  Object.hasOwn(instance.variables, name) ||
  (tx.graph.hasLocals && nodeOfInstance(tx, instance).def.locals?.includes(name) === true)

/** Each variable goes to the nearest scope that has it, from `from` outwards; a new one to the process. */
export function propagate(tx: Transition, from: Key, variables: JsonObject): void {
  if (isEmpty(variables)) return
  const byScope = new Map<Key, [string, JsonValue][]>()
  for (const entry of Object.entries(variables)) {
    let instance = elementInstance(tx, from)
    while (instance.scope !== undefined && !hasVariable(tx, instance, entry[0])) {
      instance = elementInstance(tx, instance.scope)
    }
    const entries = byScope.get(instance.key)
    if (entries === undefined) byScope.set(instance.key, [entry])
    else entries.push(entry)
  }
  for (const [scope, entries] of byScope) setLocal(tx, scope, Object.fromEntries(entries))
}

/** Sets `path` (`a.b.c`) in a copy of `target`; objects on the way are made or extended. */
function setPath(target: JsonObject, path: readonly string[], value: JsonValue): JsonObject {
  const [head, ...rest] = path as [string, ...string[]]
  if (rest.length === 0) return { ...target, [head]: value }
  const inner = Object.hasOwn(target, head) ? target[head] : undefined
  const base =
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? (inner as JsonObject) : {}
  return { ...target, [head]: setPath(base, rest, value) }
}

/**
 * Values of mappings evaluated at `at`, in order: a later one sees the results of earlier ones. A path such as `a.b`
 * extends the variable `a` that can be seen at `into`.
 */
export function mapVariables(
  tx: Transition,
  mappings: readonly Mapping[],
  at: Key,
  into: Key | undefined,
): Result<JsonObject, Problem> {
  return mapSeeing(tx, mappings, at, {}, into)
}

/** As `mapVariables`, with some names that are not variables. */
export function mapSeeing(
  tx: Transition,
  mappings: readonly Mapping[],
  at: Key,
  names: JsonObject,
  into?: Key,
): Result<JsonObject, Problem> {
  let mapped: JsonObject = {}
  const outside = seeing(tx, at, names)
  const see: Lookup = (name) => (Object.hasOwn(mapped, name) ? mapped[name] : outside(name))
  for (const mapping of mappings) {
    const value = evaluateWith(tx, mapping.source, see)
    if (!value.ok) {
      return failure({
        type: 'IO_MAPPING_ERROR',
        message: `mapping to '${mapping.target}': ${value.error.message}`,
      })
    }
    const path = mapping.target.split('.')
    const head = path[0] ?? ''
    if (path.length > 1 && into !== undefined && !Object.hasOwn(mapped, head)) {
      mapped = { ...mapped, [head]: lookUp(tx.state, into, head) ?? null }
    }
    mapped = setPath(mapped, path, value.value)
  }
  return success(mapped)
}
