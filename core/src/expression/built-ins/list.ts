import { compare, equal } from '../compare.ts'
import type { Run } from '../run.ts'
import { FunctionValue, isList, type Value } from '../values.ts'
import type { BuiltIns, Overload } from './signature.ts'
import { any, func, integer, list, optional, takes, text } from './signature.ts'

/** Index of a FEEL position: 1 is the first, -1 the last; undefined outside of `length` items. */
function indexOf(position: number, length: number): number | undefined {
  const index = position > 0 ? position - 1 : length + position
  return position !== 0 && index >= 0 && index < length ? index : undefined
}

function sublist(items: readonly Value[], start: number, length: number | null): Value {
  const from = indexOf(start, items.length)
  if (from === undefined || (length !== null && (length < 1 || from + length > items.length))) return null
  return length === null ? items.slice(from) : items.slice(from, from + length)
}

/** Joins lists; the arguments that are none count as lists of one. */
const concatenate: Overload = {
  arity: null,
  apply(args, run) {
    if (args.kind === 'named') return undefined
    let total = 0
    for (const value of args.values) total += isList(value) ? value.length : 1
    return run.allow(total) && run.spend(total) ? args.values.flat() : null
  },
}

const append: Overload = {
  arity: null,
  apply(args, run) {
    if (args.kind === 'named' || args.values.length === 0) return undefined
    const [first, ...items] = args.values
    const start = first === undefined || first === null ? [] : isList(first) ? first : [first]
    if (first === null) return null
    return run.allow(start.length + items.length) && run.spend(start.length) ? [...start, ...items] : null
  },
}

/** Each value once, in the order of first sight. Plain values are found by hash, others by comparison. */
function distinct(run: Run, items: readonly Value[]): readonly Value[] {
  const plain = new Set<Value>()
  const others: Value[] = []
  const result: Value[] = []
  for (const item of items) {
    if (!run.spend(1)) return []
    if (item === null || typeof item !== 'object') {
      if (plain.has(item)) continue
      plain.add(item)
    } else {
      if (others.some((other) => run.spend(1) && equal(other, item, run) === true)) continue
      others.push(item)
    }
    result.push(item)
  }
  return result
}

/** Each value that comes more than once, in the order of first sight. */
function duplicates(run: Run, items: readonly Value[]): Value {
  const counts: { readonly item: Value; several: boolean }[] = []
  const plain = new Map<Value, (typeof counts)[number]>()
  for (const item of items) {
    if (!run.spend(1)) return null
    const isPlain = item === null || typeof item !== 'object'
    const known = isPlain
      ? plain.get(item)
      : counts.find((other) => run.failure === null && run.spend(1) && equal(other.item, item, run) === true)
    if (known !== undefined) known.several = true
    else {
      const seen = { item, several: false }
      counts.push(seen)
      if (isPlain) plain.set(item, seen)
    }
  }
  return counts.filter((seen) => seen.several).map((seen) => seen.item)
}

const union: Overload = {
  arity: null,
  apply(args, run) {
    const joined = concatenate.apply(args, run)
    return joined === undefined || joined === null || !isList(joined) ? joined : distinct(run, joined)
  },
}

function flatten(run: Run, items: readonly Value[], into: Value[], depth: number): void {
  if (depth > 200) {
    run.fail('SIZE_LIMIT', 'The expression flattens lists nested deeper than 200 levels')
    return
  }
  for (const item of items) {
    if (!run.spend(1)) return
    if (isList(item)) flatten(run, item, into, depth + 1)
    else into.push(item)
  }
}

/** Sorts by a function that says whether its first argument comes before the second; equal items keep their order. */
function sort(run: Run, items: readonly Value[], precedes: FunctionValue | null): Value {
  if (!run.spend(items.length)) return null
  let ordered = true
  const before = (left: Value, right: Value): boolean => {
    if (!run.spend(1)) return false
    if (precedes !== null) return precedes.call({ kind: 'positional', values: [left, right] }, run) === true
    const order = compare(left, right)
    if (order === null) ordered = false
    return order !== null && order < 0
  }
  const result = items.toSorted((left, right) => (before(left, right) ? -1 : before(right, left) ? 1 : 0))
  return ordered ? result : null
}

function listReplace(run: Run, items: readonly Value[], which: Value, item: Value): Value {
  if (!run.spend(items.length)) return null
  if (!(which instanceof FunctionValue)) return null
  const result: Value[] = []
  for (const old of items) {
    const answer = which.call({ kind: 'positional', values: [old, item] }, run)
    if (typeof answer !== 'boolean' || run.failure !== null) return null
    result.push(answer ? item : old)
  }
  return result
}

function join(run: Run, items: readonly Value[], delimiter: string): Value {
  const parts: string[] = []
  let length = 0
  for (const item of items) {
    if (item === null) continue
    if (typeof item !== 'string') return null
    length += item.length + delimiter.length
    if (!run.spend(1) || !run.allow(length)) return null
    parts.push(item)
  }
  return parts.join(delimiter)
}

function partition(run: Run, items: readonly Value[], size: number): Value {
  if (size < 1 || !run.spend(items.length)) return null
  const parts: Value[] = []
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size))
  return parts
}

export const listFunctions: BuiltIns = {
  sublist: [
    takes(
      [list('list'), integer('start position'), optional(integer('length'))],
      (run, items, start, length) => (run.spend(items.length) ? sublist(items, start, length) : null),
    ),
  ],
  append: [append],
  concatenate: [concatenate],
  'insert before': [
    takes([list('list'), integer('position'), any('newItem')], (run, items, position, item) => {
      const index = indexOf(position, items.length)
      return index === undefined || !run.spend(items.length) ? null : items.toSpliced(index, 0, item)
    }),
  ],
  remove: [
    takes([list('list'), integer('position')], (run, items, position) => {
      const index = indexOf(position, items.length)
      return index === undefined || !run.spend(items.length) ? null : items.toSpliced(index, 1)
    }),
  ],
  'list replace': [
    takes([list('list'), integer('position'), any('newItem')], (run, items, position, item) => {
      const index = indexOf(position, items.length)
      return index === undefined || !run.spend(items.length) ? null : items.with(index, item)
    }),
    takes([list('list'), func('match'), any('newItem')], (run, items, which, item) =>
      listReplace(run, items, which, item),
    ),
  ],
  reverse: [takes([list('list')], (run, items) => (run.spend(items.length) ? items.toReversed() : null))],
  'index of': [
    takes([list('list'), any('match')], (run, items, match) => {
      const found: Value[] = []
      for (const [index, item] of items.entries()) {
        if (!run.spend(1)) return null
        if (equal(item, match, run) === true) found.push(index + 1)
      }
      return found
    }),
  ],
  union: [union],
  'distinct values': [takes([list('list')], distinct)],
  'duplicate values': [takes([list('list')], duplicates)],
  flatten: [
    takes([list('list')], (run, items) => {
      const flat: Value[] = []
      flatten(run, items, flat, 0)
      return flat
    }),
  ],
  sort: [
    takes([list('list'), optional(func('precedes'))], (run, items, precedes) => sort(run, items, precedes)),
  ],
  'string join': [
    takes([list('list')], (run, items) => join(run, items, '')),
    takes([list('list'), optional(text('delimiter'))], (run, items, delimiter) =>
      join(run, items, delimiter ?? ''),
    ),
    takes([list('list'), any('delimiter')], (run, items, delimiter) =>
      delimiter === null ? join(run, items, '') : null,
    ),
  ],
  'is empty': [takes([list('list')], (_run, items) => items.length === 0)],
  partition: [takes([list('list'), integer('size')], partition)],
}
