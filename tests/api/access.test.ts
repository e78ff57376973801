import { permissions } from '@braid/contract/permission.ts'
import { type Problem, problem } from '@braid/contract/problem.ts'
import { type OperationId, routes } from '@braid/contract/routes.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSignInToken } from '../../server/src/operations/session/create-link.ts'
import { adminKey, asAdmin, createFakeServer, type FakeServer } from './fake-server.ts'

const now = Date.parse('2026-01-01T00:00:00Z')
let server: FakeServer
beforeAll(async () => {
  server = await createFakeServer()
})
afterAll(() => server.app.close())

const mounted = Object.keys(routes).flatMap((id) => {
  const { method, path, surface } = routes[id as OperationId]
  const url = path.replace(/\{\w+\}/g, '1')
  const places = surface === 'field' ? ['/api/v1', '/v2'] : ['/api/v1']
  return places.map((prefix) => ({ id: id as OperationId, method, url: prefix + url }))
})

const mountedPatterns = Object.values(routes).flatMap(({ method, path, surface }) => {
  const pattern = path.replace(/\{(\w+)\}/g, ':$1')
  return [`${method} /api/v1${pattern}`, ...(surface === 'field' ? [`${method} /v2${pattern}`] : [])]
})

const publicRoutes = [
  'GET /api/v1/example-scripts',
  'GET /api/v1/license',
  'GET /api/v1/runtimes',
  'GET /api/v1/session/options',
  'GET /api/v1/status',
  'GET /v2/license',
  'GET /v2/status',
  'POST /api/v1/session',
]

describe('every route without identity', () => {
  test('is refused, except exactly the public ones', async () => {
    const open: string[] = []
    for (const { method, url } of mounted) {
      const response = await server.app.inject({ method, url })
      if (response.statusCode === 401 && response.json<Problem>().code === 'UNAUTHENTICATED') {
        // Signing in without a token is refused by its input, so a 401 here comes from the guard.
        expect(problem.parse(response.json()).instance).toBe(url)
      } else open.push(`${method} ${url}`)
    }
    expect(open.sort()).toEqual(publicRoutes)
  })

  test('is all there is: Fastify knows no route beside the contract', () => {
    const known = new Set(mountedPatterns)
    const beside = new Set([
      'GET *',
      'GET /health/live',
      'GET /health/ready',
      'GET /api/v1/openapi.json',
      'GET /api/v1/ws',
    ])
    const lines = registered(server)
    expect(lines.length).toBe(known.size + beside.size)
    for (const line of lines) expect(known.has(line) || beside.has(line), line).toBe(true)
  })

  test('health and the web app are public', async () => {
    expect((await server.app.inject('/health/live')).statusCode).toBe(204)
    expect((await server.app.inject('/health/ready')).statusCode).toBe(204)
    expect((await server.app.inject('/api/v1/openapi.json')).statusCode).toBe(401)
    expect((await server.app.inject('/api/v1/ws')).statusCode).toBe(401)
  })
})

/** Method and pattern of each route, read from the table that Fastify prints. */
function registered({ app }: FakeServer): readonly string[] {
  const lines: string[] = []
  const parts: string[] = []
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', path = '', methods] =
      /^([│ ]*)(?:├── |└── )(.*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? []
    if (path === '') continue
    const depth = indent.length / 4
    parts.splice(depth)
    parts[depth] = path
    for (const method of methods?.split(', ') ?? []) lines.push(`${method} ${parts.join('')}`)
  }
  return lines
}

