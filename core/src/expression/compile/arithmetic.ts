import {
  add,
  Decimal128,
  divide,
  fromDecimal,
  multiply,
  negate,
  power,
  powerSteps,
  subtract,
  toDecimal,
} from '../number.ts'
import type { Run } from '../run.ts'
import type { ArithmeticOperator, Expression } from '../syntax.ts'
import {
  addTemporal,
  multiplyTemporal,
  negateTemporal,
  scaleDuration,
  subtractTemporal,
} from '../temporal/arithmetic.ts'
import {
  DateTimeValue,
  DaysDuration,
  isNumber,
  isSpecial,
  MonthsDuration,
  typeOf,
  type Value,
} from '../values.ts'
import type { Evaluate, Scope } from './scope.ts'

type Compile = (expression: Expression, scope: Scope) => Evaluate

type Operation = (left: Value, right: Value, run: Run) => Value

/** Applies an operation and notes where FEEL has no result for it. */
function applied(operator: ArithmeticOperator, left: Value, right: Value, run: Run): Value {
  const result = operations[operator](left, right, run)
  return result ?? run.warn(`There is no ${typeOf(left)} ${operator} ${typeOf(right)} with these values`)
}

const operations: Readonly<Record<ArithmeticOperator, Operation>> = {
  '+': (left, right, run) => {
    if (isNumber(left) && isNumber(right)) return add(left, right)
    if (typeof left === 'string' && typeof right === 'string') {
      return run.allow(left.length + right.length) ? left + right : null
    }
    return run.spend(zoneSteps(left) + zoneSteps(right)) ? addTemporal(left, right) : null
  },
  '-': (left, right, run) => {
    if (isNumber(left) && isNumber(right)) return subtract(left, right)
    return run.spend(zoneSteps(left) + zoneSteps(right)) ? subtractTemporal(left, right) : null
  },
  '*': (left, right) =>
    isNumber(left) && isNumber(right) ? multiply(left, right) : multiplyTemporal(left, right),
  '/': (left, right) => {
    if (isNumber(left) && isNumber(right)) return divide(left, right)
    return isNumber(right) || isSpecial(right) ? divideDuration(left, right) : null
  },
  '**': (left, right, run) =>
    isNumber(left) && isNumber(right) && run.spend(powerSteps(right)) ? power(left, right) : null,
}

/** Fuel for looking up a named zone, which takes tens of microseconds. */
const zoneSteps = (value: Value): number =>
  value instanceof DateTimeValue && typeof value.zone === 'string' ? 100 : 1

/** A duration by a number is a duration, by a duration of its kind a number. */
function divideDuration(left: Value, right: Value): Value {
  if (!isSpecial(left)) return null
  if (isNumber(right)) {
    const divisor = toDecimal(right)
    return divisor.isZero() ? null : scaleDuration(left, new Decimal128(1).div(divisor))
  }
  if (left instanceof DaysDuration && right instanceof DaysDuration && right.nanos !== 0n) {
    return fromDecimal(new Decimal128(String(left.nanos)).div(String(right.nanos)))
  }
  if (left instanceof MonthsDuration && right instanceof MonthsDuration) {
    return divide(left.months, right.months)
  }
  return null
}

export function compileArithmetic(
  expression: Extract<Expression, { kind: 'arithmetic' }>,
  scope: Scope,
  compile: Compile,
): Evaluate {
  const first = compile(expression.first, scope)
  const steps = expression.rest.map(({ operator, operand }) => ({
    operator,
    operand: compile(operand, scope),
  }))
  const [only] = steps
  if (steps.length === 1 && only !== undefined) {
    const { operator, operand } = only
    return (environment) => applied(operator, first(environment), operand(environment), environment.run)
  }
  return (environment) => {
    let result = first(environment)
    for (const { operator, operand } of steps) {
      result = applied(operator, result, operand(environment), environment.run)
    }
    return result
  }
}

export const compileNegation =
  (operand: Evaluate): Evaluate =>
  (environment) => {
    const value = operand(environment)
    if (isNumber(value)) return negate(value)
    const negated = isSpecial(value) ? negateTemporal(value) : null
    return negated ?? environment.run.warn(`There is no negative of a ${typeOf(value)}`)
  }
