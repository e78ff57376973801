/** Saved scripts: versions, who sees and changes them, limits; through the API of a running node. */
import { keptScriptVersions } from '@braid/contract/script.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApi } from '../support/api.ts'
import { createPerson, type Person, password } from '../support/person.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let admin: Person
let ada: Person
let bob: Person
beforeAll(async () => {
  server = await createTestServer()
  admin = createPerson(server)
  await admin.signInAsAdministrator()
  ada = await made('ada', 'developer')
  bob = await made('bob', 'developer')
})
afterAll(() => server?.stop())

async function made(username: string, role: string): Promise<Person> {
  const body = { username, password: password(username), role }
  expect((await admin.call('POST', '/users', body)).status).toBe(201)
  const person = createPerson(server)
  await person.signIn(username, password(username))
  return person
}

const script = { name: 'greet', language: 'python', languageVersion: '3.12', source: "print('hi')\n" }

async function saved(by: Person, more: object = {}): Promise<string> {
  const answer = await by.call('POST', '/scripts', { ...script, ...more })
  expect(answer.status).toBe(201)
  return `/scripts/${answer.body.scriptKey}`
}

describe('a script', () => {
  test('is saved, read, changed and deleted by its owner', async () => {
    const created = await ada.call('POST', '/scripts', script)
    const expected = { ...script, description: '', shared: false, owner: 'ada', own: true, version: 1 }
    expect(created).toMatchObject({ status: 201, body: expected })
    const path = `/scripts/${created.body.scriptKey}`
    expect(await ada.call('GET', path)).toEqual({ status: 200, body: created.body })
    const changed = await ada.call('PATCH', path, { source: 'print(2)', description: 'Counts.' })
    expect(changed).toMatchObject({
      status: 200,
      body: { ...expected, version: 2, source: 'print(2)', description: 'Counts.' },
    })
    expect((await ada.call('GET', path)).body).toEqual(changed.body)
    expect((await ada.call('DELETE', path)).status).toBe(204)
    expect((await ada.call('GET', path)).status).toBe(404)
    expect((await ada.call('DELETE', path)).status).toBe(404)
    expect((await ada.call('PATCH', path, { name: 'x' })).status).toBe(404)
  })

  test('keeps its versions as they were', async () => {
    const path = await saved(ada)
    await ada.call('PATCH', path, { name: 'greet all', language: 'bash', languageVersion: '5.2' })
    await ada.call('PATCH', path, { source: 'echo hi' })
    const versions = (await ada.call('GET', `${path}/versions`)).body.items
    expect(versions).toMatchObject([
      { version: 3, name: 'greet all', language: 'bash', createdBy: 'ada' },
      { version: 2, name: 'greet all', language: 'bash' },
      { version: 1, name: 'greet', language: 'python' },
    ])
    expect(JSON.stringify(versions)).not.toContain('source')
    expect((await ada.call('GET', `${path}/versions/1`)).body).toMatchObject({ ...script, version: 1 })
    expect((await ada.call('GET', `${path}/versions/2`)).body).toMatchObject({ source: script.source })
    expect((await ada.call('GET', `${path}/versions/3`)).body).toMatchObject({ source: 'echo hi' })
    expect((await ada.call('GET', `${path}/versions/4`)).status).toBe(404)
    expect((await ada.call('GET', `${path}/versions/0`)).status).toBe(400)
    expect((await ada.call('GET', `${path}/versions/newest`)).status).toBe(400)
  })

  test('is not changed from a version that is not the newest any more; all others count up', async () => {
    const path = await saved(ada)
    expect((await ada.call('PATCH', path, { source: 'a', version: 1 })).status).toBe(200)
    expect(await ada.call('PATCH', path, { source: 'b', version: 1 })).toMatchObject({
      status: 409,
      body: { code: 'INVALID_STATE', detail: expect.stringContaining('version 2 is the newest') },
    })
    const many = Array.from({ length: 8 }, (_, index) =>
      ada.call('PATCH', path, { source: `at once ${index}` }),
    )
    const versions = (await Promise.all(many)).map(({ body }) => Number(body.version))
    expect(Math.max(...versions)).toBe(10)
    const listed = (await ada.call('GET', `${path}/versions`)).body.items as { version: number }[]
    expect(listed.map(({ version }) => version)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
  })

  test(`keeps its newest ${keptScriptVersions} versions`, async () => {
    const path = await saved(ada)
    for (let version = 2; version <= keptScriptVersions + 2; version += 1)
      expect((await ada.call('PATCH', path, { source: `v${version}` })).body.version).toBe(version)
    const listed = (await ada.call('GET', `${path}/versions`)).body.items as { version: number }[]
    expect(listed).toHaveLength(keptScriptVersions)
    expect(listed.at(-1)?.version).toBe(3)
    expect((await ada.call('GET', `${path}/versions/2`)).status).toBe(404)
  })

  test.each([
    ['50,001 characters', { source: 'x'.repeat(50_001) }, 'body.source: expected at most 50000 characters'],
    ['nothing in it', { source: '' }, 'body.source: expected at least 1 character'],
    ['an unknown language', { language: 'cobol' }, 'body.language'],
    [
      'a strange version',
      { languageVersion: 'latest' },
      'body.languageVersion: expected a version such as 3.12',
    ],
    ['no name', { name: '' }, 'body.name'],
    ['an owner', { owner: 'bob' }, 'body.owner: unknown field'],
  ])('is refused with %s', async (_, flaw, detail) => {
    const answer = await ada.call('POST', '/scripts', { ...script, ...flaw })
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } })
    expect(answer.body.detail).toContain(detail)
  })

  test('may have 50,000 characters; a change of nothing is none', async () => {
    const path = await saved(ada, { source: '✓'.repeat(50_000) })
    expect((await ada.call('GET', path)).body.source).toBe('✓'.repeat(50_000))
    expect((await ada.call('PATCH', path, {})).status).toBe(400)
    expect((await ada.call('PATCH', path, { version: 1 })).status).toBe(400)
  })
})

