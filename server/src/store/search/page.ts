/** Runs a search over one entity: filter, sort, keyset page, bounded count. */
import type { Database } from '../database.ts'
import { type CursorValue, decodeCursor, encodeCursor } from './cursor.ts'
import type { SearchField } from './field.ts'
import { createParameters, type FilterValue, fieldCondition, type Parameters } from './filter.ts'
import { SearchRefused } from './search-refused.ts'

export type Page<Item> = {
  readonly items: readonly Item[]
  readonly page: {
    readonly totalItems: number
    readonly hasMoreTotalItems: boolean
    readonly startCursor?: string
    readonly endCursor?: string
  }
}

export type PageRequest = {
  readonly limit?: number | undefined
  readonly from?: number | undefined
  readonly after?: string | undefined
  readonly before?: string | undefined
}

export type SortRequest = readonly {
  readonly field: string
  readonly order?: 'asc' | 'desc' | undefined
}[]

export type SearchRequest = {
  readonly filter: Readonly<Record<string, FilterValue | undefined>>
  readonly sort?: SortRequest | undefined
  readonly page?: PageRequest | undefined
}

export type SearchableEntity = {
  /** Columns of a row. */
  readonly select: string
  readonly from: string
  /** Unique; the last sort criterion. */
  readonly key: string
  readonly fields: Readonly<Record<string, SearchField>>
}

export type Row = Readonly<Record<string, unknown>>

export const defaultLimit = 100
/** Counting more would read as many rows. */
export const countLimit = 10_000

type Order = { readonly field: SearchField; readonly descending: boolean }

function fieldOf(entity: SearchableEntity, name: string): SearchField {
  const field = Object.hasOwn(entity.fields, name) ? entity.fields[name] : undefined
  if (field === undefined) {
    throw new SearchRefused(
      `expected a field of ${Object.keys(entity.fields).join(', ')}, but found ${JSON.stringify(name)}`,
    )
  }
  return field
}

function ordersOf(entity: SearchableEntity, sort: SortRequest = []): readonly Order[] {
  const orders = sort.map(({ field, order }) => ({
    field: fieldOf(entity, field),
    descending: order === 'desc',
  }))
  const key: SearchField = { sql: entity.key, type: 'bigint', required: true }
  return [...orders, { field: key, descending: orders.at(-1)?.descending ?? false }]
}

/** Null counts as larger than every value, as PostgreSQL sorts it. */
function beyond({ field, descending }: Order, value: CursorValue, parameters: Parameters): string {
  const { sql, type } = field
  if (value === null) return descending ? `${sql} is not null` : 'false'
  const bound = `${parameters.add(value)}::${type}`
  if (descending) return `${sql} < ${bound}`
  return field.required === true ? `${sql} > ${bound}` : `(${sql} > ${bound} or ${sql} is null)`
}

function same({ field }: Order, value: CursorValue, parameters: Parameters): string {
  return value === null ? `${field.sql} is null` : `${field.sql} = ${parameters.add(value)}::${field.type}`
}

/** Rows after a cursor: beyond it in one criterion and level in all before that. */
export function keysetCondition(
  orders: readonly Order[],
  values: readonly CursorValue[],
  parameters: Parameters,
): string {
  const steps = orders.map((order, index) => {
    const level = orders.slice(0, index).map((before, at) => same(before, values[at] ?? null, parameters))
    return `(${[...level, beyond(order, values[index] ?? null, parameters)].join(' and ')})`
  })
  const [first] = orders
  const [value] = values
  // Says once more where to begin, in words that an index understands.
  const start =
    first?.field.required === true && value !== undefined
      ? `${first.field.sql} ${first.descending ? '<=' : '>='} ${parameters.add(value)}::${first.field.type} and `
      : ''
  return `${start}(${steps.join(' or ')})`
}

const orderBy = (orders: readonly Order[]): string =>
  orders.map(({ field, descending }) => `${field.sql}${descending ? ' desc' : ''}`).join(', ')

