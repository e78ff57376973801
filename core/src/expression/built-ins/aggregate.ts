import { compare, equal } from '../compare.ts'
import { compareNumbers, divide, fromDecimal, multiply, subtract, toDecimal } from '../number.ts'
import type { Run } from '../run.ts'
import { addTemporal } from '../temporal/arithmetic.ts'
import { type FeelNumber, isNumber, isSpecial, type Value } from '../values.ts'
import { sumOf } from './numeric.ts'
import type { BuiltIns, Overload } from './signature.ts'
import { any, list, takes, takesItems } from './signature.ts'

/** The items as numbers; null when one of them is none or the work is too much. */
function numbers(run: Run, items: readonly Value[]): readonly FeelNumber[] | null {
  return run.spend(items.length) && items.every(isNumber) ? items : null
}

/** A function of a list of numbers, null for an empty one. */
const ofNumbers = (body: (values: readonly FeelNumber[]) => Value): readonly Overload[] => [
  takesItems('list', (run, items) => {
    const values = numbers(run, items)
    return values === null || values.length === 0 ? null : body(values)
  }),
]

/** The item that comes first in an order; null when two items have none. */
const extreme = (sign: number): readonly Overload[] => [
  takesItems('list', (run, items) => {
    if (!run.spend(items.length)) return null
    let best: Value = items[0] ?? null
    for (const item of items) {
      const order = compare(item, best)
      if (order === null) return null
      if (order * sign > 0) best = item
    }
    return best
  }),
]

function mean(values: readonly FeelNumber[]): FeelNumber | null {
  const total = sumOf(values)
  return total === null ? null : divide(total, values.length)
}

const sorted = (values: readonly FeelNumber[]): readonly FeelNumber[] => values.toSorted(compareNumbers)

function median(values: readonly FeelNumber[]): Value {
  const ordered = sorted(values)
  const middle = ordered.length >> 1
  if (ordered.length % 2 === 1) return ordered[middle]!
  return mean([ordered[middle - 1]!, ordered[middle]!])
}

/** Deviation of a sample: divides by one less than the number of values. */
function deviation(values: readonly FeelNumber[]): Value {
  const center = mean(values)
  if (center === null || values.length < 2) return null
  const squares: FeelNumber[] = []
  for (const value of values) {
    const distance = subtract(value, center)
    const square = distance === null ? null : multiply(distance, distance)
    if (square === null) return null
    squares.push(square)
  }
  const total = sumOf(squares)
  const variance = total === null ? null : divide(total, values.length - 1)
  return variance === null ? null : fromDecimal(toDecimal(variance).sqrt())
}

function mode(values: readonly FeelNumber[]): Value {
  const found: FeelNumber[] = []
  let most = 0
  let length = 0
  const ordered = sorted(values)
  for (const [index, value] of ordered.entries()) {
    const previous = ordered[index - 1]
    length = previous !== undefined && compareNumbers(previous, value) === 0 ? length + 1 : 1
    if (length < most) continue
    if (length > most) found.length = 0
    most = length
    found.push(value)
  }
  return found
}

/** True when one item decides, null when one is unknown, else the opposite. */
const logic = (decisive: boolean): readonly Overload[] => [
  takesItems('list', (run, items) => {
    if (!run.spend(items.length)) return null
    if (items.includes(decisive)) return decisive
    return items.every((item) => item === !decisive) ? !decisive : null
  }),
]

export const aggregateFunctions: BuiltIns = {
  count: [takes([list('list')], (_run, items) => items.length)],
  min: extreme(-1),
  max: extreme(1),
  sum: [
    takesItems('list', (run, items) => {
      const [first] = items
      if (first !== undefined && isSpecial(first) && run.spend(items.length)) {
        return items.slice(1).reduce<Value>((total, item) => addTemporal(total, item), first)
      }
      const values = numbers(run, items)
      return values === null || values.length === 0 ? null : sumOf(values)
    }),
  ],
  product: ofNumbers((values) =>
    values.reduce<FeelNumber | null>((total, value) => (total === null ? null : multiply(total, value)), 1),
  ),
  mean: ofNumbers(mean),
  median: ofNumbers(median),
  stddev: ofNumbers(deviation),
  mode: [
    takesItems('list', (run, items) => {
      const values = numbers(run, items)
      return values === null ? null : mode(values)
    }),
  ],
  all: logic(false),
  any: logic(true),
  and: logic(false),
  or: logic(true),
  'list contains': [
    takes([list('list'), any('element')], (run, items, element) =>
      items.some((item) => run.spend(1) && equal(item, element, run) === true),
    ),
  ],
}
