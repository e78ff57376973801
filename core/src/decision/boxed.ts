/** Boxed expressions as closures (DMN 1.5 §10.2). */
import { domainOf } from '../expression/domain.ts'
import { externalFunction } from '../expression/external/external-function.ts'
import { functionOf } from '../expression/user-function.ts'
import { asList, contextOf, FunctionValue, isContext, isNumber, type Value } from '../expression/values.ts'
import type { Boxed, BoxedFunction } from '../model/decision-model.ts'
import { type Evaluate, type Evaluation, type Frame, note, withName } from './evaluation.ts'
import {
  at,
  type Coerce,
  coercionIn,
  declare,
  expressionIn,
  inside,
  type LinkScope,
  withVariables,
} from './link-scope.ts'
import { compileTable } from './table.ts'

/** Calls of the host that a boxed expression nests around what is inside of it. */
const height = 2

/** Turns a boxed expression into a closure, once. Its value is coerced to the type that it declares. */
export function compileBoxed(boxed: Boxed, outer: LinkScope): Evaluate {
  const scope = at(outer, boxed.id)
  const evaluate = compileKind(boxed, scope)
  // A function's type is that of what it returns.
  const typed = boxed.kind === 'function' ? undefined : boxed.type
  const coerce = coercionIn(scope, typed, 'a result')
  return (frame, trace) => {
    const { run } = frame.evaluation
    if (!run.spend(1) || !run.enter(height)) return null
    const value = coerce(evaluate(frame, trace), frame.evaluation)
    run.leave(height)
    return value
  }
}

function compileKind(boxed: Boxed, scope: LinkScope): Evaluate {
  switch (boxed.kind) {
    case 'literal': {
      const value = expressionIn(scope, boxed.feel)
      return ({ evaluation, variables }) => value(evaluation.run, variables)
    }
    case 'table':
      return compileTable(boxed, scope)
    case 'context':
      return compileContext(boxed, scope)
    case 'list':
      return compileList(boxed.items, scope)
    case 'relation':
      return compileRelation(boxed, scope)
    case 'invocation':
      return compileInvocation(boxed, scope)
    case 'conditional': {
      const [condition, yes, no] = [boxed.condition, boxed.yes, boxed.no].map((part) =>
        compileBoxed(part, scope),
      ) as [Evaluate, Evaluate, Evaluate]
      return (frame, trace) => {
        const held = condition(frame)
        if (held === true) return yes(frame, trace)
        if (held === false || held === null) return no(frame, trace)
        return note(
          frame.evaluation,
          'EXPRESSION_NULL',
          'Expected true or false as the condition, got another value',
        )
      }
    }
    case 'filter':
      return compileFilter(boxed, scope)
    case 'for':
    case 'some':
    case 'every':
      return compileIteration(boxed, scope)
    case 'function':
      return compileFunction(boxed, scope)
  }
}

function compileList(items: readonly Boxed[], scope: LinkScope): Evaluate {
  const compiled = items.map((item) => compileBoxed(item, scope))
  return (frame) =>
    frame.evaluation.run.spend(1 + compiled.length) ? compiled.map((item) => item(frame)) : null
}

/** Entries see those before them; the entry without name is the value of the whole. */
function compileContext(boxed: Extract<Boxed, { kind: 'context' }>, outer: LinkScope): Evaluate {
  const scope = inside(outer)
  const entries = boxed.entries.map(({ variable, value }) => {
    const evaluate = compileBoxed(value, scope)
    if (variable === undefined) return { name: undefined, evaluate, coerce: undefined }
    const coerce = coercionIn(scope, variable.type, `a value of "${variable.name}"`)
    declare(scope, variable)
    return { name: variable.name, evaluate, coerce }
  })
  return (frame, trace) => {
    if (!frame.evaluation.run.spend(1 + entries.length)) return null
    const built = new Map<string, Value>()
    const inside: Frame = {
      evaluation: frame.evaluation,
      variables: (name) => {
        const own = built.get(name)
        return own === undefined ? frame.variables(name) : own
      },
    }
    for (const { name, evaluate, coerce } of entries) {
      if (name === undefined) return evaluate(inside, trace)
      const value = evaluate(inside)
      built.set(name, coerce(value, frame.evaluation))
    }
    return contextOf(built)
  }
}

function compileRelation(boxed: Extract<Boxed, { kind: 'relation' }>, scope: LinkScope): Evaluate {
  const columns = boxed.columns.map(({ name, type }) => ({
    name,
    coerce: coercionIn(scope, type, `a value of "${name}"`),
  }))
  const rows = boxed.rows.map((cells) => cells.map((cell) => compileBoxed(cell, scope)))
  return (frame) => {
    if (!frame.evaluation.run.spend(1 + rows.length * (1 + columns.length))) return null
    return rows.map((cells) =>
      contextOf(
        columns.map(({ name, coerce }, index): [string, Value] => [
          name,
          coerce(cells[index]?.(frame) ?? null, frame.evaluation),
        ]),
      ),
    )
  }
}

