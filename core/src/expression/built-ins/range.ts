import { both, compare, contains, equal, type Ternary } from '../compare.ts'
import { rangeOf } from '../compile/comparison.ts'
import type { Run } from '../run.ts'
import { RangeValue, type Value } from '../values.ts'
import { parseRange } from './range-literal.ts'
import type { BuiltIns, Overload } from './signature.ts'
import { point, range, takes, text } from './signature.ts'

/** A point counts as the range that holds nothing else. */
const rangeFrom = (value: Value): RangeValue | null => {
  if (value instanceof RangeValue) return value
  const range = rangeOf(value, true, value, true)
  return range instanceof RangeValue ? range : null
}

type Relation = (left: RangeValue, right: RangeValue, run: Run) => Ternary

type Form = 'point-point' | 'point-range' | 'range-point' | 'range-range'
type Compared = (run: Run, left: Value, right: Value) => Ternary

/** Each form with its own names of parameters. */
const forms: Readonly<Record<Form, (compared: Compared) => Overload>> = {
  'point-point': (compared) => takes([point('point1'), point('point2')], compared),
  'point-range': (compared) => takes([point('point'), range('range')], compared),
  'range-point': (compared) => takes([range('range'), point('point')], compared),
  'range-range': (compared) => takes([range('range1'), range('range2')], compared),
}

/** `before(point, range)` and `before(range, point)` share their names: what is written first comes first. */
const inOrder = (form: Form, overload: Overload): Overload => ({
  ...overload,
  apply: (args, run) => {
    const written = args.kind === 'named' ? [...args.values.keys()].join('-') : form
    return written.startsWith('point') === form.startsWith('point') ? overload.apply(args, run) : undefined
  },
})

/** The forms of a relation of points and ranges. */
const relation = (allowed: readonly Form[], holds: Relation): readonly Overload[] =>
  allowed.map((form) => {
    const overload = forms[form]((run, left, right) => {
      const [from, to] = [rangeFrom(left), rangeFrom(right)]
      return from === null || to === null ? null : holds(from, to, run)
    })
    return allowed === all ? inOrder(form, overload) : overload
  })

const all = ['point-point', 'point-range', 'range-point', 'range-range'] as const
const alike = ['point-point', 'range-range'] as const
const ofRanges = ['range-range'] as const
const inRange = ['point-range', 'range-range'] as const
const ofRange = ['range-point', 'range-range'] as const

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
  before: relation(all, before),
  after: relation(all, flip(before)),
  meets: relation(ofRanges, meets),
  'met by': relation(ofRanges, flip(meets)),
  overlaps: relation(ofRanges, overlaps),
  'overlaps before': relation(ofRanges, overlapsBefore),
  'overlaps after': relation(ofRanges, flip(overlapsBefore)),
  finishes: relation(inRange, finishes),
  'finished by': relation(ofRange, flip(finishes)),
  includes: relation(ofRange, flip(startsOrHolds)),
  during: relation(inRange, startsOrHolds),
  starts: relation(inRange, starts),
  'started by': relation(ofRange, flip(starts)),
  coincides: relation(alike, coincides),
}