export function filterConditions(
  entity: SearchableEntity,
  filter: SearchRequest['filter'],
  parameters: Parameters,
): string[] {
  const conditions: string[] = []
  for (const [name, value] of Object.entries(filter)) {
    if (value !== undefined) conditions.push(fieldCondition(fieldOf(entity, name), value, parameters))
  }
  return conditions
}

/** Conditions beyond single fields; they add their own parameters. */
export type ExtraConditions = (parameters: Parameters) => readonly string[]

async function countItems(
  database: Database,
  entity: SearchableEntity,
  request: SearchRequest,
  extra: ExtraConditions,
): Promise<number> {
  const parameters = createParameters()
  const conditions = [...filterConditions(entity, request.filter, parameters), ...extra(parameters)]
  const rows = await database.run<{ count: number }>({
    text: `
      select count(*) as count from (
        select from ${entity.from}
        where ${conditions.join(' and ') || 'true'}
        limit ${countLimit + 1}
      ) counted`,
    values: parameters.values,
  })
  return rows[0]?.count ?? 0
}

type Fetched = { readonly rows: readonly Row[]; readonly cursors: readonly string[] }

async function fetchRows(
  database: Database,
  entity: SearchableEntity,
  request: SearchRequest,
  extra: ExtraConditions,
): Promise<Fetched> {
  const { limit = defaultLimit, from = 0, after, before } = request.page ?? {}
  const forward = ordersOf(entity, request.sort)
  const sort = (request.sort ?? []).map(({ field, order }) => `${field} ${order ?? 'asc'}`).join()
  const backwards = after === undefined && before !== undefined
  const orders = backwards
    ? forward.map(({ field, descending }) => ({ field, descending: !descending }))
    : forward
  const parameters = createParameters()
  const conditions = [...filterConditions(entity, request.filter, parameters), ...extra(parameters)]
  const cursor = after ?? before
  if (cursor !== undefined) {
    const values = decodeCursor(cursor, sort, orders.length)
    if (!values.ok) throw new SearchRefused(values.error)
    conditions.push(keysetCondition(orders, values.value, parameters))
  }
  const found = await database.run<Row & { readonly sort_values: readonly CursorValue[] }>({
    text: `
      select ${entity.select}, json_build_array(${forward.map(({ field }) => field.sql).join(', ')}) as sort_values
      from ${entity.from}
      where ${conditions.join(' and ') || 'true'}
      order by ${orderBy(orders)}
      limit ${parameters.add(limit)} offset ${parameters.add(cursor === undefined ? from : 0)}`,
    values: parameters.values,
  })
  const rows = backwards ? found.toReversed() : found
  return { rows, cursors: rows.map((row) => encodeCursor(sort, row.sort_values)) }
}

const noExtra: ExtraConditions = () => []

/** The rows of a page and what surrounds them. Throws `SearchRefused` for a cursor that is not of this search. */
export async function searchPage(
  database: Database,
  entity: SearchableEntity,
  request: SearchRequest,
  extra: ExtraConditions = noExtra,
): Promise<Page<Row>> {
  const [{ rows, cursors }, count] = await Promise.all([
    fetchRows(database, entity, request, extra),
    countItems(database, entity, request, extra),
  ])
  return pageOf(rows, cursors, count)
}

/** A page whose rows and cursors are known. */
export function pageOf<Item>(items: readonly Item[], cursors: readonly string[], count: number): Page<Item> {
  const startCursor = cursors[0]
  const endCursor = cursors.at(-1)
  return {
    items,
    page: {
      totalItems: Math.min(count, countLimit),
      hasMoreTotalItems: count > countLimit,
      ...(startCursor === undefined ? {} : { startCursor }),
      ...(endCursor === undefined ? {} : { endCursor }),
    },
  }
}

/** One row by key. */
export async function findRow(
  database: Database,
  entity: SearchableEntity,
  key: number,
): Promise<Row | undefined> {
  const [row] = await database.run<Row>({
    text: `select ${entity.select} from ${entity.from} where ${entity.key} = $1`,
    values: [key],
  })
  return row
}
