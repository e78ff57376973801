/** Sorted, disjoint ranges of code points. */
type CodePoints = readonly (readonly [from: number, to: number])[]

const lastCodePoint = 0x10_ff_ff

/** Classes in classes; nobody subtracts deeper. */
const depthLimit = 8

const escapes: Readonly<Record<string, CodePoints>> = {
  n: [[10, 10]],
  r: [[13, 13]],
  t: [[9, 9]],
  d: [[48, 57]],
  s: [
    [9, 10],
    [13, 13],
    [32, 32],
  ],
  w: [
    [48, 57],
    [65, 90],
    [95, 95],
    [97, 122],
  ],
}

/**
 * Rewrites a character class with a subtraction, such as `[a-z-[aeiou]]` (XML Schema Part 2, appendix F), which the engine
 * doesn't know, to one without. Null when the class that starts here has no subtraction, undefined when it can't be
 * rewritten: properties (`\p{…}`) have too many ranges.
 */
export function readSubtraction(
  pattern: string,
  start: number,
): { readonly text: string; readonly last: number } | null | undefined {
  const end = endOfPlainClass(pattern, start)
  if (end === undefined) return undefined
  if (pattern[end] === ']') return null
  const read = readClass(pattern, start, 0)
  return read === undefined ? undefined : { text: write(read.points), last: read.last }
}

/** The index of the bracket that closes the class or opens what is subtracted. */
function endOfPlainClass(pattern: string, start: number): number | undefined {
  for (let at = start + 1; at < pattern.length; at++) {
    const char = pattern[at]
    if (char === '\\') at++
    else if (char === ']' || (char === '[' && pattern[at - 1] === '-')) return at
  }
  return undefined
}

type ReadClass = { readonly points: CodePoints; readonly last: number }

function readClass(pattern: string, start: number, depth: number): ReadClass | undefined {
  let at = start + 1
  const negated = pattern[at] === '^'
  if (negated) at++
  const ranges: (readonly [number, number])[] = []
  while (at < pattern.length && depth <= depthLimit) {
    if (pattern[at] === ']') return { points: finish(ranges, negated), last: at }
    if (pattern.startsWith('-[', at)) {
      const inner = readClass(pattern, at + 1, depth + 1)
      if (inner === undefined || pattern[inner.last + 1] !== ']') return undefined
      return { points: subtract(finish(ranges, negated), inner.points), last: inner.last + 1 }
    }
    const from = readItem(pattern, at)
    if (from === undefined) return undefined
    at += from.length
    const to = isRange(pattern, at) ? readItem(pattern, at + 1) : undefined
    const [low, high] = [single(from.points), to === undefined ? undefined : single(to.points)]
    if (to === undefined) ranges.push(...from.points)
    else if (low === undefined || high === undefined || low > high) return undefined
    else {
      ranges.push([low, high])
      at += 1 + to.length
    }
  }
  return undefined
}

const isRange = (pattern: string, at: number): boolean =>
  pattern[at] === '-' && pattern[at + 1] !== '[' && pattern[at + 1] !== ']'

const single = (points: CodePoints): number | undefined =>
  points.length === 1 && points[0]![0] === points[0]![1] ? points[0]![0] : undefined

function readItem(pattern: string, at: number): { points: CodePoints; length: number } | undefined {
  const escaped = pattern[at] === '\\'
  const point = pattern.codePointAt(escaped ? at + 1 : at)
  if (point === undefined) return undefined
  const char = String.fromCodePoint(point)
  const length = char.length + (escaped ? 1 : 0)
  if (!escaped || !/[A-Za-z0-9]/.test(char)) return { points: [[point, point]], length }
  const lower = char.toLowerCase()
  if (!Object.hasOwn(escapes, lower)) return undefined
  const points = escapes[lower]!
  if (lower === char) return { points, length }
  return 'DSW'.includes(char) ? { points: complement(points), length } : undefined
}

const finish = (ranges: CodePoints, negated: boolean): CodePoints =>
  negated ? complement(normalize(ranges)) : normalize(ranges)

function normalize(ranges: CodePoints): CodePoints {
  const result: [number, number][] = []
  for (const [from, to] of ranges.toSorted((left, right) => left[0] - right[0])) {
    const last = result.at(-1)
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else result.push([from, to])
  }
  return result
}

function complement(points: CodePoints): CodePoints {
  const result: [number, number][] = []
  let next = 0
  for (const [from, to] of points) {
    if (from > next) result.push([next, from - 1])
    next = to + 1
  }
  if (next <= lastCodePoint) result.push([next, lastCodePoint])
  return result
}

/** `a` without `b` is what neither lies outside of `a` nor in `b`. */
const subtract = (from: CodePoints, taken: CodePoints): CodePoints =>
  complement(normalize([...complement(from), ...taken]))

function write(points: CodePoints): string {
  const hex = (point: number) => `\\x{${point.toString(16)}}`
  // A class that holds nothing is written as one that no character is in.
  if (points.length === 0) return '[^\\x{0}-\\x{10ffff}]'
  return `[${points.map(([from, to]) => `${hex(from)}-${hex(to)}`).join('')}]`
}
