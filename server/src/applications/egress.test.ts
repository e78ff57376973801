/** Attacks on the outgoing calls of applications, against a real server. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEgress, type EgressOptions } from './egress.ts'
import { egressRule } from './egress-rule.ts'

let server: Server
let port: number
const asked: { readonly url: string; readonly headers: Readonly<Record<string, unknown>> }[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push({ url: `${request.headers.host}${request.url}`, headers: request.headers })
    const { pathname, searchParams } = new URL(`http://x${request.url}`)
    if (pathname === '/to') response.writeHead(302, { location: searchParams.get('url') ?? '' }).end()
    else if (pathname === '/bomb') {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(5_000_000)))
    } else if (pathname === '/slow') response.writeHead(200).write('x')
    else response.end('ok')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const refusals: unknown[] = []
function egress(allowed: readonly string[], options: Partial<EgressOptions> = {}) {
  const rule = egressRule(allowed)
  if (!rule.ok) throw new Error(rule.error)
  // Names of the tests are all this machine.
  const lookup = ((host: string, _options: object, callback: (...answer: unknown[]) => void) => {
    const addresses = host === 'mixed.test' ? ['93.184.216.34', '127.0.0.1'] : ['127.0.0.1']
    callback(
      null,
      addresses.map((address) => ({ address, family: 4 })),
    )
  }) as unknown as EgressOptions['lookup']
  return createEgress({
    rule: rule.value,
    onRefused: (target) => refusals.push(target),
    ...(lookup === undefined ? {} : { lookup }),
    ...options,
  }).fetch
}

describe('private addresses', () => {
  test.each([
    ...['127.0.0.1', '2130706433', '0x7f.1', '017700000001', '127.1', '0', '①②⑦.⓪.⓪.①', '[::1]'],
    ...['[::ffff:7f00:1]', '[64:ff9b::7f00:1]', '169.254.169.254', '[fd00:ec2::254]', '100.64.0.1'],
    ...['10.1.2.3', '192.168.0.1', '172.16.0.1', 'localhost.', 'rebound.test', 'mixed.test'],
  ])('%s is refused before anything is sent', async (host) => {
    const before = asked.length
    await expect(egress([])(`http://${host}:${port}/`)).rejects.toThrow(/is a private address/)
    expect(asked).toHaveLength(before)
    expect(refusals.length).toBeGreaterThan(0)
  })

  test('are called where the operator names them', async () => {
    expect(await (await egress(['127.0.0.0/8'])(`http://127.0.0.1:${port}/`)).text()).toBe('ok')
    expect(await (await egress(['inside.test'])(`http://inside.test:${port}/`)).text()).toBe('ok')
    await expect(egress(['inside.test'])(`http://other.test:${port}/`)).rejects.toThrow(/is a private/)
    expect(egressRule(['10.0.0.0/99'])).toMatchObject({ ok: false })
  })
})

describe('redirects', () => {
  test('are checked like calls', async () => {
    const call = egress(['a.test'])
    const to = (url: string) => call(`http://a.test:${port}/to?url=${encodeURIComponent(url)}`)
    await expect(to('http://169.254.169.254/latest')).rejects.toThrow(/is a private address/)
    await expect(to('file:///etc/passwd')).rejects.toThrow(/expected an address that begins with https/)
    await expect(to('/to')).rejects.toThrow(/redirects more than 5 times/)
  })

  test('take no credentials to another host', async () => {
    const headers = { authorization: 'Bearer s', cookie: 'c', 'x-api-key': 'k', accept: 'text/plain' }
    const call = egress(['a.test', 'b.test'])
    const target = encodeURIComponent(`http://b.test:${port}/there`)
    const answer = await call(`http://a.test:${port}/to?url=${target}`, { headers })
    expect(answer.redirected).toBe(true)
    const there = asked.findLast(({ url }) => url.endsWith('/there'))
    expect(there?.headers).toMatchObject({ accept: 'text/plain' })
    for (const name of ['authorization', 'cookie', 'x-api-key']) expect(there?.headers[name]).toBeUndefined()
  })
})

describe('what is no call', () => {
  test.each(['gopher://a.test/', 'file:///etc/passwd', 'ftp://a.test/', 'http://user:pass@a.test/'])(
    '%s is refused',
    async (url) => {
      await expect(egress(['a.test'])(url)).rejects.toThrow(TypeError)
    },
  )

  test('a header of two lines is refused', async () => {
    const headers = { 'x-a': 'a\r\nx-b: b' }
    await expect(egress(['a.test'])(`http://a.test:${port}/`, { headers })).rejects.toThrow(TypeError)
  })
})

describe('answers', () => {
  test('that become too large end with an error, as unpacked', async () => {
    const call = egress(['a.test'], { limits: { maxBytes: 100_000, timeoutMs: 20_000 } })
    const answer = await call(`http://a.test:${port}/bomb`)
    await expect(answer.arrayBuffer()).rejects.toThrow(/at most 100000 bytes/)
  })

  test('that never end are given up', async () => {
    const call = egress(['a.test'], { limits: { maxBytes: 1_000, timeoutMs: 200 } })
    const answer = await call(`http://a.test:${port}/slow`)
    await expect(answer.text()).rejects.toThrow()
  })
})