describe('API keys', () => {
  const url = '/api/v1/session'

  test.each([
    ['a bearer token', { authorization: `Bearer ${adminKey}` }],
    ['the header x-api-key', { 'x-api-key': adminKey }],
    ['the password of basic authentication', { authorization: `Basic ${btoa(`anybody:${adminKey}`)}` }],
  ])('are read from %s', async (_, headers) => {
    const response = await server.app.inject({ url, headers })
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({ kind: 'api-key', grants: ['*'] })
  })

  test.each([
    ['another key', { authorization: 'Bearer braid_wrong' }],
    ['an empty key', { 'x-api-key': '' }],
    ['another scheme', { authorization: 'Digest abc' }],
    ['a token that tries to be clever', { authorization: `Bearer ${adminKey} ${adminKey}` }],
    ['basic authentication without colon', { authorization: `Basic ${btoa(adminKey)}` }],
  ])('refuse %s', async (_, headers) => {
    const response = await server.app.inject({ url, headers })
    expect(response.statusCode).toBe(401)
    expect(response.headers['www-authenticate']).toContain('Bearer')
  })

  test('do not fall back to the cookie when they are wrong', async () => {
    const { cookie } = await server.signIn()
    const response = await server.app.inject({ url, headers: { cookie, authorization: 'Bearer wrong' } })
    expect(response.statusCode).toBe(401)
  })

  test('show their secret once, work with just their grants, and stop working when revoked', async () => {
    const created = await server.app.inject({
      method: 'POST',
      url: '/api/v1/api-keys',
      headers: asAdmin,
      payload: { name: 'worker', grants: ['job:work'] },
    })
    expect(created.statusCode).toBe(201)
    const { secret, apiKeyId } = created.json<{ secret: string; apiKeyId: string }>()
    expect(secret).toMatch(/^braid_[\w-]{43}$/)
    const list = await server.app.inject({ url: '/api/v1/api-keys', headers: asAdmin })
    expect(list.body).not.toContain(secret)

    const headers = { 'x-api-key': secret }
    const activation = { type: 'work', timeout: 1000, maxJobsToActivate: 1, requestTimeout: -1 }
    const allowed = { method: 'POST', url: '/v2/jobs/activation', headers, payload: activation } as const
    expect((await server.app.inject(allowed)).statusCode).toBe(200)
    const forbidden = await server.app.inject({ method: 'POST', url: '/v2/deployments', headers })
    expect(forbidden.statusCode).toBe(403)
    expect(forbidden.json<Problem>().detail).toContain('deployment:create')

    const revoked = { method: 'DELETE', url: `/api/v1/api-keys/${apiKeyId}`, headers: asAdmin } as const
    expect((await server.app.inject(revoked)).statusCode).toBe(204)
    expect((await server.app.inject(allowed)).statusCode).toBe(401)
  })

  test('cannot hand out grants that they do not hold', async () => {
    const created = await server.app.inject({
      method: 'POST',
      url: '/api/v1/api-keys',
      headers: asAdmin,
      payload: { name: 'key maker', grants: ['api-key:create'] },
    })
    const { secret } = created.json<{ secret: string }>()
    for (const grants of [['*'], ['deployment:create']]) {
      const response = await server.app.inject({
        method: 'POST',
        url: '/api/v1/api-keys',
        headers: { 'x-api-key': secret },
        payload: { name: 'more', grants },
      })
      expect(response.statusCode).toBe(403)
    }
  })

  test('open each route by exactly the permission that it declares', async () => {
    const secrets = new Map<string, string>()
    for (const permission of permissions) {
      const payload = { name: permission, grants: [permission] }
      const created = await server.app.inject({
        method: 'POST',
        url: '/api/v1/api-keys',
        headers: asAdmin,
        payload,
      })
      secrets.set(permission, created.json<{ secret: string }>().secret)
    }
    for (const { id, method, url } of mounted) {
      if (id === 'streamJobs' || id === 'streamProcessInstance') continue
      const { permission } = routes[id]
      if (permission === 'public' || permission === 'signed-in') continue
      for (const [held, secret] of secrets) {
        const response = await server.app.inject({ method, url, headers: { 'x-api-key': secret } })
        const refused = response.statusCode === 403 && response.json<Problem>().detail.includes(permission)
        // The clock is not under control here, which is another 403.
        expect(refused, `${held} at ${method} ${url}`).toBe(held !== permission)
      }
    }
  })
})

