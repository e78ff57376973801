/** Rate limits through the API of a node that counts in memory. */
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { createPerson, type Person, password } from '../support/person.ts'
import { addKey, call, type LimitedServer, limit, startLimited } from '../support/rate-limits.ts'
import { createTestServer, startNode } from '../support/server.ts'

let server: LimitedServer
let admin: Person
beforeAll(async () => {
  server = await startLimited()
  admin = createPerson(server)
  await admin.signInAsAdministrator()
})
afterAll(() => server?.stop())
afterEach(() => server.forgetAll())

const topology = { pathPrefix: '/topology' } as const
const statusOf = async (call: Promise<{ readonly status: number }>): Promise<number> => (await call).status
const times = async (count: number, call: () => Promise<{ readonly status: number }>): Promise<number[]> => {
  const statuses: number[] = []
  for (let index = 0; index < count; index += 1) statuses.push(await statusOf(call()))
  return statuses
}

async function made(username: string, role = 'user'): Promise<Person> {
  const account = { username, password: password(username), role }
  expect((await admin.call('POST', '/users', account)).status).toBe(201)
  const person = createPerson(server)
  await person.signIn(username, password(username))
  return person
}

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

async function audited(url: string): Promise<readonly { operation: string; target: string | null }[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query('select operation, target from audit')
  await client.end()
  return rows
}