function compileInvocation(boxed: Extract<Boxed, { kind: 'invocation' }>, scope: LinkScope): Evaluate {
  const callee = compileBoxed(boxed.callee, scope)
  const bindings = boxed.bindings.map(({ parameter, value }) => ({
    name: parameter.name,
    evaluate: value === undefined ? () => null : compileBoxed(value, scope),
    coerce: coercionIn(scope, parameter.type, `an argument for "${parameter.name}"`),
  }))
  return (frame) => {
    const { evaluation } = frame
    const called = callee(frame)
    if (!(called instanceof FunctionValue)) {
      return note(evaluation, 'EXPRESSION_NULL', 'Expected a function to invoke, got another value')
    }
    if (!evaluation.run.spend(1 + bindings.length)) return null
    const values = new Map(
      bindings.map(({ name, evaluate, coerce }) => [name, coerce(evaluate(frame), evaluation)] as const),
    )
    return called.call({ kind: 'named', values }, evaluation.run)
  }
}

/** The function keeps the frame that it was made in. `coerceMore`: what else its result has to be. */
export function compileFunction(boxed: BoxedFunction, outer: LinkScope, coerceMore?: Coerce): Evaluate {
  const scope = at(outer, boxed.id)
  const { parameters } = boxed
  const typed = parameters.map(({ name, type }) => ({
    name,
    type: scope.types.find(type, scope.elementId),
  }))
  const coerce = coercionIn(scope, boxed.type, 'a result of the function')
  const body = compileBoxed(boxed.body, withVariables(scope, parameters))
  if (boxed.language === 'Java') {
    return (frame) => externalFunction(typed, body(frame), frame.evaluation.run)
  }
  return ({ evaluation, variables }) =>
    functionOf(typed, height, (values) => {
      const own = new Map(typed.map(({ name }, index) => [name, values[index] ?? null]))
      const inside = (name: string) => (own.has(name) ? own.get(name) : variables(name))
      const result = coerce(body({ evaluation, variables: inside }), evaluation)
      return coerceMore === undefined ? result : coerceMore(result, evaluation)
    })
}

/** Keeps the items for which the match is true; `item` and the keys of an item are in sight of it. */
function compileFilter(boxed: Extract<Boxed, { kind: 'filter' }>, scope: LinkScope): Evaluate {
  const source = compileBoxed(boxed.source, scope)
  const match = compileBoxed(boxed.match, withVariables(scope, [{ name: 'item' }]))
  return (frame) => {
    const { run } = frame.evaluation
    const list = source(frame)
    if (list === null) return null
    const items = asList(list)
    const kept: Value[] = []
    for (const [index, item] of items.entries()) {
      if (!run.spend(1)) return null
      const held = match(insideItem(frame, item))
      if (index === 0 && isNumber(held)) return itemAt(items, Number(held))
      if (held === true) kept.push(item)
      else if (typeof held !== 'boolean') {
        return note(frame.evaluation, 'EXPRESSION_NULL', 'Expected true or false as the match of a filter')
      }
    }
    return kept
  }
}

const itemAt = (items: readonly Value[], position: number): Value =>
  items.at(position > 0 ? position - 1 : position) ?? null

function insideItem(frame: Frame, item: Value): Frame {
  const inside = withName(frame, 'item', item)
  if (!isContext(item)) return inside
  return {
    evaluation: frame.evaluation,
    variables: (name) => (Object.hasOwn(item, name) ? item[name] : inside.variables(name)),
  }
}

type Iteration = Extract<Boxed, { kind: 'for' | 'some' | 'every' }>

/** `for`, `some` and `every` in boxes (DMN 1.5 §10.2.2.9 to §10.2.2.11). */
function compileIteration(boxed: Iteration, scope: LinkScope): Evaluate {
  const { kind, variable } = boxed
  const source = compileBoxed(boxed.source, scope)
  const coerce = coercionIn(scope, variable.type, `items of "${variable.name}"`)
  const body = compileBoxed(boxed.body, withVariables(scope, [variable, { name: 'partial' }]))
  return (frame) => {
    const { evaluation } = frame
    const domain = domainOf(coerce(source(frame), evaluation))
    if (domain === null) {
      return note(
        evaluation,
        'EXPRESSION_NULL',
        'Expected a list or range to iterate over, got another value',
      )
    }
    const results: Value[] = []
    for (let index = 0; index < domain.length; index++) {
      if (!evaluation.run.spend(1)) return null
      results.push(body(withName(withPartial(frame, results), variable.name, domain.at(index))))
    }
    return kind === 'for' ? results : quantify(results, kind === 'some', evaluation)
  }
}

/** `partial` is what a loop has so far; copied when it is looked at, because values never change. */
const withPartial = ({ evaluation, variables }: Frame, results: readonly Value[]): Frame => ({
  evaluation,
  variables: (name) => {
    if (name !== 'partial') return variables(name)
    const { run } = evaluation
    return run.allow(results.length) && run.spend(results.length) ? results.slice() : null
  },
})

/** Whether any answer (or each, where `decisive` is false) is true; null when one is no truth value. */
function quantify(answers: readonly Value[], decisive: boolean, evaluation: Evaluation): Value {
  if (answers.some((answer) => answer !== null && typeof answer !== 'boolean')) {
    return note(evaluation, 'EXPRESSION_NULL', 'Expected true or false for each item, got another value')
  }
  if (answers.includes(decisive)) return decisive
  return answers.includes(null) ? null : !decisive
}
