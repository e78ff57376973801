import { atMost, both, compare, equal, lessThan, type Ternary } from '../compare.ts'
import type { Run } from '../run.ts'
import type { ComparisonOperator } from '../syntax.ts'
import { RangeValue, typeOf, type Value } from '../values.ts'
import type { Evaluate } from './scope.ts'

/** The answer of one comparison sign. */
export const comparisons: Readonly<
  Record<ComparisonOperator, (left: Value, right: Value, run: Run) => Ternary>
> = {
  '=': equal,
  '!=': (left, right, run) => {
    const same = equal(left, right, run)
    return same === null ? null : !same
  },
  '<': lessThan,
  '<=': atMost,
  '>': (left, right) => lessThan(right, left),
  '>=': (left, right) => atMost(right, left),
}

export function compileComparison(operator: ComparisonOperator, left: Evaluate, right: Evaluate): Evaluate {
  const holds = comparisons[operator]
  return (environment) => {
    const [from, to] = [left(environment), right(environment)]
    return holds(from, to, environment.run) ?? noOrder(environment.run, from, operator, to)
  }
}

/** Notes that two values are not comparable. */
export const noOrder = (run: Run, left: Value, operator: string, right: Value): null =>
  run.warn(`A ${typeOf(left)} and a ${typeOf(right)} can't be compared by ${operator}`)

export const compileBetween =
  (operand: Evaluate, low: Evaluate, high: Evaluate): Evaluate =>
  (environment) => {
    const [value, from, to] = [operand(environment), low(environment), high(environment)]
    const held = both(atMost(from, value), atMost(value, to))
    return held ?? noOrder(environment.run, value, 'between', from === null ? from : to)
  }

export function compileRange(
  bounds: { readonly startIncluded: boolean; readonly endIncluded: boolean },
  start: Evaluate,
  end: Evaluate,
): Evaluate {
  const { startIncluded, endIncluded } = bounds
  return (environment) => {
    const [from, to] = [start(environment), end(environment)]
    return rangeOf(from, startIncluded, to, endIncluded) ?? noRange(environment.run, from, to)
  }
}

const noRange = (run: Run, start: Value, end: Value): null =>
  run.warn(`There is no range from a ${typeOf(start)} to a ${typeOf(end)}`)

/** A range needs ends of one ordered kind; an interval may have null for one of them. */
export function rangeOf(
  start: Value,
  startIncluded: boolean,
  end: Value,
  endIncluded: boolean,
  sign: RangeValue['sign'] = null,
): Value {
  if (start === null && end === null) return null
  if (start !== null && end !== null && compare(start, end) === null) return null
  if ((start !== null && compare(start, start) === null) || (end !== null && compare(end, end) === null))
    return null
  return new RangeValue(start, startIncluded, end, endIncluded, sign)
}

/** A unary test outside of a test is the range it describes. */
export function compileUnaryTest(operator: ComparisonOperator, endpoint: Evaluate): Evaluate {
  return (environment) => {
    const value = endpoint(environment)
    if (value === null) return null
    switch (operator) {
      case '=':
        return rangeOf(value, true, value, true, operator)
      case '<':
      case '<=':
        return rangeOf(null, false, value, operator === '<=', operator)
      case '>':
      case '>=':
        return rangeOf(value, operator === '>=', null, false, operator)
      default:
        return null
    }
  }
}
