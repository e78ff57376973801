/** What rate limits let pass, of whom, through the API of nodes that count in memory. */
import type { Role } from '@braid/contract/role.ts'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Person } from '../support/person.ts'
import {
  addKey,
  call,
  type LimitedServer,
  limit,
  signedIn,
  startAdministered,
  startLimited,
  statusOf,
  times,
  topology,
} from '../support/rate-limits.ts'
import { createTestServer, startNode } from '../support/server.ts'

let server: LimitedServer
let admin: Person
beforeAll(async () => {
  ;({ server, admin } = await startAdministered())
})
afterAll(() => server?.stop())
afterEach(() => server.forgetAll())

const made = (username: string, role?: Role) => signedIn(server, admin, username, role)

describe('a sliding window', () => {
  test('lets exactly its limit pass, then refuses with problem details and headers, then lets pass again', async () => {
    await server.add(limit({ target: topology, limit: 3, windowSeconds: 2 }))
    for (const remaining of ['2', '1', '0']) {
      const { status, headers } = await server.get('/topology')
      expect(status).toBe(200)
      expect(headers.get('ratelimit-remaining')).toBe(remaining)
      expect(headers.get('ratelimit')).toMatch(new RegExp(`^"test";r=${remaining};t=[12]$`))
    }
    const refused = await server.get('/topology')
    expect(refused).toMatchObject({
      status: 429,
      body: {
        type: 'urn:braid:problem:too-many-requests',
        status: 429,
        code: 'TOO_MANY_REQUESTS',
        detail: 'the rate limit "test" lets 3 requests pass in any 2 s',
        instance: '/api/v1/topology',
      },
    })
    expect(refused.headers.get('content-type')).toContain('application/problem+json')
    const seconds = Number(refused.headers.get('retry-after'))
    expect([1, 2]).toContain(seconds)
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      ratelimit: `"test";r=0;t=${seconds}`,
      'ratelimit-policy': '"test";q=3;w=2',
      'ratelimit-limit': '3',
      'ratelimit-remaining': '0',
      'ratelimit-reset': String(seconds),
      'x-ratelimit-limit': '3',
      'x-ratelimit-remaining': '0',
    })
    const resetsAt = Number(refused.headers.get('x-ratelimit-reset'))
    expect(resetsAt).toBeGreaterThan(Date.parse(refused.headers.get('date') ?? '') / 1000 - 1)
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
    expect(await statusOf(server.get('/topology'))).toBe(200)
  })

  test('of forty at once, exactly ten pass', async () => {
    await server.add(limit({ target: topology, limit: 10 }))
    const statuses = await Promise.all(Array.from({ length: 40 }, () => statusOf(server.get('/topology'))))
    expect(statuses.filter((status) => status === 200)).toHaveLength(10)
    expect(statuses.filter((status) => status === 429)).toHaveLength(30)
  })
})

test('a token bucket lets its burst pass at once, then as many as are given back', async () => {
  const bucket = { algorithm: 'token-bucket', limit: 2, windowSeconds: 2, burst: 4 }
  await server.add(limit({ target: topology, ...bucket }))
  expect(await times(5, () => server.get('/topology'))).toEqual([200, 200, 200, 200, 429])
  const refused = await server.get('/topology')
  expect(refused.body.detail).toBe(
    'the rate limit "test" lets 4 requests pass at once, and as many more over 4 s',
  )
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(refused.headers.get('ratelimit-policy')).toBe('"test";q=4;w=4')
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  expect(await statusOf(server.get('/topology'))).toBe(200)
  expect(await statusOf(server.get('/topology'))).toBe(429)
})

describe('which requests', () => {
  test('are those of the route, however it is asked for, and of no other', async () => {
    await server.add(limit({ target: topology, limit: 1 }))
    expect(await statusOf(server.get('/topology'))).toBe(200)
    expect(await statusOf(call(server, 'GET', '/v2/topology'))).toBe(429)
    expect(await statusOf(call(server, 'GET', '/api/v1/%74opology?x=1'))).toBe(429)
    for (const path of ['/status', '/license']) expect((await server.get(path)).status).not.toBe(429)
    expect((await server.get('/license')).headers.get('ratelimit')).toBeNull()
    expect(await statusOf(call(server, 'GET', '/api/v1/topologyx'))).toBe(404)
  })

  test('are whole segments and one method, or a tag', async () => {
    const jobs = await server.add(limit({ target: { pathPrefix: '/jobs', method: 'POST' }, name: 'jobs' }))
    expect(jobs.routes).toContain('POST /jobs/{jobKey}/completion')
    expect(jobs.routes.filter((route) => !route.startsWith('POST /jobs'))).toEqual([])
    const scripts = await server.add(limit({ target: { tag: 'Scripts' }, name: 'scripts', limit: 1 }))
    expect(scripts.routes).toContain('PATCH /scripts/{scriptKey}')
    expect(await statusOf(call(server, 'POST', '/api/v1/scripts/search', {}))).toBe(200)
    expect(await statusOf(call(server, 'GET', '/api/v1/scripts/1'))).toBe(429)
    const all = await server.add(limit({ target: { pathPrefix: '/' }, name: 'all' }))
    expect(all.routes.some((route) => route.includes('/rate-limits'))).toBe(false)
  })

  test('the highest priority decides alone; a disabled rate limit decides nothing', async () => {
    await server.add(limit({ name: 'low', target: { pathPrefix: '/' }, limit: 1, priority: 1 }))
    const high = await server.add(limit({ name: 'high', target: topology, limit: 3, priority: 2 }))
    expect(await times(4, () => server.get('/topology'))).toEqual([200, 200, 200, 429])
    await server.change(high, { enabled: false })
    expect(await times(2, () => server.get('/topology'))).toEqual([200, 429])
    await server.change(high, { enabled: true, limit: 5 })
    // What was used before still counts: of five, three.
    expect(await times(3, () => server.get('/topology'))).toEqual([200, 200, 429])
  })

  test('never are those that change rate limits', async () => {
    await server.add(limit({ target: { pathPrefix: '/' }, limit: 1 }))
    expect(await statusOf(server.get('/topology'))).toBe(200)
    expect(await statusOf(server.get('/topology'))).toBe(429)
    expect(await times(3, () => server.get('/rate-limits'))).toEqual([200, 200, 200])
  })
})

