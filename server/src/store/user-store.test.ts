import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { type AccessStore, createAccessStore } from './access.ts'
import { openEngineDatabase, type PooledDatabase } from './database.ts'
import { createUserStore, type UserStore } from './user-store.ts'

let testDatabase: TestDatabase
let database: PooledDatabase
let users: UserStore
let access: AccessStore
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = openEngineDatabase({ url: testDatabase.url, max: 4, applicationName: 'user-test' })
  users = createUserStore(database)
  access = createAccessStore(database)
})
afterAll(async () => {
  await database.close()
  await testDatabase.drop()
})

const create = (username: string, email?: string) =>
  users.create({ username, displayName: username, email, role: 'user', passwordHash: 'old', now: 1_000 })

async function created(username: string): Promise<string> {
  const user = await create(username)
  if ('taken' in user) throw new Error(`${username} is taken`)
  return user.userId
}

const open = (userId: string, secret: string, passwordHash?: string) =>
  access.openSession(
    { userId, ...(passwordHash === undefined ? {} : { passwordHash }) },
    {
      sessionHash: Buffer.from(secret),
      now: 1_000,
      expiresAt: 9_000,
      userAgent: undefined,
      address: undefined,
    },
  )
const isOpen = async (secret: string) => (await access.findSession(Buffer.from(secret), 2_000)) !== undefined

test('names and mail addresses are taken in any case, also when many ask at once', async () => {
  const answers = await Promise.all(
    ['ada', 'Ada', 'ADA'].map((username) => create(username, 'ada@example.org')),
  )
  expect(answers.filter((answer) => 'taken' in answer)).toHaveLength(2)
  expect(await create('aDA')).toEqual({ taken: 'username' })
  expect(await create('countess', 'ADA@example.org')).toEqual({ taken: 'email' })
  expect(await users.find('adA')).toMatchObject({ email: 'ada@example.org', passwordHash: 'old' })
})

test('a change leaves alone what it does not name, and a taken address changes nothing', async () => {
  const userId = await created('grace')
  await users.update({ userId, email: 'grace@example.org', role: 'operator' })
  expect(await users.update({ userId, displayName: 'Grace' })).toMatchObject({
    displayName: 'Grace',
    email: 'grace@example.org',
    role: 'operator',
  })
  await create('rear-admiral', 'hopper@example.org')
  expect(
    await users.update({ userId, displayName: 'x', email: 'Hopper@example.org', passwordHash: 'new' }),
  ).toEqual({ taken: 'email' })
  expect(await users.find('grace')).toMatchObject({ displayName: 'Grace', passwordHash: 'old' })
  expect(await users.update({ userId, email: null })).not.toHaveProperty('email')
  expect(await users.update({ userId: '999999', displayName: 'x' })).toBeUndefined()
})

describe('a new password', () => {
  test('ends every session but the one it is set from', async () => {
    const userId = await created('barbara')
    const kept = await open(userId, 'barbara-1')
    await open(userId, 'barbara-2')
    await users.update({ userId, passwordHash: 'new', keptSession: kept?.sessionId })
    expect([await isOpen('barbara-1'), await isOpen('barbara-2')]).toEqual([true, false])
  })

  test('leaves no session of the old one, however the two meet', async () => {
    const userId = await created('margaret')
    for (let round = 0; round < 20; round += 1) {
      const secret = `margaret-${round}`
      await Promise.all([
        open(userId, secret, `password ${round}`),
        users.update({ userId, passwordHash: `password ${round + 1}` }),
      ])
      expect(await isOpen(secret)).toBe(false)
    }
  })

  test('is not undone by hashing the old one anew', async () => {
    const userId = await created('radia')
    await users.update({ userId, passwordHash: 'new' })
    await users.renewPasswordHash(userId, 'old', 'old, hashed anew')
    expect(await users.find('radia')).toMatchObject({ passwordHash: 'new' })
    await users.renewPasswordHash(userId, 'new', 'new, hashed anew')
    expect(await users.find('radia')).toMatchObject({ passwordHash: 'new, hashed anew' })
  })
})

test('whoever goes takes sessions and API keys along', async () => {
  const userId = await created('leaving')
  await open(userId, 'leaving-1')
  const key = { name: 'key', grants: ['*'], now: 1_000, createdBy: 'leaving', expiresAt: undefined }
  await access.createApiKey({ ...key, secretHash: Buffer.from('key'), userId })
  expect(await access.findApiKey(Buffer.from('key'), 2_000)).toMatchObject({ userId, role: 'user' })
  expect(await users.delete(userId)).toBe(true)
  expect(await users.delete(userId)).toBe(false)
  expect(await isOpen('leaving-1')).toBe(false)
  expect(await access.findApiKey(Buffer.from('key'), 2_000)).toBeUndefined()
  expect(await users.find('leaving')).toBeUndefined()
})
