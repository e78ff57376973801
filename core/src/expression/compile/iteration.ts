import { between, type Domain, domainOf } from '../domain.ts'
import type { Run } from '../run.ts'
import type { Expression, Iterator } from '../syntax.ts'
import type { Value } from '../values.ts'
import { bind, type Environment, type Evaluate, repeated, type Scope, within } from './scope.ts'

type Compile = (expression: Expression, scope: Scope) => Evaluate

type CompiledIterator = { readonly from: Evaluate; readonly to: Evaluate | null }

function compileIterators(
  iterators: readonly Iterator[],
  scope: Scope,
  compile: Compile,
): { compiled: readonly CompiledIterator[]; inner: Scope } {
  let inner = scope
  const compiled: CompiledIterator[] = []
  for (const { name, from, to } of iterators) {
    const outside = inner
    compiled.push({
      from: repeated(scope.unit, () => compile(from, outside)),
      to: to === null ? null : repeated(scope.unit, () => compile(to, outside)),
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
    const domain = domainIn(iterator, outer)
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

function domainIn(iterator: CompiledIterator, environment: Environment): Domain | null {
  const from = iterator.from(environment)
  return iterator.to === null ? domainOf(from) : between(from, iterator.to(environment))
}

export function compileFor(
  expression: Extract<Expression, { kind: 'for' }>,
  scope: Scope,
  compile: Compile,
): Evaluate {
  const { compiled, inner } = compileIterators(expression.iterators, scope, compile)
  const withPartial = within(inner, 'partial')
  const body = repeated(scope.unit, () => compile(expression.body, withPartial))
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
  const condition = repeated(scope.unit, () => compile(expression.condition, inner))
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
