/** Every route asked by every role, and where secrets may not turn up, on the real database. */
import { permissions } from '@braid/contract/permission.ts'
import type { Problem } from '@braid/contract/problem.ts'
import { grantsOf, type Role, roles } from '@braid/contract/role.ts'
import type { Route } from '@braid/contract/route.ts'
import { routes } from '@braid/contract/routes.ts'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSignInToken } from '../../server/src/operations/session/create-link.ts'
import { createAccessStore } from '../../server/src/store/access.ts'
import { openEngineDatabase, type PooledDatabase } from '../../server/src/store/database.ts'
import { createReads } from '../../server/src/store/search/reads.ts'
import { createUserStore } from '../../server/src/store/user-store.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { password } from '../support/person.ts'
import { createFakeServer, emptyReads, type FakeServer } from './fake-server.ts'

const now = Date.parse('2026-01-01T00:00:00Z')

let testDatabase: TestDatabase
let database: PooledDatabase
let server: FakeServer
let logged = ''
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = openEngineDatabase({ url: testDatabase.url, max: 4, applicationName: 'roles-test' })
  const { search, getUser } = createReads(database)
  server = await createFakeServer({
    access: createAccessStore(database),
    users: createUserStore(database),
    reads: { ...emptyReads, getUser, search: { ...emptyReads.search, users: search.users } },
    log: pino({ level: 'trace' }, { write: (line: string) => (logged += line) }),
  })
})
afterAll(async () => {
  await server?.app.close()
  await database?.close()
  await testDatabase?.drop()
})

type SignedIn = { readonly cookie: string; readonly 'x-csrf-token': string; readonly origin: string }

async function signIn(body: object): Promise<SignedIn> {
  const response = await server.app.inject({ method: 'POST', url: '/api/v1/session', payload: body })
  expect(response.statusCode).toBe(200)
  const { csrfToken } = response.json<{ csrfToken: string }>()
  const cookie = `braid_session=${response.cookies[0]?.value}`
  return { cookie, 'x-csrf-token': csrfToken, origin: 'http://localhost:80' }
}

const signInAsAdministrator = async (): Promise<SignedIn> =>
  signIn({ token: await createSignInToken(createAccessStore(database), now) })

const call = (method: Route['method'], url: string, headers: SignedIn, payload?: object) =>
  server.app.inject({
    method,
    url,
    headers: { host: 'localhost:80', ...headers },
    ...(payload === undefined ? {} : { payload }),
  })

describe('every route', () => {
  const people = new Map<Role, SignedIn>()
  beforeAll(async () => {
    const admin = await signInAsAdministrator()
    for (const role of roles) {
      const payload = { username: role, password: password(role), role }
      expect((await call('POST', '/api/v1/users', admin, payload)).statusCode).toBe(201)
      people.set(role, await signIn({ username: role, password: password(role) }))
    }
  })

  // What these do to the session that asks, or that they never end answering, is tested elsewhere.
  const apart = new Set(['deleteSession', 'streamJobs', 'streamProcessInstance'])
  const crawled = Object.entries<Route>(routes)
    .filter(([id]) => !apart.has(id))
    .flatMap(([id, route]) => {
      const url = route.path.replace(/\{\w+\}/g, '4503599627370495')
      return (route.surface === 'field' ? ['/api/v1', '/v2'] : ['/api/v1']).map(
        (prefix) => [id, prefix + url, route] as const,
      )
    })

  test.each(roles)('is open to the role %s by exactly its permissions', async (role) => {
    const grants: ReadonlySet<string> = grantsOf(role)
    const headers = people.get(role)
    if (headers === undefined) throw new Error('nobody has this role')
    for (const [id, url, { method, permission }] of crawled) {
      const response = await call(method, url, headers)
      const refused =
        response.statusCode === 403 &&
        response.json<Problem>().detail === `this needs the permission ${permission}`
      const open =
        permission === 'public' || permission === 'signed-in' || grants.has('*') || grants.has(permission)
      expect(refused, `${role} at ${id} (${method} ${url})`).toBe(!open)
      expect(response.statusCode, `${role} at ${id}`).not.toBe(401)
    }
  })

  test('of no role but the administrator’s is about other people, keys or the clock', () => {
    const kept = permissions.filter((permission) => /^(user|api-key|clock):/.test(permission))
    for (const role of roles.filter((name) => name !== 'administrator'))
      expect(kept.filter((permission) => grantsOf(role).has(permission))).toEqual([])
  })
})

test('no password, hash or secret comes into answers, the log or the audit log', async () => {
  const admin = await signInAsAdministrator()
  const canaries = ['canary-first-password', 'canary-second-password', 'canary-wrong-password']
  const [first, second, wrong] = canaries
  const answers: string[] = []
  const keep = async (response: ReturnType<typeof call>) => {
    answers.push((await response).body)
    return response
  }
  const user = { username: 'canary', password: first, email: 'canary@example.org' }
  await keep(call('POST', '/api/v1/users', admin, user))
  await keep(call('POST', '/api/v1/users', admin, user))
  await keep(call('POST', '/api/v1/users', admin, { ...user, role: 5 }))
  const guess = { username: 'canary', password: wrong }
  await keep(server.app.inject({ method: 'POST', url: '/api/v1/session', payload: guess }))
  const person = await signIn({ username: 'canary', password: first })
  const change = { currentPassword: first, newPassword: second }
  await keep(call('PUT', '/api/v1/authentication/me/password', person, { ...change, more: 1 }))
  await keep(call('PUT', '/api/v1/authentication/me/password', person, change))
  await keep(call('GET', '/api/v1/sessions', person))
  await keep(call('PUT', '/api/v1/users/canary', admin, { password: first }))
  await keep(call('POST', '/api/v1/users/search', admin))
  await keep(call('GET', '/api/v1/users/canary', admin))
  const hashes = await database.run<{ secret: string }>({
    text: `select password_hash as secret from user_account where password_hash is not null
           union select encode(id_hash, 'hex') from session union select encode(id_hash, 'base64') from session`,
  })
  const secrets = [
    ...canaries,
    ...hashes.map(({ secret }) => secret),
    ...[admin, person].map(({ cookie }) => cookie.slice('braid_session='.length)),
    'scrypt',
  ]
  await server.app.close()
  const audit = JSON.stringify(await database.run({ text: 'select * from audit' }))
  expect(audit).toContain('changePassword')
  expect(logged).toContain('/api/v1/authentication/me/password')
  for (const secret of secrets)
    for (const place of [...answers, logged, audit]) expect(place.includes(secret), secret).toBe(false)
})
