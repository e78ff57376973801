import { compare } from '../compare.ts'
import { toInteger } from '../number.ts'
import type { Run } from '../run.ts'
import type { Expression, Iterator } from '../syntax.ts'
import { dateOfEpochDay, epochDayOf } from '../temporal/instant.ts'
import { DateValue, isList, isNumber, RangeValue, type Value } from '../values.ts'
import { bind, type Environment, type Evaluate, type Scope, within } from './scope.ts'

type Compile = (expression: Expression, scope: Scope) => Evaluate

/** What one iterator runs over: a list, or whole numbers or days made on the way. */
type Domain = { readonly length: number; at(index: number): Value }

type CompiledIterator = { readonly from: Evaluate; readonly to: Evaluate | null }

function compileIterators(
  iterators: readonly Iterator[],
  scope: Scope,
  compile: Compile,
): { compiled: readonly CompiledIterator[]; inner: Scope } {
  let inner = scope
  const compiled: CompiledIterator[] = []
  for (const { name, from, to } of iterators) {
    compiled.push({
      from: compile(from, inner),
      to: to === null ? null : compile(to, inner),
    })
    inner = within(inner, name)
  }
  return { compiled, inner }
}

/** Visits every combination until `visit` gives false; false itself when a domain is none. */
function visitAll(
  iterators: readonly CompiledIterator[],
  environment: Environment,
  visit: (environment: Environment) => boolean,
): boolean {
  const run = environment.run
  const step = (depth: number, outer: Environment): 'more' | 'stop' | 'invalid' => {
    const iterator = iterators[depth]
    if (iterator === undefined) return visit(outer) ? 'more' : 'stop'
    const domain = domainOf(iterator, outer)
    if (domain === null) {
      run.warn('A loop has nothing to run over: it takes lists and ranges of whole numbers or dates')
      return 'invalid'
    }
    for (let index = 0; index < domain.length; index++) {
      if (!run.spend(1)) return 'stop'
      const outcome = step(depth + 1, bind(outer, domain.at(index)))
      if (outcome !== 'more') return outcome
    }
    return 'more'
  }
  return step(0, environment) !== 'invalid'
}

function domainOf(iterator: CompiledIterator, environment: Environment): Domain | null {
  const from = iterator.from(environment)
  if (iterator.to !== null) return between(from, iterator.to(environment))
  if (isList(from)) return { length: from.length, at: (index) => from[index]! }
  if (from instanceof RangeValue) return insideOf(from)
  return from === null ? null : { length: 1, at: () => from }
}

/** The whole steps of a closed range; excluded ends are left out. */
function insideOf(range: RangeValue): Domain | null {
  const all = between(range.start, range.end)
  if (all === null || (compare(range.start, range.end) ?? 1) > 0) return null
  const skipped = range.startIncluded ? 0 : 1
  const length = Math.max(0, all.length - skipped - (range.endIncluded ? 0 : 1))
  return { length, at: (index) => all.at(index + skipped) }
}

/** From one whole number or day to another, downwards when the second is smaller. */
function between(from: Value, to: Value): Domain | null {
  if (from instanceof DateValue && to instanceof DateValue) {
    const days = count(epochDayOf(from), epochDayOf(to))
    return { length: days.length, at: (index) => dateOfEpochDay(days.at(index)) }
  }
  const start = isNumber(from) ? toInteger(from) : undefined
  const end = isNumber(to) ? toInteger(to) : undefined
  return start === undefined || end === undefined ? null : count(start, end)
}

function count(start: number, end: number): { length: number; at(index: number): number } {
  const step = start <= end ? 1 : -1
  return { length: Math.abs(end - start) + 1, at: (index) => start + index * step }
}

export function compileFor(
  expression: Extract<Expression, { kind: 'for' }>,
  scope: Scope,
  compile: Compile,
): Evaluate {
  const { compiled, inner } = compileIterators(expression.iterators, scope, compile)
  const withPartial = within(inner, 'partial')
  const body = compile(expression.body, withPartial)
  const usesPartial = withPartial.binding?.used === true
  return (environment) => {
    const run = environment.run
    const results: Value[] = []
    const valid = visitAll(compiled, environment, (inside) => {
      const partial = usesPartial ? snapshot(results, run) : null
      results.push(body(bind(inside, partial)))
      return run.failure === null
    })
    return valid ? results : null
  }
}

/** `partial` is what the loop has so far; copied, because values never change. */
const snapshot = (results: readonly Value[], run: Run): Value =>
  run.allow(results.length) && run.spend(results.length >> 3) ? results.slice() : null

export function compileQuantified(
  expression: Extract<Expression, { kind: 'quantified' }>,
  scope: Scope,
  compile: Compile,
): Evaluate {
  const { compiled, inner } = compileIterators(expression.iterators, scope, compile)
  const condition = compile(expression.condition, inner)
  const decisive = expression.quantifier === 'some'
  return (environment) => {
    let result: boolean | null = !decisive
    const valid = visitAll(compiled, environment, (inside) => {
      const answer = condition(inside)
      if (answer === decisive) {
        result = decisive
        return false
      }
      if (answer !== !decisive) result = null
      return environment.run.failure === null
    })
    return valid ? result : null
  }
}
