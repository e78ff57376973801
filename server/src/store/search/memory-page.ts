/** The same searches over items in memory: filter, sort, page. For what is derived and has no table. */
import { decodeCursor, encodeCursor } from './cursor.ts'
import { type FilterValue, likePattern } from './filter.ts'
import { defaultLimit, type Page, pageOf, type SearchRequest } from './page.ts'
import { SearchRefused } from './search-refused.ts'

type Value = string | number | boolean | undefined

export type MemoryField<Item> = {
  /** A value that compares as it should: numbers for keys and times. */
  readonly read: (item: Item) => Value
  readonly toStored?: (value: string | number | boolean) => Value
}

/** A LIKE pattern as a regular expression without back-tracking traps: `%` matches lazily, the rest is literal. */
function matchesLike(text: string, pattern: string): boolean {
  let source = ''
  for (let index = 0; index < pattern.length; index++) {
    const char = pattern.charAt(index)
    if (char === '%') source += '[^]*?'
    else if (char === '_') source += '[^]'
    else source += (char === '\\' ? pattern.charAt(++index) : char).replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  }
  return new RegExp(`^${source}$`).test(text)
}

function satisfies<Item>(field: MemoryField<Item>, item: Item, filter: FilterValue): boolean {
  const value = field.read(item)
  const stored = (wanted: string | number | boolean): Value =>
    field.toStored === undefined ? wanted : field.toStored(wanted)
  if (typeof filter !== 'object') return value === stored(filter)
  const { $eq, $neq, $exists, $in, $notIn, $gt, $gte, $lt, $lte, $like } = filter
  const compare = (bound: string | number | boolean | undefined, test: (order: number) => boolean): boolean =>
    bound === undefined || (value !== undefined && test(compareValues(value, stored(bound))))
  return (
    ($eq === undefined || value === stored($eq)) &&
    ($neq === undefined || value !== stored($neq)) &&
    ($exists === undefined || (value !== undefined) === $exists) &&
    ($in === undefined || $in.some((wanted) => value === stored(wanted))) &&
    ($notIn === undefined || $notIn.every((wanted) => value !== stored(wanted))) &&
    compare($gt, (order) => order > 0) &&
    compare($gte, (order) => order >= 0) &&
    compare($lt, (order) => order < 0) &&
    compare($lte, (order) => order <= 0) &&
    ($like === undefined || (value !== undefined && matchesLike(String(value), likePattern($like))))
  )
}

/** Absent values come last, as in the database. */
function compareValues(a: Value, b: Value): number {
  if (a === b) return 0
  if (a === undefined) return 1
  if (b === undefined) return -1
  return a < b ? -1 : 1
}

export type MemoryEntity<Item> = {
  readonly key: (item: Item) => number
  readonly fields: Readonly<Record<string, MemoryField<Item>>>
}

function fieldOf<Item>(entity: MemoryEntity<Item>, name: string): MemoryField<Item> {
  const field = Object.hasOwn(entity.fields, name) ? entity.fields[name] : undefined
  if (field === undefined) {
    throw new SearchRefused(
      `expected a field of ${Object.keys(entity.fields).join(', ')}, but found ${JSON.stringify(name)}`,
    )
  }
  return field
}

function sortItems<Item>(
  entity: MemoryEntity<Item>,
  items: readonly Item[],
  sort: SearchRequest['sort'],
): readonly Item[] {
  const orders = (sort ?? []).map(({ field, order }) => ({
    field: fieldOf(entity, field),
    sign: order === 'desc' ? -1 : 1,
  }))
  const lastSign = orders.at(-1)?.sign ?? 1
  return items.toSorted((a, b) => {
    for (const { field, sign } of orders) {
      const order = compareValues(field.read(a), field.read(b))
      if (order !== 0) return order * sign
    }
    return (entity.key(a) - entity.key(b)) * lastSign
  })
}

/** Position of the item a cursor names. Items never go, so one that is not there was never on a page. */
function positionOf<Item>(
  entity: MemoryEntity<Item>,
  items: readonly Item[],
  cursor: string,
  sort: string,
): number {
  const values = decodeCursor(cursor, sort, 1)
  const index = values.ok ? items.findIndex((item) => entity.key(item) === values.value[0]) : -1
  if (index === -1)
    throw new SearchRefused('expected a cursor from a page of the same search with the same sort')
  return index
}

/** A page of the items that satisfy the filter. Throws `SearchRefused` for a cursor that is not of this search. */
export function memoryPage<Item>(
  entity: MemoryEntity<Item>,
  items: readonly Item[],
  request: SearchRequest,
): Page<Item> {
  const filters = Object.entries(request.filter).flatMap(([name, value]) =>
    value === undefined ? [] : [{ field: fieldOf(entity, name), value }],
  )
  const kept = items.filter((item) => filters.every(({ field, value }) => satisfies(field, item, value)))
  const sorted = sortItems(entity, kept, request.sort)
  const sort = (request.sort ?? []).map(({ field, order }) => `${field} ${order ?? 'asc'}`).join()
  const { limit = defaultLimit, from = 0, after, before } = request.page ?? {}
  let start = from
  let end = from + limit
  if (after !== undefined) {
    start = positionOf(entity, sorted, after, sort) + 1
    end = start + limit
  } else if (before !== undefined) {
    end = positionOf(entity, sorted, before, sort)
    start = Math.max(0, end - limit)
  }
  const shown = sorted.slice(start, end)
  const cursors = shown.map((item) => encodeCursor(sort, [entity.key(item)]))
  return pageOf(shown, cursors, sorted.length)
}
