import { connect } from 'node:net'
import { problem } from '@braid/contract/problem.ts'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { OverloadError } from '../../server/src/execution/execution.ts'
import { asAdmin, createFakeServer, type FakeServer, idleExecution } from './fake-server.ts'

let server: FakeServer
const broadcastSignal = vi.fn(idleExecution.broadcastSignal)
beforeAll(async () => {
  server = await createFakeServer({ execution: { ...idleExecution, broadcastSignal } })
})
afterAll(() => server.app.close())

const url = '/api/v1/signals/broadcast'
const post = (payload: string | Buffer, contentType = 'application/json') =>
  server.app.inject({ method: 'POST', url, headers: { ...asAdmin, 'content-type': contentType }, payload })

describe('paths', () => {
  test.each([
    '/API/v1/topology',
    '/api/V1/topology',
    '//api/v1/topology',
    '/api//v1/topology',
    '/api/v1/topology/',
    '/api/v1/topology;a=b',
    '/api/..;/v1/topology',
    '/api/v1/x/../topology',
    '/api/v1/%2e%2e/v1/topology',
    '/%2e%2e/api/v1/topology',
    '/api/v1/topology.',
    '/api/v1/topology%00',
    '/api/v1%2ftopology',
    '/v2/session',
    '/v2/api-keys',
  ])('%s reaches no handler', async (path) => {
    for (const headers of [{}, { accept: 'text/html' }]) {
      const response = await server.app.inject({ url: path, headers })
      expect([400, 401, 404]).toContain(response.statusCode)
      expect(response.headers['content-type']).toContain('application/problem+json')
      problem.parse(response.json())
    }
  })

  test('a malformed escape is a problem with headers like any other', async () => {
    const response = await server.app.inject({ url: '/api/v1/process-instances/%zz', headers: asAdmin })
    expect(response.statusCode).toBe(400)
    expect(response.headers['x-content-type-options']).toBe('nosniff')
    problem.parse(response.json())
  })

  test('a key that is none is refused by name', async () => {
    for (const key of ['abc', '0', '-1', '1e3', '99999999999999999999', '1%27or%271', '01']) {
      const response = await server.app.inject({ url: `/api/v1/process-instances/${key}`, headers: asAdmin })
      expect(response.statusCode).toBe(400)
      expect(response.json().detail).toContain('processInstanceKey')
    }
    const beyond = await server.app.inject({
      url: '/api/v1/process-instances/9999999999999999',
      headers: asAdmin,
    })
    expect(beyond.statusCode).toBe(404)
  })
})

describe('hosts', () => {
  test.each([
    ['evil.example', 421],
    ['localhost.evil.example', 421],
    ['127.0.0.1.nip.io', 421],
    ['localhost', 204],
    ['LOCALHOST:8080', 204],
    ['127.0.0.1:9', 204],
    ['[::1]:8080', 204],
  ])('%s answers %i on a loopback server', async (host, expected) => {
    const response = await server.app.inject({ url: '/api/v1/status', headers: { host } })
    expect(response.statusCode).toBe(expected)
  })

  test('a server on all addresses answers for any name', async () => {
    const config = { host: '0.0.0.0', port: 8080, registration: 'closed', trustedProxies: [] } as const
    const open = await createFakeServer({ config })
    const response = await open.app.inject({ url: '/api/v1/status', headers: { host: 'braid.example' } })
    expect(response.statusCode).toBe(204)
    await open.app.close()
  })
})

describe('content types', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json\t;x',
    'application/json; charset=utf-16',
    'application/jsonp',
    'application/problem+json',
    '',
  ])('%j is refused before the handler', async (contentType) => {
    broadcastSignal.mockClear()
    const response = await post('{"signalName":"go"}', contentType)
    expect(response.statusCode).toBe(415)
    expect(broadcastSignal).not.toHaveBeenCalled()
  })

  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
    '%s is read',
    async (contentType) => {
      expect((await post('{"signalName":"go"}', contentType)).statusCode).toBe(200)
    },
  )

  test('a deployment takes files only', async () => {
    const response = await server.app.inject({
      method: 'POST',
      url: '/api/v1/deployments',
      headers: asAdmin,
      payload: { resources: [{ name: 'a.bpmn', content: '<x/>' }] },
    })
    expect(response.statusCode).toBe(415)
  })
})

