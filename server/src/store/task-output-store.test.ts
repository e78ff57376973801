import type { Key } from '@braid/core/base/key.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { openEngineDatabase, type PooledDatabase } from './database.ts'
import type { OutputEntry } from './task-output-port.ts'
import { addOutput, readOutput } from './task-output-store.ts'

let testDatabase: TestDatabase
let database: PooledDatabase
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = openEngineDatabase({ url: testDatabase.url, max: 2, applicationName: 'output-test' })
})
afterAll(async () => {
  await database.close()
  await testDatabase.drop()
})

const say = (instanceKey: Key, entries: readonly OutputEntry[]) =>
  addOutput(
    database,
    entries.map((entry) => ({
      instanceKey,
      taskKey: instanceKey,
      element: 'work',
      attempt: 1,
      at: 1,
      entry,
    })),
    undefined,
  )

/** Sequences of all pages, one after the other. */
async function pages(instanceKey: Key, limits: { readonly limit: number; readonly maxBytes: number }) {
  const read: number[][] = []
  for (let after = 0; ; ) {
    const { entries, more } = await readOutput(database, { instanceKey, after, ...limits })
    read.push(entries.map(({ sequence }) => sequence))
    after = entries.at(-1)?.sequence ?? after
    if (!more) return read
  }
}

test('a page ends with the entry that makes it full, by number or by length', async () => {
  const key = 1 as Key
  const texts = ['é'.repeat(30), 'x'.repeat(39), 'x', '', 'y'.repeat(500), 'z']
  await say(
    key,
    texts.map((message) => ({ kind: 'stdout', message })),
  )
  expect(await pages(key, { limit: 10, maxBytes: 100 })).toEqual([[1, 2, 3], [4, 5], [6]])
  expect(await pages(key, { limit: 2, maxBytes: 100 })).toEqual([[1, 2], [3, 4], [5], [6]])
  expect(await pages(key, { limit: 10, maxBytes: 1 })).toEqual([[1], [2], [3], [4, 5], [6], []])
  const { entries, more } = await readOutput(database, { instanceKey: key, after: 0, limit: 10 })
  expect(entries.map(({ entry }) => 'message' in entry && entry.message)).toEqual(texts)
  expect(more).toBe(false)
})

test('values count, and so do all that a filter leaves', async () => {
  const key = 2 as Key
  const value: OutputEntry = { kind: 'value', value: 'v'.repeat(98) }
  await say(key, [value, { kind: 'stdout', message: 'x'.repeat(100) }, value, value])
  expect(await pages(key, { limit: 10, maxBytes: 100 })).toEqual([[1], [2], [3], [4], []])
  const query = { instanceKey: key, after: 0, limit: 10, maxBytes: 150, kind: 'value' } as const
  const { entries, more } = await readOutput(database, query)
  expect([entries.map(({ sequence }) => sequence), more]).toEqual([[1, 3], true])
})
