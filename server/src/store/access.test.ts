import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { type AccessStore, createAccessStore, sessionsPerUser } from './access.ts'
import { openEngineDatabase, type PooledDatabase } from './database.ts'

let testDatabase: TestDatabase
let database: PooledDatabase
let access: AccessStore
let adminId: string
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = openEngineDatabase({ url: testDatabase.url, max: 4, applicationName: 'access-test' })
  access = createAccessStore(database)
  const [admin] = await database.run<{ id: string }>({ text: 'select id::text from user_account' })
  adminId = admin?.id ?? ''
})
afterAll(async () => {
  await database.close()
  await testDatabase.drop()
})

const hash = (secret: string) => createHash('sha256').update(secret).digest()
const link = (token: string) => ({ tokenHash: hash(token), username: 'admin', now: 1_000, expiresAt: 2_000 })
const redeem = (token: string, now = 1_500) => access.redeemSignInLink(hash(token), now)
const open = (secret: string, now = 1_500, passwordHash?: string) =>
  access.openSession(
    { userId: adminId, ...(passwordHash === undefined ? {} : { passwordHash }) },
    { sessionHash: hash(secret), now, expiresAt: 9_000, userAgent: 'Test/1', address: '::1' },
  )

describe('sign-in links', () => {
  test('sign the administrator in once, however many ask at once', async () => {
    expect(await access.createSignInLink(link('once'))).toBe(true)
    const redeemed = await Promise.all(Array.from({ length: 8 }, () => redeem('once')))
    expect(redeemed.filter((userId) => userId !== undefined)).toEqual([adminId])
  })

  test('are refused after their time, for unknown tokens and unknown users', async () => {
    await access.createSignInLink(link('late'))
    expect(await redeem('late', 2_000)).toBeUndefined()
    expect(await redeem('never made')).toBeUndefined()
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
    const opened = await open('mine')
    expect(opened).toEqual({
      userId: adminId,
      username: 'admin',
      displayName: 'Administrator',
      role: 'administrator',
      sessionId: opened?.sessionId,
      createdAt: 1_500,
      expiresAt: 9_000,
    })
    expect(await access.findSession(hash('mine'), 8_999)).toEqual(opened)
    expect(await access.findSession(hash('mine'), 9_000)).toBeUndefined()
    await access.extendSession(hash('mine'), 12_000)
    expect(await access.findSession(hash('mine'), 11_000)).toMatchObject({ expiresAt: 12_000 })
    await access.deleteSession(hash('mine'), 11_000)
    expect(await access.findSession(hash('mine'), 11_000)).toBeUndefined()
  })

  test('are not opened with a password that is not the stored one any more', async () => {
    expect(await open('too late', 1_500, 'changed meanwhile')).toBeUndefined()
    expect(await access.findSession(hash('too late'), 1_500)).toBeUndefined()
  })

  test('are listed newest first and ended by their user only', async () => {
    const [older, newer] = [await open('older'), await open('newer', 1_600)]
    const listed = await access.listSessions(adminId, 2_000)
    expect(listed.map(({ sessionId }) => sessionId)).toEqual([newer?.sessionId, older?.sessionId])
    expect(listed[0]).toMatchObject({ createdAt: 1_600, userAgent: 'Test/1', address: '::1' })
    expect(JSON.stringify(listed)).not.toContain(hash('newer').toString('hex'))
    expect(await access.revokeSession('999999', older?.sessionId ?? '')).toBe(false)
    expect(await access.revokeSession(adminId, older?.sessionId ?? '')).toBe(true)
    expect(await access.findSession(hash('older'), 2_000)).toBeUndefined()
    expect(await access.findSession(hash('newer'), 2_000)).toBeDefined()
  })

  test('of one user are a hundred at most: the oldest makes room', async () => {
    for (let index = 0; index < sessionsPerUser + 1; index += 1) await open(`many-${index}`)
    expect(await access.listSessions(adminId, 2_000)).toHaveLength(sessionsPerUser)
    expect(await access.findSession(hash('many-0'), 2_000)).toBeUndefined()
    expect(await access.findSession(hash('many-1'), 2_000)).toBeDefined()
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
      userId: adminId,
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
