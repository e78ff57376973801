import { limits } from '../../base/limits.ts'
import { findBuiltIn } from '../built-ins/registry.ts'
import type { Expression } from '../syntax.ts'
import { parseTemporal } from '../temporal/parse.ts'
import { conforms, resolveType, withoutConstraints } from '../type-check.ts'
import { contextOf, entryOf, isContext, type Value } from '../values.ts'
import { compileArithmetic, compileNegation } from './arithmetic.ts'
import { compileCall, compileFunction, compileNamedCall } from './call.ts'
import { compileBetween, compileComparison, compileRange, compileUnaryTest } from './comparison.ts'
import { compileFor, compileQuantified } from './iteration.ts'
import { compileLogic } from './logic.ts'
import { compileIn } from './membership.ts'
import { bind, type Environment, type Evaluate, localAt, resolve, type Scope, within } from './scope.ts'
import { compileFilter, compilePath } from './selection.ts'

/** Turns an expression into a closure, once; evaluating it never looks at the syntax again. */
export function compile(expression: Expression, scope: Scope): Evaluate {
  const { unit } = scope
  // Paths, filters and calls behind each other nest without brackets, so the parser doesn't see this depth.
  if (unit.level > limits.expressionDepth) {
    unit.tooDeep = true
    return constant(null)
  }
  unit.size++
  unit.level++
  unit.deepest = Math.max(unit.deepest, unit.level)
  const evaluate = compileKind(expression, scope)
  unit.level--
  return evaluate
}

function compileKind(expression: Expression, scope: Scope): Evaluate {
  const { unit } = scope
  switch (expression.kind) {
    case 'literal':
      return constant(expression.value)
    case 'at-literal':
      return compileAtLiteral(expression.text)
    case 'name':
      return compileName(expression.name, scope)
    case 'list':
      return compileList(expression.items, scope)
    case 'context':
      return compileContext(expression.entries, scope)
    case 'path':
      return compilePath(compile(expression.source, scope), expression.name)
    case 'filter':
      return compileFilter(expression, scope, compile)
    case 'call':
      return compileCall(expression, scope, compile)
    case 'named-call':
      return compileNamedCall(expression, scope, compile)
    case 'function':
      return compileFunction(expression, scope, compile)
    case 'if':
      return compileIf(expression, scope)
    case 'for':
      return compileFor(expression, scope, compile)
    case 'quantified':
      return compileQuantified(expression, scope, compile)
    case 'negation':
      return compileNegation(compile(expression.operand, scope))
    case 'arithmetic':
      return compileArithmetic(expression, scope, compile)
    case 'and':
    case 'or':
      return compileLogic(
        expression.kind,
        expression.operands.map((operand) => compile(operand, scope)),
      )
    case 'comparison':
      return compileComparison(
        expression.operator,
        compile(expression.left, scope),
        compile(expression.right, scope),
      )
    case 'between':
      return compileBetween(
        compile(expression.operand, scope),
        compile(expression.low, scope),
        compile(expression.high, scope),
      )
    case 'in':
      return compileIn(expression, scope, compile)
    case 'instance-of': {
      const operand = compile(expression.operand, scope)
      const type = withoutConstraints(resolveType(expression.type, unit.types))
      return (environment) => conforms(operand(environment), type, environment.run)
    }
    case 'range':
      return compileRange(expression, compile(expression.start, scope), compile(expression.end, scope))
    case 'unary-test':
      return compileUnaryTest(expression.operator, compile(expression.endpoint, scope))
  }
}

function compileAtLiteral(text: string): Evaluate {
  const value = parseTemporal(text)
  return (environment) => value ?? environment.run.warn('An at-literal holds no date, time or duration')
}

const constant =
  (value: Value): Evaluate =>
  () =>
    value

function compileName(name: string, scope: Scope): Evaluate {
  const { items, index } = resolve(scope, name)
  const base = index === null ? compileFree(name, scope) : compileLocal(index)
  if (items.length === 0) return base
  return (environment) => {
    for (const at of items) {
      const item = localAt(environment, at)
      const found = isContext(item) ? entryOf(item, name) : undefined
      if (found !== undefined) return found
    }
    return base(environment)
  }
}

/** A variable from outside, else the built-in function of that name, else null. */
function compileFree(name: string, scope: Scope): Evaluate {
  const fallback = findBuiltIn(name) ?? null
  if (fallback === null) scope.unit.names.add(name)
  return (environment) => {
    const value = environment.variables(name)
    return value === undefined ? (fallback ?? environment.run.warn(`There is no variable ${name}`)) : value
  }
}

function compileLocal(index: number): Evaluate {
  if (index === 0) return (environment) => environment.value
  if (index === 1) return (environment) => environment.outer!.value
  return (environment) => localAt(environment, index)
}

function compileList(expressions: readonly Expression[], scope: Scope): Evaluate {
  const items = expressions.map((item) => compile(item, scope))
  return (environment) =>
    environment.run.spend(1 + items.length) ? items.map((item) => item(environment)) : null
}

/** Entries see the ones before them. */
function compileContext(
  entries: Extract<Expression, { kind: 'context' }>['entries'],
  scope: Scope,
): Evaluate {
  const keys = entries.map((entry) => entry.key)
  if (new Set(keys).size !== keys.length) {
    return (environment) => environment.run.warn('A context has the same key twice')
  }
  let inner = scope
  const values: Evaluate[] = []
  for (const entry of entries) {
    values.push(compile(entry.value, inner))
    inner = within(inner, entry.key)
  }
  return (environment) => {
    if (!environment.run.spend(1 + keys.length)) return null
    let inside: Environment = environment
    const built: [string, Value][] = []
    for (let index = 0; index < keys.length; index++) {
      const value = values[index]!(inside)
      built.push([keys[index]!, value])
      inside = bind(inside, value)
    }
    return contextOf(built)
  }
}

function compileIf(expression: Extract<Expression, { kind: 'if' }>, scope: Scope): Evaluate {
  const condition = compile(expression.condition, scope)
  const yes = compile(expression.yes, scope)
  const no = compile(expression.no, scope)
  return (environment) => (condition(environment) === true ? yes(environment) : no(environment))
}
