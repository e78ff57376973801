/** People come, sign in, are known, save scripts, and go, through the API of a running node. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPerson, password } from '../../support/person.ts'
import { createTestServer, type TestServer } from '../../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await createTestServer({ registration: 'open' })
})
afterAll(() => server?.stop())

test('P33 a script is saved and read as it was, and is nobody else’s', async () => {
  const admin = createPerson(server)
  await admin.signInAsAdministrator()
  for (const username of ['author', 'other'])
    await admin.call('POST', '/users', { username, password: password(username), role: 'developer' })
  const [author, other] = [createPerson(server), createPerson(server)]
  await author.signIn('author', password('author'))
  await other.signIn('other', password('other'))
  const source = 'def greet(name):\n\treturn f"héllo ✓ {name}"\n'
  const body = {
    name: 'greet',
    description: 'Says hello.',
    language: 'python',
    languageVersion: '3.12',
    source,
  }
  const created = await author.call('POST', '/scripts', body)
  expect(created).toMatchObject({ status: 201, body: { ...body, version: 1 } })
  const path = `/scripts/${created.body.scriptKey}`
  expect((await author.call('GET', path)).body).toEqual(created.body)
  const changed = await author.call('PATCH', path, { source: `${source}# v2\n` })
  expect(changed).toMatchObject({ status: 200, body: { version: 2, source: `${source}# v2\n` } })
  expect((await author.call('GET', `${path}/versions/1`)).body).toMatchObject({ version: 1, source })
  expect((await other.call('GET', path)).status).toBe(404)
  expect((await other.call('DELETE', path)).status).toBe(404)
  expect((await author.call('DELETE', path)).status).toBe(204)
  expect((await author.call('GET', path)).status).toBe(404)
})

test('P33 signing in by the link of the start: nobody, somebody, nobody', async () => {
  const session = (method: string, headers: Record<string, string> = {}, body?: object) =>
    fetch(`${server.url}/api/v1/session`, {
      method,
      headers: { origin: server.url, ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    })
  expect((await session('GET')).status).toBe(401)
  expect((await session('POST', {}, { token: 'guessed' })).status).toBe(401)
  const token = new URLSearchParams(new URL(await server.createAdminLink()).hash.slice(1)).get('token')
  const signedIn = await session('POST', {}, { token })
  expect(signedIn.status).toBe(200)
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ')
  const me = (await (await session('GET', { cookie })).json()) as { kind: string; csrfToken: string }
  expect(me.kind).toBe('session')
  // The link worked once.
  expect((await session('POST', {}, { token })).status).toBe(401)
  expect((await session('DELETE', { cookie })).status).toBe(403)
  expect((await session('DELETE', { cookie, 'x-csrf-token': me.csrfToken })).status).toBe(204)
  expect((await session('GET', { cookie })).status).toBe(401)
})

describe('P33 an account of one’s own', () => {
  const account = { username: 'ada', name: 'Ada', email: 'ada@example.org', password: password('ada') }

  test('is made once: the name and the address are taken then', async () => {
    const visitor = createPerson(server)
    const { password: _, ...shown } = account
    expect(await visitor.call('POST', '/users', account)).toMatchObject({
      status: 201,
      body: { ...shown, role: 'user' },
    })
    for (const again of [account, { ...account, username: 'countess' }, { ...account, email: 'a@b.org' }])
      expect(await visitor.call('POST', '/users', again)).toMatchObject({
        status: 409,
        body: { code: 'ALREADY_EXISTS' },
      })
  })

  test('is who signs in, until they sign out; without a session nobody is anybody', async () => {
    const person = createPerson(server)
    expect((await person.call('GET', '/authentication/me')).status).toBe(401)
    expect((await person.signIn('ada', 'another password')).status).toBe(401)
    expect((await person.call('GET', '/authentication/me')).status).toBe(401)
    expect((await person.signIn('ada', password('ada'))).status).toBe(200)
    expect(await person.call('GET', '/authentication/me')).toMatchObject({
      status: 200,
      body: { username: 'ada', displayName: 'Ada', email: 'ada@example.org', roles: ['user'] },
    })
    const { cookie } = person
    expect((await person.signOut()).status).toBe(204)
    expect((await person.call('GET', '/authentication/me')).status).toBe(401)
    // The cookie is worth nothing any more, also for who kept it.
    const kept = await fetch(`${server.url}/api/v1/authentication/me`, { headers: { cookie } })
    expect(kept.status).toBe(401)
    // Without a session there is nothing to end, and so nobody to end it.
    expect((await person.signOut()).status).toBe(401)
  })

  test('does what its role allows and nothing else', async () => {
    const person = createPerson(server)
    await person.signIn('ada', password('ada'))
    expect((await person.call('POST', '/user-tasks/search')).status).toBe(200)
    expect((await person.call('POST', '/users/search')).status).toBe(403)
    expect((await person.call('POST', '/resources/1/deletion')).status).toBe(403)
  })
})
