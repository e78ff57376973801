/** Rate limits, overrides and what was used: seen, changed, refused, through the API of a node. */
import type { Role } from '@braid/contract/role.ts'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Person } from '../support/person.ts'
import {
  call,
  type LimitedServer,
  limit,
  signedIn,
  startAdministered,
  statusOf,
  times,
  topology,
} from '../support/rate-limits.ts'

let server: LimitedServer
let admin: Person
beforeAll(async () => {
  ;({ server, admin } = await startAdministered())
})
afterAll(() => server?.stop())
afterEach(() => server.forgetAll())

const made = (username: string, role?: Role) => signedIn(server, admin, username, role)

describe('an override', () => {
  const put = (username: string, body: object) =>
    admin.call('PUT', `/rate-limits/overrides/${username}`, body)

  test('bypasses, multiplies or replaces the limit, and goes again', async () => {
    const linus = await made('linus')
    const ask = () => linus.call('GET', '/topology')
    const added = await server.add(limit({ target: topology, limit: 2 }))
    expect(await times(3, ask)).toEqual([200, 200, 429])
    expect(await put('LINUS', { mode: 'multiplier', multiplier: 2 })).toMatchObject({
      status: 200,
      body: { username: 'linus', override: { mode: 'multiplier', multiplier: 2 } },
    })
    expect(await times(3, ask)).toEqual([200, 200, 429])
    await put('linus', { mode: 'limit', limit: 5, rateLimitKey: added.rateLimitKey })
    expect(await times(2, ask)).toEqual([200, 429])
    await put('linus', { mode: 'bypass' })
    const free = await linus.call('GET', '/topology')
    expect(free.status).toBe(200)
    expect((await admin.call('GET', '/rate-limits/overrides')).body.items).toMatchObject([
      { username: 'linus', override: { mode: 'bypass' } },
    ])
    expect((await admin.call('GET', '/rate-limits/usage/linus')).body).toMatchObject({
      override: { mode: 'bypass' },
      items: [{ name: 'Run scripts' }, { name: 'Retry scripts' }, { name: 'test', used: 0 }],
    })
    expect(await statusOf(admin.call('DELETE', '/rate-limits/overrides/linus'))).toBe(204)
    expect(await statusOf(ask())).toBe(429)
    expect(await statusOf(admin.call('DELETE', '/rate-limits/overrides/linus'))).toBe(404)
    expect(await statusOf(admin.call('GET', '/rate-limits/overrides/linus'))).toBe(404)
  })

  test('for one rate limit leaves the others, and goes with it', async () => {
    const barbara = await made('barbara')
    await server.add(limit({ name: 'workers', target: { pathPrefix: '/workers' }, limit: 1 }))
    const added = await server.add(limit({ target: topology, limit: 1 }))
    await put('barbara', { mode: 'bypass', rateLimitKey: added.rateLimitKey })
    expect(await times(2, () => barbara.call('GET', '/topology'))).toEqual([200, 200])
    expect(await times(2, () => barbara.call('GET', '/workers'))).toEqual([200, 429])
    await server.remove(added)
    expect(await statusOf(admin.call('GET', '/rate-limits/overrides/barbara'))).toBe(404)
  })

  test('is refused for nobody, for no rate limit, and without sense', async () => {
    expect(await statusOf(put('nobody', { mode: 'bypass' }))).toBe(404)
    expect(await put('admin', { mode: 'bypass', rateLimitKey: '4711' })).toMatchObject({
      status: 404,
      body: { detail: 'there is no rate limit with key 4711' },
    })
    expect(await put('admin', { mode: 'multiplier' })).toMatchObject({ status: 400 })
    expect(await put('admin', { mode: 'multiplier', multiplier: 0 })).toMatchObject({ status: 400 })
    expect(await put('admin', { mode: 'sometimes' })).toMatchObject({ status: 400 })
  })
})

describe('what was used', () => {
  test('is shown, and forgotten for one user or for all', async () => {
    const [ken, dennis] = [await made('ken'), await made('dennis')]
    const added = await server.add(limit({ target: topology, limit: 2, windowSeconds: 600 }))
    await times(2, () => ken.call('GET', '/topology'))
    await times(2, () => dennis.call('GET', '/topology'))
    const usage = async () => (await admin.call('GET', '/rate-limits/usage/ken')).body
    expect(await usage()).toMatchObject({
      username: 'ken',
      scope: 'node',
      items: expect.arrayContaining([
        {
          rateLimitKey: added.rateLimitKey,
          name: 'test',
          used: 2,
          remaining: 0,
          limit: 2,
          resetSeconds: 600,
        },
      ]),
    })
    expect(await statusOf(admin.call('DELETE', '/rate-limits/usage/ken'))).toBe(204)
    expect((await usage()).items).toContainEqual(
      expect.objectContaining({ name: 'test', used: 0, remaining: 2 }),
    )
    expect(await statusOf(ken.call('GET', '/topology'))).toBe(200)
    expect(await statusOf(dennis.call('GET', '/topology'))).toBe(429)
    expect(await statusOf(admin.call('DELETE', '/rate-limits/usage'))).toBe(204)
    expect(await statusOf(dennis.call('GET', '/topology'))).toBe(200)
    expect(await times(3, () => ken.call('GET', '/topology'))).toEqual([200, 200, 429])
    expect(await statusOf(admin.call('GET', '/rate-limits/usage/nobody'))).toBe(404)
  })
})

