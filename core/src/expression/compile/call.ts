import { findBuiltIn } from '../built-ins/registry.ts'
import { externalFunction } from '../external/external-function.ts'
import type { Expression } from '../syntax.ts'
import { resolveType } from '../type-check.ts'
import { functionOf } from '../user-function.ts'
import { type Arguments, FunctionValue } from '../values.ts'
import { bind, type Environment, type Evaluate, repeated, resolve, type Scope, within } from './scope.ts'

type Compile = (expression: Expression, scope: Scope) => Evaluate

export function compileCall(
  expression: Extract<Expression, { kind: 'call' }>,
  scope: Scope,
  compile: Compile,
): Evaluate {
  const args = expression.args.map((argument) => compile(argument, scope))
  return compileInvocation(expression.callee, scope, compile, (environment) => ({
    kind: 'positional',
    values: args.map((argument) => argument(environment)),
  }))
}

export function compileNamedCall(
  expression: Extract<Expression, { kind: 'named-call' }>,
  scope: Scope,
  compile: Compile,
): Evaluate {
  const args = expression.args.map(({ name, value }) => ({ name, value: compile(value, scope) }))
  return compileInvocation(expression.callee, scope, compile, (environment) => ({
    kind: 'named',
    values: new Map(args.map(({ name, value }) => [name, value(environment)] as const)),
  }))
}

function compileInvocation(
  callee: Expression,
  scope: Scope,
  compile: Compile,
  argumentsOf: (environment: Environment) => Arguments,
): Evaluate {
  const builtIn =
    callee.kind === 'name' && resolve(scope, callee.name).index === null
      ? findBuiltIn(callee.name)
      : undefined
  if (builtIn !== undefined) {
    return (environment) =>
      environment.run.spend(1) ? builtIn.call(argumentsOf(environment), environment.run) : null
  }
  const target = compile(callee, scope)
  const described = callee.kind === 'name' ? callee.name : 'What is called'
  return (environment) => {
    const called = target(environment)
    if (!(called instanceof FunctionValue)) return environment.run.warn(`${described} is no function`)
    if (!environment.run.spend(1)) return null
    return called.call(argumentsOf(environment), environment.run)
  }
}

export function compileFunction(
  expression: Extract<Expression, { kind: 'function' }>,
  scope: Scope,
  compile: Compile,
): Evaluate {
  const { parameters } = expression
  const typed = parameters.map(({ name, type }) => ({
    name,
    type: type === null ? null : resolveType(type, scope.unit.types),
  }))
  if (expression.external) {
    const mapping = compile(expression.body, scope)
    return (environment) => externalFunction(typed, mapping(environment), environment.run)
  }
  let inner = scope
  for (const { name } of parameters) inner = within(inner, name)
  const { unit } = scope
  const outside = unit.deepest
  unit.deepest = unit.level
  const body = repeated(unit, () => compile(expression.body, inner))
  const height = 1 + unit.deepest - unit.level
  unit.deepest = Math.max(outside, unit.deepest)
  return (environment) =>
    functionOf(typed, height, (values) => {
      let inside: Environment = environment
      for (const value of values) inside = bind(inside, value)
      return body(inside)
    })
}
