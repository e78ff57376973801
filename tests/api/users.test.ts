/** People with passwords, through the API of a running node. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createApi } from '../support/api.ts'
import { createPerson, type Person, password } from '../support/person.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let admin: Person
beforeAll(async () => {
  server = await createTestServer()
  admin = createPerson(server)
  await admin.signInAsAdministrator()
})
afterAll(() => server?.stop())

async function made(username: string, more: object = {}): Promise<Person> {
  const answer = await admin.call('POST', '/users', { username, password: password(username), ...more })
  expect(answer.status).toBe(201)
  const person = createPerson(server)
  expect((await person.signIn(username, password(username))).status).toBe(200)
  return person
}

/** What was believed of a session for two seconds is looked up again. */
const eventuallyStatus = (call: () => Promise<{ readonly status: number }>, status: number) =>
  vi.waitFor(async () => expect((await call()).status).toBe(status), { timeout: 5_000, interval: 100 })

describe('an account', () => {
  test('is made with defaults, is read, and is found', async () => {
    const body = { username: 'ada', password: password('ada'), email: 'ada@example.org' }
    const created = await admin.call('POST', '/users', body)
    expect(created).toMatchObject({
      status: 201,
      body: { username: 'ada', name: 'ada', email: 'ada@example.org', role: 'user', hasPassword: true },
    })
    expect((await admin.call('GET', '/users/ada')).body).toEqual(created.body)
    expect((await admin.call('GET', '/users/ADA')).body).toEqual(created.body)
    const found = await admin.call('POST', '/users/search', {
      filter: { email: { $like: '*@example.org' }, role: 'user' },
      sort: [{ field: 'username', order: 'DESC' }],
      page: { limit: 1 },
    })
    expect(found.body).toMatchObject({ items: [created.body], page: { totalItems: 1 } })
    expect((await admin.call('GET', '/users/nobody')).status).toBe(404)
    expect((await admin.call('GET', '/users/admin')).body).toMatchObject({
      role: 'administrator',
      hasPassword: false,
    })
  })

  test('is changed in part; a name of its own stays', async () => {
    await made('grace', { name: 'Grace', email: 'grace@example.org' })
    const change = (body: object) => admin.call('PUT', '/users/grace', body)
    // Clients of Camunda 8 send an empty password for the one there is.
    const sent = { name: 'Grace Hopper', password: '' }
    expect((await change(sent)).body).toMatchObject({ name: 'Grace Hopper', email: 'grace@example.org' })
    expect((await change({ email: '', role: 'operator' })).body).toMatchObject({ role: 'operator' })
    expect((await admin.call('GET', '/users/grace')).body).not.toHaveProperty('email')
    expect((await createPerson(server).signIn('grace', password('grace'))).status).toBe(200)
    expect((await admin.call('PUT', '/users/nobody', { name: 'x' })).status).toBe(404)
  })

  test('is not made twice: the name or the address is taken, in any case', async () => {
    await made('linus', { email: 'linus@example.org' })
    const taken = (body: object) => admin.call('POST', '/users', { password: password('x'), ...body })
    expect(await taken({ username: 'LINUS' })).toMatchObject({
      status: 409,
      body: { code: 'ALREADY_EXISTS', errors: [{ path: 'body.username' }] },
    })
    expect(await taken({ username: 'other', email: 'Linus@Example.org' })).toMatchObject({
      status: 409,
      body: { code: 'ALREADY_EXISTS', errors: [{ path: 'body.email' }] },
    })
    expect((await admin.call('GET', '/users/other')).status).toBe(404)
    await made('other-2', { email: 'other@example.org' })
    expect((await admin.call('PUT', '/users/other-2', { email: 'linus@example.org' })).status).toBe(409)
  })

  test.each([
    ['a short password', { password: 'elevenchars' }, 'body.password: expected at least 12 characters'],
    ['a long one', { password: 'x'.repeat(201) }, 'body.password: expected at most 200 characters'],
    ['one that is the name', { username: 'a-long-user-name', password: 'A-Long-User-Name' }, 'the user name'],
    ['one that is the address', { email: 'x@example.org', password: 'X@example.org' }, 'the e-mail address'],
    ['a name with spaces', { username: 'a b' }, 'body.username'],
    ['a name with a slash', { username: 'a/b' }, 'body.username'],
    ['no name', { username: '' }, 'body.username'],
    ['no address', { email: 'nowhere' }, 'body.email: expected an e-mail address'],
    ['a role that there is not', { role: 'king' }, 'body.role'],
    ['a field too many', { grants: ['*'] }, 'body.grants: unknown field'],
  ])('is refused with %s', async (_, flaw, detail) => {
    const body = { username: 'flawed', password: password('flawed'), ...flaw }
    const answer = await admin.call('POST', '/users', body)
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } })
    expect(answer.body.detail).toContain(detail)
    expect(answer.body.detail).not.toContain(body.password)
  })

  test('that goes ends its sessions and keys, and its name may be taken again', async () => {
    const person = await made('leaving', { role: 'administrator' })
    const key = await person.call('POST', '/api-keys', { name: 'key', grants: ['*'] })
    const api = createApi({ url: server.url, apiKey: String(key.body.secret) }, '/api/v1')
    expect((await api.get('/session')).status).toBe(200)
    expect((await person.call('DELETE', '/users/leaving')).body).toMatchObject({
      status: 400,
      detail: expect.stringContaining('nobody deletes themselves'),
    })
    expect((await admin.call('DELETE', '/users/leaving')).status).toBe(204)
    expect((await person.call('GET', '/session')).status).toBe(401)
    expect((await api.get('/session')).status).toBe(401)
    expect((await admin.call('DELETE', '/users/leaving')).status).toBe(404)
    await made('leaving')
    expect((await api.get('/session')).status).toBe(401)
  })

  test('of the built-in administrator stays, and stays one', async () => {
    expect((await admin.call('PUT', '/users/admin', { role: 'user' })).status).toBe(409)
    const boss = await made('boss', { role: 'administrator' })
    expect((await boss.call('DELETE', '/users/Admin')).status).toBe(409)
    expect((await boss.call('PUT', '/users/admin', { role: 'administrator', name: 'Root' })).status).toBe(200)
  })
})