describe('others', () => {
  test('find no private script, by whatever road', async () => {
    const path = await saved(ada)
    for (const person of [bob, admin]) {
      for (const place of ['', '/versions', '/versions/1'])
        expect((await person.call('GET', path + place)).status, place).toBe(404)
      expect((await person.call('PATCH', path, { shared: true })).status).toBe(404)
      expect((await person.call('DELETE', path)).status).toBe(404)
      const filter = { scriptKey: path.split('/').at(-1) }
      const found = await person.call('POST', '/scripts/search', { filter })
      expect(found.body).toMatchObject({ items: [], page: { totalItems: 0 } })
    }
    expect((await ada.call('GET', path)).status).toBe(200)
  })

  test('read what is shared; only administrators change or remove it too', async () => {
    const path = await saved(ada, { shared: true })
    const user = await made('reader', 'user')
    for (const person of [bob, user])
      expect((await person.call('GET', path)).body).toMatchObject({ ...script, owner: 'ada', own: false })
    expect((await bob.call('GET', `${path}/versions/1`)).status).toBe(200)
    expect((await bob.call('PATCH', path, { source: 'x' })).status).toBe(403)
    expect((await bob.call('DELETE', path)).status).toBe(403)
    expect((await user.call('POST', '/scripts', script)).status).toBe(403)
    expect((await admin.call('PATCH', path, { shared: false })).status).toBe(403)
    expect((await admin.call('PATCH', path, { source: 'safe' })).body).toMatchObject({
      owner: 'ada',
      version: 2,
    })
    expect((await ada.call('PATCH', path, { shared: false })).body).toMatchObject({
      version: 3,
      source: 'safe',
    })
    expect((await bob.call('GET', path)).status).toBe(404)
    expect((await ada.call('PATCH', path, { shared: true })).status).toBe(200)
    expect((await admin.call('DELETE', path)).status).toBe(204)
  })

  test('inherit what was shared when its owner goes, and nothing else', async () => {
    const leaving = await made('leaving', 'developer')
    const [secret, shared] = [await saved(leaving), await saved(leaving, { shared: true })]
    await admin.call('DELETE', '/users/leaving')
    const again = await made('leaving', 'developer')
    expect((await again.call('GET', secret)).status).toBe(404)
    const left = (await again.call('GET', shared)).body
    expect(left).toMatchObject({ ...script, own: false })
    expect(left).not.toHaveProperty('owner')
    expect((await again.call('PATCH', shared, { name: 'mine' })).status).toBe(403)
    expect((await admin.call('PATCH', shared, { name: 'ours' })).status).toBe(200)
  })
})

test('an API key acts on the scripts of who made it', async () => {
  const boss = await made('boss', 'administrator')
  const grants = ['script:read', 'script:create']
  const { body } = await boss.call('POST', '/api-keys', { name: 'editor', grants })
  const api = createApi({ url: server.url, apiKey: String(body.secret) }, '/api/v1')
  const created = await api.post('/scripts', script)
  expect(created).toMatchObject({ status: 201, body: { owner: 'boss', own: true } })
  const path = `/scripts/${created.body.scriptKey}`
  expect((await boss.call('GET', path)).body).toMatchObject({ own: true })
  expect((await boss.call('GET', `${path}/versions/1`)).body).toMatchObject({ createdBy: 'editor' })
  expect((await admin.call('GET', path)).status).toBe(404)
})

describe('a search', () => {
  test('pages, filters and sorts what one may see', async () => {
    const cyd = await made('cyd', 'developer')
    for (const [index, language] of ['bash', 'go', 'bash', 'ruby', 'bash'].entries())
      await saved(cyd, { name: `cyd ${index}`, language, shared: index === 4 })
    const search = async (by: Person, body: object) => (await by.call('POST', '/scripts/search', body)).body
    const names = ({ items }: Record<string, unknown>) =>
      (items as { name: string }[]).map(({ name }) => name)
    const sort = [{ field: 'name', order: 'DESC' }]
    const first = await search(cyd, { filter: { own: true }, sort, page: { limit: 3 } })
    expect(names(first)).toEqual(['cyd 4', 'cyd 3', 'cyd 2'])
    const { endCursor } = first.page as { endCursor: string }
    const rest = await search(cyd, { filter: { own: true }, sort, page: { limit: 3, after: endCursor } })
    expect(names(rest)).toEqual(['cyd 1', 'cyd 0'])
    expect(JSON.stringify([first, rest])).not.toContain('source')
    expect(names(await search(cyd, { filter: { owner: 'cyd', language: 'bash' }, sort }))).toHaveLength(3)
    expect(names(await search(bob, { filter: { owner: 'cyd' } }))).toEqual(['cyd 4'])
    expect(names(await search(bob, { filter: { owner: 'cyd', own: true } }))).toEqual([])
    expect(names(await search(cyd, { filter: { own: false, owner: 'cyd' } }))).toEqual([])
    expect(names(await search(cyd, { filter: { name: { $like: 'cyd ?' }, shared: false } }))).toHaveLength(4)
    expect((await cyd.call('POST', '/scripts/search', { filter: { source: 'x' } })).status).toBe(400)
  })
})