describe('signing in', () => {
  test('works once per link', async () => {
    const token = await createSignInToken(server.access, now)
    const signIn = () => server.app.inject({ method: 'POST', url: '/api/v1/session', payload: { token } })
    const responses = [await signIn(), await signIn()]
    expect(responses.map(({ statusCode }) => statusCode)).toEqual([200, 401])
    const cookie = `braid_session=${responses[0]?.cookies[0]?.value}`
    const me = await server.app.inject({ url: '/api/v1/session', headers: { cookie } })
    expect(me.json()).toMatchObject({ kind: 'session', username: 'admin', grants: ['*'] })
  })

  test('marks the cookie HttpOnly, SameSite=Strict, and Secure behind https', async () => {
    const token = await createSignInToken(server.access, now)
    const response = await server.app.inject({
      method: 'POST',
      url: '/api/v1/session',
      headers: { origin: 'https://localhost:80' },
      payload: { token },
    })
    expect(response.headers['set-cookie']).toMatch(/HttpOnly/)
    expect(response.headers['set-cookie']).toMatch(/SameSite=Strict/)
    expect(response.headers['set-cookie']).toMatch(/Secure/)
  })

  test('is refused from another site, and after many failures', async () => {
    const own = await createFakeServer()
    const attempt = (headers: Record<string, string> = {}) =>
      own.app.inject({ method: 'POST', url: '/api/v1/session', headers, payload: { token: 'guess' } })
    expect((await attempt({ origin: 'https://evil.example' })).statusCode).toBe(403)
    const codes: number[] = []
    for (let count = 0; count < 25; count++) codes.push((await attempt()).statusCode)
    expect(codes.filter((code) => code === 401).length).toBe(20)
    expect(codes.at(-1)).toBe(429)
    await own.app.close()
  })

  test('ends with signing out', async () => {
    const own = await createFakeServer()
    const { cookie, csrfToken } = await own.signIn()
    const headers = { cookie, 'x-csrf-token': csrfToken, 'sec-fetch-site': 'same-origin' }
    const out = await own.app.inject({ method: 'DELETE', url: '/api/v1/session', headers })
    expect(out.statusCode).toBe(204)
    const me = await own.app.inject({ url: '/api/v1/session', headers: { cookie } })
    expect(me.statusCode).toBe(401)
    await own.app.close()
    expect(own.access.audited.map(({ operation }) => operation)).toEqual(['createSession', 'deleteSession'])
  })
})

describe('a request that changes something by cookie', () => {
  const origin = 'http://localhost:80'
  const cases: readonly (readonly [string, Record<string, string>, number])[] = [
    ['with token and same origin', { token: 'right', origin }, 200],
    ['with token and Sec-Fetch-Site: same-origin', { token: 'right', 'sec-fetch-site': 'same-origin' }, 200],
    ['without token', { origin }, 403],
    ['with another token', { token: 'wrong', origin }, 403],
    ['without origin', { token: 'right' }, 403],
    ['from another origin', { token: 'right', origin: 'https://evil.example' }, 403],
    ['from a look-alike origin', { token: 'right', origin: 'http://localhost.evil.example' }, 403],
    ['from another port', { token: 'right', origin: 'http://localhost:81' }, 403],
    ['from origin null', { token: 'right', origin: 'null' }, 403],
    ['from the same site but another origin', { token: 'right', origin, 'sec-fetch-site': 'same-site' }, 403],
    ['across sites', { token: 'right', origin, 'sec-fetch-site': 'cross-site' }, 403],
    ['typed into the address bar', { token: 'right', 'sec-fetch-site': 'none' }, 403],
  ]
  test.each(cases)('%s', async (_, { token, ...headers }, expected) => {
    const { cookie, csrfToken } = await server.signIn()
    const csrf = token === undefined ? {} : { 'x-csrf-token': token === 'right' ? csrfToken : token }
    const response = await server.app.inject({
      method: 'POST',
      url: '/api/v1/signals/broadcast',
      headers: { host: 'localhost:80', cookie, ...csrf, ...headers },
      payload: { signalName: 'go' },
    })
    expect(response.statusCode).toBe(expected)
  })

  test('cannot be disguised as a form or by a method override', async () => {
    const { cookie } = await server.signIn()
    const form = await server.app.inject({
      method: 'POST',
      url: '/api/v1/signals/broadcast',
      headers: { cookie, 'content-type': 'text/plain', origin: 'https://evil.example' },
      payload: '{"signalName":"go"}',
    })
    expect(form.statusCode).toBe(403)
    const override = await server.app.inject({
      method: 'GET',
      url: '/api/v1/session',
      headers: { cookie, 'x-http-method-override': 'DELETE', 'x-original-url': '/api/v1/api-keys' },
    })
    expect(override.statusCode).toBe(200)
    expect((await server.app.inject({ url: '/api/v1/session', headers: { cookie } })).statusCode).toBe(200)
  })

  test('needs no token with an API key', async () => {
    const response = await server.app.inject({
      method: 'POST',
      url: '/api/v1/signals/broadcast',
      headers: asAdmin,
      payload: { signalName: 'go' },
    })
    expect(response.statusCode).toBe(200)
  })
})