describe('rights', () => {
  test('end with the role, for sessions and for keys that were made with it', async () => {
    const person = await made('falling', { role: 'administrator' })
    const keys = { name: 'all', grants: ['*'] }
    const secret = String((await person.call('POST', '/api-keys', keys)).body.secret)
    const api = createApi({ url: server.url, apiKey: secret }, '/api/v1')
    expect((await api.post('/users/search')).status).toBe(200)
    expect((await admin.call('PUT', '/users/falling', { role: 'developer' })).status).toBe(200)
    expect((await api.post('/users/search')).status).toBe(403)
    expect((await api.post('/process-instances/search')).status).toBe(200)
    expect((await person.call('POST', '/users/search')).status).toBe(403)
    expect((await person.call('GET', '/session')).body).toMatchObject({ role: 'developer' })
  })

  test('beyond one’s own are neither given nor taken hold of', async () => {
    const grants = ['user:create', 'user:update', 'user:delete', 'user:read']
    const secret = (await admin.call('POST', '/api-keys', { name: 'people', grants })).body.secret
    const api = createApi({ url: server.url, apiKey: String(secret) }, '/api/v1')
    const body = { username: 'crown', password: password('crown') }
    expect((await api.post('/users', { ...body, role: 'administrator' })).status).toBe(403)
    // Not even the role user: this key has none of what it may do.
    expect((await api.post('/users', body)).status).toBe(403)
    expect((await api.put('/users/admin', { password: password('stolen') })).status).toBe(403)
    await made('small')
    expect((await api.put('/users/small', { role: 'administrator' })).status).toBe(403)
  })
})

