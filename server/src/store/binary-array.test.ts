import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmptyDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { encodeInt4s, encodeInt8s, encodeTexts } from './binary-array.ts'
import { openEngineDatabase, type PooledDatabase } from './database.ts'

let created: TestDatabase
let database: PooledDatabase

beforeAll(async () => {
  created = await createEmptyDatabase()
  database = openEngineDatabase({ url: created.url, max: 1, applicationName: 'test' })
})
afterAll(async () => {
  await database.close()
  await created.drop()
})

test('PostgreSQL reads back what was encoded', async () => {
  const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
  const row = fc.tuple(
    orNull(fc.maxSafeInteger()),
    orNull(fc.integer()),
    orNull(fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ''))),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 30 }), async (rows) => {
      const found = await database.run<{ a: number | null; b: number | null; c: string | null }>({
        text: 'select * from unnest($1::bigint[], $2::int[], $3::text[]) as r(a, b, c)',
        values: [
          encodeInt8s(rows.map(([a]) => a)),
          encodeInt4s(rows.map(([, b]) => b)),
          encodeTexts(rows.map(([, , c]) => c)),
        ],
      })
      expect(found.map(({ a, b, c }) => [a, b, c])).toEqual(rows)
    }),
    { numRuns: 100 },
  )
})
