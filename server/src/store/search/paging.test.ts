import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmptyDatabase, type TestDatabase } from '../../../../tests/support/database.ts'
import { openEngineDatabase, type PooledDatabase } from '../database.ts'
import { integerField, keyField, textField } from './field.ts'
import { type MemoryEntity, memoryPage } from './memory-page.ts'
import { type PageRequest, type SearchableEntity, type SearchRequest, searchPage } from './page.ts'
import { SearchRefused } from './search-refused.ts'

type Item = { readonly key: number; readonly a: number | null; readonly b: string | null; readonly c: number }

let created: TestDatabase
let database: PooledDatabase
let items: readonly Item[] = []

const entity: SearchableEntity = {
  from: 'item i',
  key: 'i.key',
  select: 'i.key, i.a, i.b, i.c',
  fields: {
    key: keyField('i.key'),
    a: integerField('i.a'),
    b: textField('i.b'),
    c: keyField('i.c'),
  },
}
const memory: MemoryEntity<Item> = {
  key: (item) => item.key,
  fields: {
    key: { read: (item) => item.key, toStored: Number },
    a: { read: (item) => item.a ?? undefined },
    b: { read: (item) => item.b ?? undefined },
    c: { read: (item) => item.c, toStored: Number },
  },
}

beforeAll(async () => {
  created = await createEmptyDatabase()
  database = openEngineDatabase({ url: created.url, max: 2, applicationName: 'test' })
  await database.run({
    text: `create table item (key bigint primary key, a int, b text collate "C", c bigint not null)`,
  })
  const texts = ['x', 'y', '50%', 'a_b', "it's", '\\', null]
  items = Array.from({ length: 60 }, (_, index) => ({
    key: index + 1,
    a: index % 7 === 0 ? null : index % 4,
    b: texts[index % texts.length] ?? null,
    c: index % 5,
  }))
  for (const { key, a, b, c } of items) {
    await database.run({ text: 'insert into item values ($1, $2, $3, $4)', values: [key, a, b, c] })
  }
})
afterAll(async () => {
  await database.close()
  await created.drop()
})

const keysOf = (rows: readonly { readonly key?: unknown }[]): unknown[] => rows.map((row) => row.key)
const searchKeys = async (filter: SearchRequest['filter']) =>
  keysOf((await searchPage(database, entity, { filter, page: { limit: 1_000 } })).items)

const sort = fc.array(
  fc.record({
    field: fc.constantFrom('key', 'a', 'b', 'c'),
    order: fc.constantFrom('asc', 'desc', undefined),
  }),
  { maxLength: 3 },
)

test('pages forwards and backwards are disjoint, complete and in order, for every sort', async () => {
  await fc.assert(
    fc.asyncProperty(sort, fc.integer({ min: 1, max: 25 }), async (wanted, limit) => {
      const request = { filter: {}, sort: wanted }
      const all = keysOf(memoryPage(memory, items, { ...request, page: { limit: 1_000 } }).items)
      for (const run of [
        (page: PageRequest) => searchPage(database, entity, { ...request, page }),
        async (page: PageRequest) => memoryPage(memory, items, { ...request, page }),
      ]) {
        const forwards: unknown[] = []
        let lastPage: { readonly cursor: string | undefined; readonly position: number } | undefined
        for (let page = await run({ limit }); ; page = await run({ limit, after: page.page.endCursor })) {
          if (page.items.length > 0) lastPage = { cursor: page.page.startCursor, position: forwards.length }
          forwards.push(...keysOf(page.items))
          if (page.items.length < limit) break
        }
        expect(forwards).toEqual(all)
        const backwards: unknown[] = []
        for (let cursor = lastPage?.cursor; cursor !== undefined; ) {
          const page: Awaited<ReturnType<typeof run>> = await run({ limit, before: cursor })
          backwards.unshift(...keysOf(page.items))
          cursor = page.page.startCursor
        }
        expect(backwards).toEqual(all.slice(0, lastPage?.position))
      }
    }),
    { numRuns: 40 },
  )
})

test('filters mean the same in the database and in memory', async () => {
  const scalar = fc.constantFrom(0, 1, 2, 3, 9)
  const text = fc.constantFrom('x', 'y', '50%', 'a_b', "it's", '\\', 'none')
  const numbers = fc.record(
    {
      $eq: scalar,
      $neq: scalar,
      $exists: fc.boolean(),
      $in: fc.array(scalar),
      $notIn: fc.array(scalar),
      $gt: scalar,
      $gte: scalar,
      $lt: scalar,
      $lte: scalar,
    },
    { requiredKeys: [] },
  )
  const texts = fc.record(
    {
      $eq: text,
      $neq: text,
      $in: fc.array(text),
      $notIn: fc.array(text),
      $like: fc.constantFrom('*', '?', '*%', 'a_*', '5?\\*', '\\\\', "*'*"),
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(fc.oneof(scalar, numbers), fc.oneof(text, texts), async (a, b) => {
      for (const filter of [{ a }, { b }, { a, b }]) {
        const inMemory = memoryPage(memory, items, { filter, page: { limit: 1_000 } })
        expect(await searchKeys(filter)).toEqual(keysOf(inMemory.items))
      }
    }),
    { numRuns: 100 },
  )
})

test('wildcards are `*` and `?`; everything else is literal, as is what would be SQL', async () => {
  const count = async (b: SearchRequest['filter'][string]) => (await searchKeys({ b })).length
  expect(await count({ $like: '50%' })).toBe(await count('50%'))
  expect(await count({ $like: '%' })).toBe(0)
  expect(await count({ $like: '_' })).toBe(0)
  expect(await count({ $like: 'a?b' })).toBe(await count('a_b'))
  expect(await count("' or true --")).toBe(0)
  expect(await count({ $in: ["'); drop table item; --", "it's"] })).toBe(await count("it's"))
  expect(await searchKeys({})).toHaveLength(items.length)
})

test('names that are not fields are refused, also those of every object', async () => {
  for (const field of ['nothing', 'key; drop table item', '__proto__', 'constructor']) {
    const sorted = { filter: {}, sort: [{ field }] }
    await expect(searchPage(database, entity, sorted)).rejects.toThrow(SearchRefused)
    expect(() => memoryPage(memory, items, sorted)).toThrow(SearchRefused)
    const filtered = { filter: JSON.parse(`{${JSON.stringify(field)}: 1}`) as SearchRequest['filter'] }
    await expect(searchPage(database, entity, filtered)).rejects.toThrow(SearchRefused)
  }
})

test('a cursor that is broken or of another sort is refused', async () => {
  const byA = { filter: {}, sort: [{ field: 'a' }] }
  const { endCursor } = (await searchPage(database, entity, { ...byA, page: { limit: 3 } })).page
  const cursors = [endCursor, 'x', '', Buffer.from('["",{}]').toString('base64url')]
  for (const after of cursors) {
    await expect(searchPage(database, entity, { filter: {}, page: { after } })).rejects.toThrow(SearchRefused)
    expect(() => memoryPage(memory, items, { filter: {}, page: { after } })).toThrow(SearchRefused)
  }
})

test('a page says how many items there are, and starts where asked', async () => {
  const page = await searchPage(database, entity, { filter: {}, page: { from: 55, limit: 10 } })
  expect(page.items).toHaveLength(5)
  expect(page.page).toMatchObject({ totalItems: 60, hasMoreTotalItems: false })
  const none = await searchPage(database, entity, { filter: {}, page: { limit: 0 } })
  expect(none).toEqual({ items: [], page: { totalItems: 60, hasMoreTotalItems: false } })
})
