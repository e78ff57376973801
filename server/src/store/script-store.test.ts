import { maxScripts } from '@braid/contract/script.ts'
import type { Key } from '@braid/core/base/key.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { openEngineDatabase, type PooledDatabase } from './database.ts'
import { createScriptStore, type ScriptStore } from './script-store.ts'
import { createUserStore, type UserStore } from './user-store.ts'

let testDatabase: TestDatabase
let database: PooledDatabase
let scripts: ScriptStore
let users: UserStore
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = openEngineDatabase({ url: testDatabase.url, max: 4, applicationName: 'script-test' })
  scripts = createScriptStore(database)
  users = createUserStore(database)
})
afterAll(async () => {
  await database.close()
  await testDatabase.drop()
})

async function owner(username: string): Promise<string> {
  const user = { username, displayName: username, email: undefined, passwordHash: 'x', now: 1 }
  const created = await users.create({ ...user, role: 'developer' })
  if ('taken' in created) throw new Error('taken')
  return created.userId
}

const save = (key: number, ownerId: string, shared = false) =>
  scripts.create({
    key: key as Key,
    ownerId,
    shared,
    name: 'name',
    description: '',
    language: 'bash',
    languageVersion: '5.2',
    source: 'true',
    now: 1,
    createdBy: 'x',
  })

const keysOf = async () =>
  (await database.run<{ key: number }>({ text: 'select key from script order by key' })).map(({ key }) => key)

test('one owner has a thousand scripts at most, another one as many again', async () => {
  const [one, other] = [await owner('one'), await owner('other')]
  for (let key = 1; key <= maxScripts; key += 1) expect(await save(key, one)).toBe(true)
  expect(await save(maxScripts + 1, one)).toBe(false)
  expect(await save(maxScripts + 1, other)).toBe(true)
  expect(await scripts.delete(1 as Key)).toBe(true)
  expect(await save(maxScripts + 2, one)).toBe(true)
  await users.delete(one)
  expect(await keysOf()).toEqual([maxScripts + 1])
  const versions = await database.run({ text: 'select from script_version' })
  expect(versions).toHaveLength(1)
  await users.delete(other)
})

test('a user who goes while scripts are saved leaves no private one behind', async () => {
  for (let round = 0; round < 10; round += 1) {
    const leaving = await owner(`leaving-${round}`)
    const saving = Array.from({ length: 6 }, (_, index) =>
      // The account may be gone by then, which refuses the script.
      save(10_000 + round * 10 + index, leaving, index % 2 === 0).catch(() => false),
    )
    await Promise.all([...saving, users.delete(leaving)])
  }
  const orphans = await database.run({ text: 'select from script where owner_id is null and not shared' })
  expect(orphans).toEqual([])
})