describe('rate limits', () => {
  test('are there from the start, and hinder nobody much', async () => {
    expect((await server.get('/rate-limits')).body).toMatchObject({
      scope: 'node',
      active: true,
      items: [
        { name: 'Run scripts', routes: ['POST /execute'], limit: 60, windowSeconds: 60, enabled: true },
        {
          name: 'Retry scripts',
          routes: ['POST /executions/{executionKey}/retry'],
          limit: 60,
          enabled: true,
        },
        { name: 'Sign in', routes: ['POST /session'], enabled: true },
        { name: 'Everything else', target: { pathPrefix: '/' }, enabled: false },
      ],
    })
  })

  test('bound how many scripts one user runs, whatever becomes of them', async () => {
    const run = () => statusOf(call(server, 'POST', '/api/v1/execute', { nothing: true }))
    const statuses = await Promise.all(Array.from({ length: 90 }, run))
    const passed = statuses.filter((status) => status === 400).length
    // One more each second, while they come.
    expect(passed).toBeGreaterThanOrEqual(60)
    expect(passed).toBeLessThan(90)
    expect(statuses.filter((status) => status === 429)).toHaveLength(90 - passed)
  })

  test.each([
    ['a name with other characters', { name: 'naïve' }, 'body.name'],
    ['no limit', { limit: 0 }, 'body.limit'],
    ['too high a limit', { limit: 10_001 }, 'body.limit'],
    ['a window of no time', { windowSeconds: 0 }, 'body.windowSeconds'],
    ['an algorithm that there is not', { algorithm: 'fixed-window' }, 'body.algorithm'],
    ['a burst of a window', { burst: 3 }, 'body.burst'],
    ['a tag that there is not', { target: { tag: 'Nothing' } }, 'body.target.tag'],
    ['the tag that is free', { target: { tag: 'Rate limits' } }, 'body.target.tag'],
    ['half a segment', { target: { pathPrefix: '/topo' } }, 'body.target.pathPrefix'],
    ['a path with its mount', { target: { pathPrefix: '/api/v1/topology' } }, 'body.target.pathPrefix'],
    ['both a tag and a path', { target: { tag: 'Jobs', pathPrefix: '/jobs' } }, 'body.target'],
    ['a field too many', { cost: 2 }, 'body.cost'],
  ])('are refused with %s', async (_, flaw, path) => {
    const answer = await admin.call('POST', '/rate-limits', limit({ target: topology, ...flaw }))
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } })
    expect(answer.body.detail).toContain(path)
  })

  test('have names of their own; of one that is changed, the rest stays', async () => {
    const added = await server.add(limit({ target: topology, algorithm: 'token-bucket', burst: 7 }))
    expect(await admin.call('POST', '/rate-limits', limit({ target: topology, name: 'TEST' }))).toMatchObject(
      {
        status: 409,
        body: { code: 'ALREADY_EXISTS', errors: [{ path: 'body.name' }] },
      },
    )
    expect(await server.change(added, { limit: 9 })).toMatchObject({ limit: 9, burst: 7, name: 'test' })
    const window = { algorithm: 'sliding-window' }
    const path = `/rate-limits/${added.rateLimitKey}`
    expect(await statusOf(admin.call('PATCH', path, window))).toBe(400)
    expect(await server.change(added, { ...window, burst: null })).not.toHaveProperty('burst')
    expect(await statusOf(admin.call('PATCH', '/rate-limits/4711', { limit: 1 }))).toBe(404)
    expect(await statusOf(admin.call('DELETE', '/rate-limits/4711'))).toBe(404)
  })

  test('are seen and changed by administrators only, and every change is in the audit log', async () => {
    const operator = await made('olga', 'operator')
    const added = await server.add(limit({ target: topology }))
    for (const [method, path] of [
      ['GET', '/rate-limits'],
      ['GET', '/rate-limits/overrides'],
      ['GET', '/rate-limits/usage/olga'],
      ['DELETE', '/rate-limits/usage'],
      ['DELETE', `/rate-limits/${added.rateLimitKey}`],
    ] as const) {
      expect(await statusOf(operator.call(method, path))).toBe(403)
    }
    await admin.call('PUT', '/rate-limits/overrides/olga', { mode: 'bypass' })
    await admin.call('DELETE', '/rate-limits/overrides/olga')
    await admin.call('DELETE', '/rate-limits/usage/olga')
    await server.change(added, { limit: 8 })
    await server.remove(added)
    await vi.waitFor(async () => {
      const entries = await audited(server.databaseUrl)
      for (const entry of [
        { operation: 'createRateLimit', target: added.rateLimitKey },
        { operation: 'updateRateLimit', target: added.rateLimitKey },
        { operation: 'deleteRateLimit', target: added.rateLimitKey },
        { operation: 'setRateLimitOverride', target: 'olga' },
        { operation: 'deleteRateLimitOverride', target: 'olga' },
        { operation: 'resetRateLimitUsage', target: 'olga' },
        { operation: 'resetAllRateLimitUsage', target: null },
      ]) {
        expect(entries).toContainEqual(entry)
      }
    }, 10_000)
  })
})

async function audited(url: string): Promise<readonly { operation: string; target: string | null }[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query('select operation, target from audit')
  await client.end()
  return rows
}