describe('JSON bodies', () => {
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  const body = (variables: string) => `{"signalName":"go","variables":${variables}}`

  test.each([
    ['nested 65 deep', body(nested(64)), 'levels of nesting'],
    ['nested 10,000 deep', body(nested(10_000)), 'levels of nesting'],
    ['an array nested 100,000 deep', '['.repeat(100_000), 'levels of nesting'],
    ['with the key __proto__', body('{"__proto__":{"polluted":1}}'), '__proto__'],
    ['with the key __proto__ in escapes', body('{"__pr\\u006fto__":{"polluted":1}}'), '__proto__'],
    ['with a key twice', body('{"a":1,"a":2}'), 'twice'],
    ['with a key twice, once in escapes', body('{"a":1,"\\u0061":2}'), 'twice'],
    ['with an integer beyond 2^53', body('{"a":9007199254740993}'), '2^53'],
    ['with a number beyond doubles', body('{"a":1e400}'), 'range of a double'],
    ['with half a surrogate pair', body('{"a":"\\ud800"}'), 'surrogate'],
    ['with NUL', body('{"a":"\\u0000"}'), 'U+0000'],
    ['that end too early', '{"signalName":"go"', ''],
    ['that are two documents', '{"signalName":"go"}{}', ''],
  ])('%s are refused', async (_, payload, detail) => {
    const response = await post(payload)
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ code: 'INVALID_JSON', status: 400 })
    expect(response.json().detail).toContain(detail)
  })

  test('that are not UTF-8 are refused', async () => {
    const response = await post(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))
    expect(response.json()).toMatchObject({ code: 'INVALID_JSON' })
  })

  test('pass "constructor" on as plain data and leave prototypes alone', async () => {
    broadcastSignal.mockClear()
    const variables = { constructor: { prototype: { polluted: 1 } }, toString: 'x', 'a[__proto__]': 1 }
    expect((await post(JSON.stringify({ signalName: 'go', variables }))).statusCode).toBe(200)
    expect(broadcastSignal).toHaveBeenCalledWith({ name: 'go', variables })
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  test('survive unchanged up to the edges of numbers and text', async () => {
    broadcastSignal.mockClear()
    const variables = '{"a":9007199254740991,"b":0.1,"c":1e308,"d":"😀\u2028","e":-5e-324,"f":""}'
    expect((await post(body(variables))).statusCode).toBe(200)
    expect(broadcastSignal).toHaveBeenCalledWith({ name: 'go', variables: JSON.parse(variables) })
  })

  test('larger than the limit are refused without being read', async () => {
    const response = await post(Buffer.alloc(5 * 1024 * 1024, 0x20))
    expect(response.statusCode).toBe(413)
    expect(response.json()).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
  })

  test.each([
    [
      'keys',
      `{${Array.from({ length: 350_000 }, (_, index) => `"k${index}":1`).join()}}`,
      'keys in an object',
    ],
    ['values', `[${'1,'.repeat(2_000_000)}1]`, 'values'],
    ['escaped values', `[${'"\\u0041",'.repeat(400_000)}1]`, 'values'],
  ])('with too many %s are refused before they hold anybody up', async (_, payload, detail) => {
    const started = performance.now()
    const response = await post(payload)
    expect(performance.now() - started).toBeLessThan(500)
    expect(response.json()).toMatchObject({ code: 'INVALID_JSON' })
    expect(response.json().detail).toContain(detail)
  })

  test('with many values are read', async () => {
    const list = Array.from({ length: 200_000 }, (_, index) => index / 7)
    expect((await post(JSON.stringify({ signalName: 'go', variables: { list } }))).statusCode).toBe(200)
  })
})

