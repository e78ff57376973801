import { both, compare, contains, equal, type Ternary } from '../compare.ts'
import { rangeOf } from '../compile/comparison.ts'
import type { Run } from '../run.ts'
import { RangeValue, type Value } from '../values.ts'
import { parseRange } from './range-literal.ts'
import type { BuiltIns, Overload } from './signature.ts'
import { any, takes, text } from './signature.ts'

/** A point counts as the range that holds nothing else. */
const rangeFrom = (value: Value): RangeValue | null => {
  if (value instanceof RangeValue) return value
  const range = rangeOf(value, true, value, true)
  return range instanceof RangeValue ? range : null
}

type Relation = (left: RangeValue, right: RangeValue, run: Run) => Ternary

/** Which arguments a relation takes: `both` sides may be points, or only one, or none. */
function relation(points: 'both' | 'left' | 'right' | 'none', holds: Relation): readonly Overload[] {
  return [
    takes([any('range1'), any('range2')], (run, left, right) => {
      const leftIsPoint = !(left instanceof RangeValue)
      const rightIsPoint = !(right instanceof RangeValue)
      if (leftIsPoint && points !== 'both' && points !== 'left') return null
      if (rightIsPoint && points !== 'both' && points !== 'right') return null
      const [from, to] = [rangeFrom(left), rangeFrom(right)]
      return from === null || to === null ? null : holds(from, to, run)
    }),
  ]
}

/** The order of two ends; null when they have none. */
const order = (left: Value, right: Value): number | null => compare(left, right)

/** The left range ends before the right one starts. */
function before(left: RangeValue, right: RangeValue): Ternary {
  const between = order(left.end, right.start)
  if (between === null) return null
  return between < 0 || (between === 0 && !(left.endIncluded && right.startIncluded))
}

/** The right range holds every value of the left one. */
function during(left: RangeValue, right: RangeValue): Ternary {
  const [start, end] = [order(right.start, left.start), order(left.end, right.end)]
  if (start === null || end === null) return null
  return both(
    start < 0 || (start === 0 && (right.startIncluded || !left.startIncluded)),
    end < 0 || (end === 0 && (right.endIncluded || !left.endIncluded)),
  )
}

/** The left range starts earlier and ends inside the right one. */
function overlapsBefore(left: RangeValue, right: RangeValue): Ternary {
  const [start, end, touch] = [
    order(left.start, right.start),
    order(left.end, right.end),
    order(left.end, right.start),
  ]
  if (start === null || end === null || touch === null) return null
  const earlier = start < 0 || (start === 0 && left.startIncluded && !right.startIncluded)
  const reaches = touch > 0 || (touch === 0 && left.endIncluded && right.startIncluded)
  const within = end < 0 || (end === 0 && (!left.endIncluded || right.endIncluded))
  return earlier && reaches && within
}

function overlaps(left: RangeValue, right: RangeValue): Ternary {
  const [apart, reversed] = [before(left, right), before(right, left)]
  return apart === null || reversed === null ? null : !apart && !reversed
}

const starts: Relation = (left, right, run) => {
  const same = equal(left.start, right.start, run)
  if (same === null) return null
  return same && left.startIncluded === right.startIncluded ? during(left, right) : false
}

const finishes: Relation = (left, right, run) => {
  const same = equal(left.end, right.end, run)
  if (same === null) return null
  return same && left.endIncluded === right.endIncluded ? during(left, right) : false
}

const meets: Relation = (left, right, run) =>
  both(left.endIncluded && right.startIncluded, equal(left.end, right.start, run))

const flip =
  (holds: Relation): Relation =>
  (left, right, run) =>
    holds(right, left, run)

const coincides: Relation = (left, right, run) => equal(left, right, run)

const startsOrHolds = (left: RangeValue, right: RangeValue): Ternary =>
  isPoint(left) ? contains(right, left.start) : during(left, right)

const isPoint = (range: RangeValue): boolean => compare(range.start, range.end) === 0

/** Ranges from text, and relations of points and ranges (DMN 1.5 §10.3.4.9). */
export const rangeFunctions: BuiltIns = {
  range: [takes([text('from')], (run, value) => (run.spend(100) ? parseRange(value) : null))],
  before: relation('both', before),
  after: relation('both', flip(before)),
  meets: relation('none', meets),
  'met by': relation('none', flip(meets)),
  overlaps: relation('none', overlaps),
  'overlaps before': relation('none', overlapsBefore),
  'overlaps after': relation('none', flip(overlapsBefore)),
  finishes: relation('left', finishes),
  'finished by': relation('right', flip(finishes)),
  includes: relation('right', flip(startsOrHolds)),
  during: relation('left', startsOrHolds),
  starts: relation('left', starts),
  'started by': relation('right', flip(starts)),
  coincides: relation('both', coincides),
}