describe('signing in by password', () => {
  test('takes the name in any case, and says nothing about what was wrong', async () => {
    await made('turing')
    const person = createPerson(server)
    expect((await person.signIn('Turing', password('turing'))).body).toMatchObject({
      kind: 'session',
      username: 'turing',
      role: 'user',
    })
    const wrong = await createPerson(server).signIn('turing', 'not the password')
    const unknown = await createPerson(server).signIn('not-there', 'not the password')
    const withoutPassword = await createPerson(server).signIn('admin', 'not the password')
    expect(wrong).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
    expect(unknown).toEqual(wrong)
    expect(withoutPassword).toEqual(wrong)
  })

  test('stops after five wrong ones, for that account from there, also when they come at once', async () => {
    const own = await createTestServer()
    try {
      const root = createPerson(own)
      await root.signInAsAdministrator()
      for (const username of ['locked', 'free'])
        await root.call('POST', '/users', { username, password: password(username) })
      const guess = () =>
        createPerson(own)
          .signIn('locked', 'guess')
          .then(({ status }) => status)
      const guesses = await Promise.all(Array.from({ length: 8 }, guess))
      expect(guesses.toSorted()).toEqual([401, 401, 401, 401, 401, 429, 429, 429])
      const refused = await fetch(`${own.url}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'locked', password: password('locked') }),
      })
      expect(refused.status).toBe(429)
      const seconds = Number(refused.headers.get('retry-after'))
      expect(seconds).toBeGreaterThan(0)
      expect(seconds).toBeLessThanOrEqual(300)
      // Whoever was signed in stays so, and others are not locked out.
      expect((await createPerson(own).signIn('free', password('free'))).status).toBe(200)
    } finally {
      await own.stop()
    }
  })

  test('does not come from another site', async () => {
    const other = createPerson(server, { headers: { origin: 'https://evil.example' } })
    expect(await other.signIn('turing', password('turing'))).toMatchObject({
      status: 403,
      body: { code: 'CSRF_REJECTED' },
    })
  })
})

describe('sessions', () => {
  test('are listed to their user without secrets, and ended one by one', async () => {
    const here = await made('roaming')
    const there = createPerson(server, { headers: { 'user-agent': 'Elsewhere/1.0' } })
    await there.signIn('roaming', password('roaming'))
    const listed = await here.call('GET', '/sessions')
    const items = listed.body.items as { sessionId: string; current: boolean; userAgent: string }[]
    expect(items).toMatchObject([
      { current: false, userAgent: 'Elsewhere/1.0', address: '127.0.0.1' },
      { current: true },
    ])
    for (const person of [here, there])
      expect(JSON.stringify(listed.body)).not.toContain(person.cookie.split('=')[1])
    const stranger = await made('stranger')
    const path = `/sessions/${items[0]?.sessionId}`
    expect((await stranger.call('DELETE', path)).status).toBe(404)
    expect((await here.call('DELETE', path)).status).toBe(204)
    expect((await there.call('GET', '/session')).status).toBe(401)
    expect((await here.call('GET', '/session')).status).toBe(200)
    expect((await here.call('DELETE', path)).status).toBe(404)
  })

  test('belong to people', async () => {
    const api = createApi(server, '/api/v1')
    expect((await api.get('/sessions')).status).toBe(403)
    expect((await api.put('/authentication/me/password', { newPassword: password('x') })).status).toBe(403)
  })
})

describe('a password', () => {
  test('is changed by who knows it, and ends all other sessions', async () => {
    const here = await made('changing')
    const there = createPerson(server)
    await there.signIn('changing', password('changing'))
    const change = (body: object) => here.call('PUT', '/authentication/me/password', body)
    const newPassword = 'quite another password'
    expect(await change({ newPassword })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'body.currentPassword' }] },
    })
    expect((await change({ currentPassword: 'wrong', newPassword })).status).toBe(400)
    expect((await change({ currentPassword: password('changing'), newPassword: 'short' })).status).toBe(400)
    expect((await change({ currentPassword: password('changing'), newPassword })).status).toBe(204)
    expect((await here.call('GET', '/session')).status).toBe(200)
    await eventuallyStatus(() => there.call('GET', '/session'), 401)
    expect((await createPerson(server).signIn('changing', password('changing'))).status).toBe(401)
    expect((await createPerson(server).signIn('changing', newPassword)).status).toBe(200)
  })

  test('is not guessed through a session either', async () => {
    const person = await made('guessing')
    const guess = (currentPassword: string) =>
      person.call('PUT', '/authentication/me/password', {
        currentPassword,
        newPassword: 'quite another password',
      })
    for (let attempt = 0; attempt < 5; attempt += 1) expect((await guess('wrong')).status).toBe(400)
    expect((await guess(password('guessing'))).status).toBe(429)
  })

  test('is set anew by an administrator, which ends every session', async () => {
    const person = await made('forgetful')
    const reset = { password: 'a password to begin with' }
    expect((await admin.call('PUT', '/users/forgetful', reset)).status).toBe(200)
    expect((await person.call('GET', '/session')).status).toBe(401)
    expect((await person.signIn('forgetful', password('forgetful'))).status).toBe(401)
    expect((await person.signIn('forgetful', reset.password)).status).toBe(200)
  })

  test('of an account that had none is set without one, once', async () => {
    const own = await createTestServer()
    try {
      const root = createPerson(own)
      await root.signInAsAdministrator()
      const set = (body: object) => root.call('PUT', '/authentication/me/password', body)
      expect((await set({ newPassword: password('root') })).status).toBe(204)
      expect((await set({ newPassword: password('again') })).status).toBe(400)
      expect((await createPerson(own).signIn('admin', password('root'))).status).toBe(200)
    } finally {
      await own.stop()
    }
  })
})

describe('registration', () => {
  test('is closed unless the server opens it', async () => {
    const stranger = createPerson(server)
    const body = { username: 'stranger-2', password: password('stranger-2') }
    expect((await stranger.call('GET', '/session/options')).body).toEqual({ registration: 'closed' })
    expect((await stranger.call('POST', '/users', body)).status).toBe(401)
    const user = await made('ordinary')
    expect((await user.call('POST', '/users', body)).status).toBe(403)
  })

  test('makes an ordinary user where it is open, and nothing more', async () => {
    const open = await createTestServer({ registration: 'open' })
    try {
      const stranger = createPerson(open)
      expect((await stranger.call('GET', '/session/options')).body).toEqual({ registration: 'open' })
      const body = { username: 'newcomer', password: password('newcomer') }
      expect((await stranger.call('POST', '/users', { ...body, role: 'administrator' })).status).toBe(403)
      expect((await stranger.call('POST', '/users', body)).body).toMatchObject({ role: 'user' })
      expect((await stranger.call('POST', '/users', body)).status).toBe(409)
      expect((await stranger.call('GET', '/users/newcomer')).status).toBe(401)
      expect((await stranger.signIn('newcomer', password('newcomer'))).status).toBe(200)
      expect((await stranger.call('GET', '/users/newcomer')).status).toBe(403)
      // Whoever is signed in registers nobody else.
      const other = { username: 'other', password: password('other') }
      expect((await stranger.call('POST', '/users', other)).status).toBe(403)
      const elsewhere = createPerson(open, { headers: { origin: 'https://evil.example' } })
      expect((await elsewhere.call('POST', '/users', other)).status).toBe(403)
    } finally {
      await open.stop()
    }
  })

  test('is bounded per address', async () => {
    const open = await createTestServer({ registration: 'open' })
    try {
      const statuses: number[] = []
      // Refused for their password, which is looked at after the address.
      for (let index = 0; index < 21; index += 1)
        statuses.push((await createPerson(open).call('POST', '/users', { username: `u${index}` })).status)
      expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 400))
      expect(statuses[20]).toBe(429)
    } finally {
      await open.stop()
    }
  })
})

test('who I am, in the words of Camunda 8', async () => {
  await made('zuse', { name: 'Konrad', email: 'zuse@example.org', role: 'developer' })
  const person = createPerson(server)
  await person.signIn('zuse', password('zuse'))
  const field = await fetch(`${server.url}/v2/authentication/me`, { headers: { cookie: person.cookie } })
  expect(await field.json()).toMatchObject({
    username: 'zuse',
    displayName: 'Konrad',
    email: 'zuse@example.org',
    roles: ['developer'],
    groups: [],
    canLogout: true,
  })
  expect((await fetch(`${server.url}/v2/authentication/me`)).status).toBe(401)
})