describe('who', () => {
  test('is the user, in the browser and by API key alike', async () => {
    await server.add(limit({ target: topology, limit: 2 }))
    const ada = await made('ada', 'administrator')
    const grace = await made('grace')
    const secret = await addKey(ada)
    const byKey = () => call(server, 'GET', '/api/v1/topology', undefined, { 'x-api-key': secret })
    expect(await statusOf(ada.call('GET', '/topology'))).toBe(200)
    expect(await statusOf(byKey())).toBe(200)
    expect(await statusOf(ada.call('GET', '/topology'))).toBe(429)
    expect(await statusOf(byKey())).toBe(429)
    expect(await times(3, () => grace.call('GET', '/topology'))).toEqual([200, 200, 429])
  })

  test('is the address where nobody is signed in, and not what a header says it is', async () => {
    await server.add(limit({ target: { pathPrefix: '/session', method: 'POST' }, limit: 2, priority: 200 }))
    const signIn = (from: string) => {
      const wrong = { username: 'admin', password: 'not the password' }
      return call(server, 'POST', '/api/v1/session', wrong, { 'x-forwarded-for': from })
    }
    expect(await times(2, () => signIn('192.0.2.1'))).toEqual([401, 401])
    const refused = await signIn('192.0.2.2')
    expect(refused.status).toBe(429)
    expect(refused.body.detail).toContain('"test"')
  })

  test('is the address that a trusted proxy names', async () => {
    const behind = await startLimited({ trustedProxies: ['127.0.0.0/8'] })
    try {
      const target = { pathPrefix: '/session/options' }
      await behind.add(limit({ target, limit: 1 }))
      const ask = (from: string) =>
        call(behind, 'GET', '/api/v1/session/options', undefined, { 'x-forwarded-for': from })
      expect(await times(2, () => ask('192.0.2.1'))).toEqual([200, 429])
      // The nearest that is no proxy: the client may have sent the rest.
      expect(await statusOf(ask('192.0.2.2, 192.0.2.1'))).toBe(429)
      expect(await statusOf(ask('192.0.2.2'))).toBe(200)
      // One network of a host, whichever of its addresses it takes.
      expect(await statusOf(ask('2001:db8:1:2::1'))).toBe(200)
      expect(await statusOf(ask('2001:db8:1:2:ffff::2'))).toBe(429)
      expect(await statusOf(ask('2001:db8:1:3::1'))).toBe(200)
    } finally {
      await behind.stop()
    }
  })
})

describe('several nodes', () => {
  test('without Redis act by the same changes at once, and count for themselves', async () => {
    const other = await startNode(server.databaseUrl, { rateLimits: true })
    try {
      const there = () => call(other, 'GET', '/api/v1/topology')
      await server.add(limit({ target: topology, limit: 2, windowSeconds: 600 }))
      await vi.waitFor(async () => expect((await there()).headers.get('ratelimit')).not.toBeNull(), 10_000)
      await vi.waitFor(async () => expect(await statusOf(there())).toBe(429), 10_000)
      expect(await times(3, () => server.get('/topology'))).toEqual([200, 200, 429])
      // A reset is one of all nodes.
      await server.forgetUsage('admin')
      await vi.waitFor(async () => expect(await statusOf(there())).toBe(200), 10_000)
      await admin.call('PUT', '/rate-limits/overrides/admin', { mode: 'bypass' })
      await vi.waitFor(async () => expect(await times(3, there)).toEqual([200, 200, 200]), 10_000)
    } finally {
      await other.stop()
    }
  })

  test('see changes also when nobody tells them', async () => {
    const client = new pg.Client({ connectionString: server.databaseUrl })
    await client.connect()
    try {
      await client.query(
        `with state as (update rate_limit_state set version = version + 1)
         update rate_limit set enabled = true, max_requests = 1, burst = 1, window_seconds = 600
         where name = 'Everything else'`,
      )
      await vi.waitFor(async () => expect(await statusOf(server.get('/license'))).toBe(429), 10_000)
    } finally {
      await client.query(
        `with state as (update rate_limit_state set version = version + 1)
         update rate_limit set enabled = false where name = 'Everything else'`,
      )
      await client.end()
    }
  })
})

test('a node that is set to limit nothing limits nothing, and says so', async () => {
  const free = await createTestServer()
  try {
    const added = await call(free, 'POST', '/api/v1/rate-limits', limit({ target: topology, limit: 1 }))
    expect(added.status).toBe(201)
    expect(await times(3, () => call(free, 'GET', '/api/v1/topology'))).toEqual([200, 200, 200])
    expect((await call(free, 'GET', '/api/v1/rate-limits')).body).toMatchObject({ active: false })
  } finally {
    await free.stop()
  }
})