describe('fields', () => {
  test.each([
    ['a missing field', {}, 'body.signalName: expected string, got nothing'],
    ['another type', { signalName: 5 }, 'body.signalName: expected string, got a number'],
    ['an unknown field', { signalName: 'go', role: 'admin' }, 'body.role: unknown field'],
    [
      'variables that are no object',
      { signalName: 'go', variables: [] },
      'body.variables: expected a JSON object, got an array',
    ],
    ['another tenant', { signalName: 'go', tenantId: 'b' }, 'body.tenantId: expected "<default>"'],
  ])('%s is named', async (_, payload, detail) => {
    const response = await server.app.inject({ method: 'POST', url, headers: asAdmin, payload })
    expect(response.statusCode).toBe(400)
    expect(response.json().detail).toContain(detail)
    problem.parse(response.json())
  })

  const search = (payload: object) =>
    server.app.inject({ method: 'POST', url: '/api/v1/process-instances/search', headers: asAdmin, payload })

  test.each([
    ['an unknown filter', { filter: { createdBy: 'x' } }, 'body.filter.createdBy: unknown field'],
    ['an unknown operator', { filter: { processInstanceKey: { $regex: 'x' } } }, '$regex: unknown field'],
    [
      'another type in a filter',
      { filter: { businessId: 5 } },
      'body.filter.businessId: expected string or object, got a number',
    ],
    ['a key as a number', { filter: { processInstanceKey: 5 } }, 'body.filter.processInstanceKey: expected'],
    ['an unknown state', { filter: { state: 'DONE' } }, 'body.filter.state'],
    ['an unknown sort field', { sort: [{ field: 'secret; drop table' }] }, 'body.sort[0].field'],
    ['a page that is too large', { page: { limit: 100_000 } }, 'body.page.limit'],
    [
      'an expression in a filter',
      { filter: { businessId: { $eq: { $eq: 1 } } } },
      'body.filter.businessId.$eq',
    ],
  ])('%s in a search is named', async (_, payload, detail) => {
    const response = await search(payload)
    expect(response.statusCode).toBe(400)
    expect(response.json().detail).toContain(detail)
  })

  test.each([
    ['neither key nor id', {}, 'either processDefinitionKey or processDefinitionId'],
    ['an unknown field', { processDefinitionKey: '1', epoch: 1 }, 'body.epoch: unknown field'],
    ['a key as a number', { processDefinitionKey: 1 }, 'processDefinitionKey: expected a key'],
    ['both', { processDefinitionKey: '1', processDefinitionId: 'a' }, 'either processDefinitionKey or'],
  ])('%s at a start is named', async (_, payload, detail) => {
    const response = await server.app.inject({
      method: 'POST',
      url: '/v2/process-instances',
      headers: asAdmin,
      payload,
    })
    expect(response.statusCode).toBe(400)
    expect(response.json().detail).toContain(detail)
  })

  test('what clients of Camunda 8 always send is accepted', async () => {
    const payload = {
      page: { from: 0, limit: 100 },
      sort: [{ field: 'startDate', order: 'ASC' }],
      filter: {},
    }
    expect((await search(payload)).statusCode).toBe(200)
  })
})

describe('answers', () => {
  test('carry security headers, and no permission for other origins', async () => {
    const requests = [
      { url: '/api/v1/status' },
      { url: '/nowhere' },
      { url: '/api/v1/topology' },
      { method: 'POST', url, headers: { ...asAdmin, 'content-type': 'text/plain' }, payload: 'x' },
      { url: '/api/v1/topology', headers: { host: 'evil.example' } },
      { method: 'OPTIONS', url: '/api/v1/topology', headers: { origin: 'https://evil.example' } },
    ] as const
    for (const request of requests) {
      const { headers } = await server.app.inject({ ...request })
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['x-frame-options']).toBe('DENY')
      expect(headers['referrer-policy']).toBe('same-origin')
      expect(headers['access-control-allow-origin']).toBeUndefined()
    }
  })

  test('say 503 and when to come back under back-pressure', async () => {
    const overloaded = async () => {
      throw new OverloadError('10,000 commands are waiting')
    }
    const busy = await createFakeServer({ execution: { ...idleExecution, broadcastSignal: overloaded } })
    const payload = { signalName: 'go' }
    const response = await busy.app.inject({ method: 'POST', url, headers: asAdmin, payload })
    expect(response.statusCode).toBe(503)
    expect(response.headers['retry-after']).toBe('1')
    expect(response.json()).toMatchObject({ code: 'RESOURCE_EXHAUSTED', title: 'RESOURCE_EXHAUSTED' })
    await busy.app.close()
  })

  test('keep what failed inside to themselves', async () => {
    const broken = async () => {
      throw new Error('password=hunter2 at postgres://admin@db')
    }
    const failing = await createFakeServer({ execution: { ...idleExecution, broadcastSignal: broken } })
    const payload = { signalName: 'go' }
    const response = await failing.app.inject({ method: 'POST', url, headers: asAdmin, payload })
    expect(response.statusCode).toBe(500)
    expect(response.body).not.toContain('hunter2')
    await failing.app.close()
  })

  test('to bytes that are no request are problems as well', async () => {
    const address = await server.app.listen({ port: 0, host: '127.0.0.1' })
    const port = Number(new URL(address).port)
    const answer = await new Promise<string>((resolve, reject) => {
      let text = ''
      const socket = connect(port, '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'))
      socket.on('data', (chunk) => {
        text += chunk.toString()
      })
      socket.on('end', () => resolve(text))
      socket.on('error', reject)
    })
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request/)
    expect(answer).toContain('x-content-type-options: nosniff')
    problem.parse(JSON.parse(answer.split('\r\n\r\n')[1] ?? ''))
  })
})
