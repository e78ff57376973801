import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { type AccessStore, createAccessStore } from './access.ts'
import { openEngineDatabase, type PooledDatabase } from './database.ts'

let testDatabase: TestDatabase
let database: PooledDatabase
let access: AccessStore
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = openEngineDatabase({ url: testDatabase.url, max: 4, applicationName: 'access-test' })
  access = createAccessStore(database)
})
afterAll(async () => {
  await database.close()
  await testDatabase.drop()
})

const hash = (secret: string) => createHash('sha256').update(secret).digest()
const link = (token: string) => ({ tokenHash: hash(token), username: 'admin', now: 1_000, expiresAt: 2_000 })
const redeem = (token: string, session: string, now = 1_500) =>
  access.redeemSignInLink({ tokenHash: hash(token), sessionHash: hash(session), now, expiresAt: 9_000 })

describe('sign-in links', () => {
  test('open one session for the administrator, however many ask at once', async () => {
    expect(await access.createSignInLink(link('once'))).toBe(true)
    const opened = await Promise.all(
      Array.from({ length: 8 }, (_, index) => redeem('once', `session-${index}`)),
    )
    expect(opened.filter((session) => session !== undefined)).toEqual([
      { username: 'admin', displayName: 'Administrator', grants: ['*'], createdAt: 1_500, expiresAt: 9_000 },
    ])
  })

  test('are refused after their time, for unknown tokens and unknown users', async () => {
    await access.createSignInLink(link('late'))
    expect(await redeem('late', 'too-late', 2_000)).toBeUndefined()
    expect(await redeem('never made', 'no')).toBeUndefined()
    expect(await access.createSignInLink({ ...link('nobody'), username: 'nobody' })).toBe(false)
  })

  test('that are over are removed when the next one is made', async () => {
    await access.createSignInLink({ ...link('first'), now: 10_000, expiresAt: 20_000 })
    await access.createSignInLink({ ...link('second'), now: 30_000, expiresAt: 40_000 })
    const rows = await database.run<{ expires_at: number }>({ text: 'select expires_at from sign_in_link' })
    expect(rows.map((row) => row.expires_at)).toEqual([40_000])
  })
})

describe('sessions', () => {
  test('are found until they expire or are ended, and can be extended', async () => {
    await access.createSignInLink(link('session'))
    await redeem('session', 'mine')
    expect(await access.findSession(hash('mine'), 8_999)).toMatchObject({ username: 'admin' })
    expect(await access.findSession(hash('mine'), 9_000)).toBeUndefined()
    await access.extendSession(hash('mine'), 12_000)
    expect(await access.findSession(hash('mine'), 11_000)).toMatchObject({ expiresAt: 12_000 })
    await access.deleteSession(hash('mine'), 11_000)
    expect(await access.findSession(hash('mine'), 11_000)).toBeUndefined()
  })
})

describe('API keys', () => {
  const create = (name: string, expiresAt?: number) =>
    access.createApiKey({
      name,
      secretHash: hash(name),
      grants: ['job:work'],
      now: 1_000,
      createdBy: 'admin',
      expiresAt,
    })

  test('are found by their hash, and note their use to the minute', async () => {
    const key = await create('worker')
    expect(key).toEqual({
      id: key.id,
      name: 'worker',
      grants: ['job:work'],
      createdAt: 1_000,
      createdBy: 'admin',
    })
    expect(await access.findApiKey(hash('worker'), 5_000)).toMatchObject({ id: key.id, grants: ['job:work'] })
    await access.findApiKey(hash('worker'), 6_000)
    expect(await access.findApiKey(hash('worker'), 70_000)).toMatchObject({ lastUsedAt: 5_000 })
    expect(await access.findApiKey(hash('other'), 5_000)).toBeUndefined()
  })

  test('stop working when they expire or are revoked', async () => {
    await create('short', 2_000)
    expect(await access.findApiKey(hash('short'), 1_999)).toBeDefined()
    expect(await access.findApiKey(hash('short'), 2_000)).toBeUndefined()
    const { id } = await create('revoked')
    expect(await access.revokeApiKey(id, 3_000)).toBe(true)
    expect(await access.revokeApiKey(id, 3_000)).toBe(false)
    expect(await access.findApiKey(hash('revoked'), 3_000)).toBeUndefined()
    expect((await access.listApiKeys()).map(({ name }) => name)).toEqual(['short', 'worker'])
  })
})

test('the audit log keeps what it is given', async () => {
  const entry = { at: 1_000, actorKind: 'session', actor: 'admin', operation: 'createApiKey', requestId: 'r' }
  await access.appendAudit([entry, { ...entry, target: '7' }])
  const rows = await database.run({ text: 'select at, actor, operation, target from audit order by id' })
  expect(rows).toEqual([
    { at: 1_000, actor: 'admin', operation: 'createApiKey', target: null },
    { at: 1_000, actor: 'admin', operation: 'createApiKey', target: '7' },
  ])
})
