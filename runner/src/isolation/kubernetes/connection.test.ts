/** Against a server that answers as told; `tests/kubernetes` has the real one. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node'
import { afterEach, describe, expect, test } from 'vitest'
import { type Connection, connect } from './connection.ts'
import type { News } from './frames.ts'
import { readLog } from './log.ts'
import { watchPods } from './watch.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** Answers the first request by the first, and so on; the last one stays. */
async function serve(answers: readonly Answer[]): Promise<{ connection: Connection; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    answers[Math.min(asked.length, answers.length) - 1]?.(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const config = new KubeConfig()
  const { port } = server.address() as AddressInfo
  config.loadFromClusterAndUser(
    { name: 'fake', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: 'user' },
  )
  const connection = connect(config)
  closing.push(() => {
    connection.close()
    server.closeAllConnections()
    server.close()
  })
  return { connection, asked }
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }
const status = (code: number, message: string): Answer => json(code, { kind: 'Status', code, message })
const reset: Answer = (request) => void request.socket.destroy()
/** Says these lines, then goes on without an end or breaks off. */
const lines =
  (texts: readonly string[], then: 'stay' | 'end' | 'break'): Answer =>
  (request, response) => {
    response.writeHead(200).write(texts.map((text) => `${text}\n`).join(''), () => {
      if (then === 'end') response.end()
      if (then === 'break') setTimeout(() => request.socket.destroy(), 20)
    })
  }

describe('a request', () => {
  test.each([
    ['too many requests', json(429, { message: 'slow down' }, { 'retry-after': '0' })],
    ['an error of the server', status(500, 'oops')],
    ['a proxy without a server', status(503, 'no')],
    ['a connection that breaks', reset],
    [
      'half an answer',
      (_: unknown, response: ServerResponse) =>
        response.writeHead(200).write('{"a', () => response.destroy()),
    ],
  ])('is made again after %s', async (_, answer) => {
    const { connection, asked } = await serve([answer as Answer, answer as Answer, json(200, { fine: true })])
    expect(await connection.call('GET', '/x')).toMatchObject({ ok: true, value: { fine: true } })
    expect(asked).toHaveLength(3)
  })

  test.each([400, 401, 403, 404, 409, 410, 422])('is not made again after %i', async (code) => {
    const { connection, asked } = await serve([status(code, 'because')])
    expect(await connection.call('POST', '/x', { body: {} })).toMatchObject({
      ok: false,
      error: { status: code, message: 'because' },
    })
    expect(asked).toHaveLength(1)
  })

  test('is given up when it is cancelled', async () => {
    const { connection } = await serve([status(500, 'oops')])
    const answer = await connection.call('GET', '/x', { signal: AbortSignal.timeout(50) })
    expect(answer).toMatchObject({ ok: false })
  })
})

const podNamed = (name: string, version: number) => ({
  metadata: { name, uid: `uid-${name}`, resourceVersion: String(version) },
})
const event = (type: string, object: unknown): string => JSON.stringify({ type, object })

describe('a watch', () => {
  test('that breaks off goes on from the last version, one that is too old from a new list', async () => {
    const { connection, asked } = await serve([
      json(200, { items: [podNamed('a', 1)], metadata: { resourceVersion: '5' } }),
      lines([event('ADDED', podNamed('b', 7)), '{"type":"MODI'], 'break'),
      lines([event('BOOKMARK', { metadata: { resourceVersion: '9' } })], 'end'),
      lines([event('ERROR', { code: 410 })], 'end'),
      json(200, { items: [podNamed('c', 12)], metadata: { resourceVersion: '12' } }),
      status(410, 'too old'),
      json(200, { items: [podNamed('c', 12)], metadata: { resourceVersion: '13' } }),
      lines([event('DELETED', podNamed('c', 14))], 'stay'),
    ])
    const told: string[] = []
    const done = Promise.withResolvers<void>()
    const watch = watchPods(connection, '/pods', 'mine=true')
    for (const name of ['a', 'b', 'c'])
      watch.follow(name, (_, pod) => {
        told.push(`${name} ${pod === undefined ? 'gone' : 'there'}`)
        if (told.at(-1) === 'c gone') done.resolve()
      })
    await done.promise
    await watch.close()
    expect(told).toEqual(['a there', 'b there', 'a gone', 'b gone', 'c there', 'c there', 'c gone'])
    const versions = asked.map((url) => /resourceVersion=(\d+)/.exec(url)?.[1] ?? 'list')
    expect(versions).toEqual(['list', '5', '7', '9', 'list', '12', 'list', '13'])
  })
})

const frame = (second: number, offset: number, kind: string, text = ''): string =>
  `2026-11-30T06:00:0${second}.5Z n ${offset} ${kind} ${Buffer.from(text).toString('base64')}`

describe('a log', () => {
  test('is read on after what breaks it, nothing twice', async () => {
    const { connection, asked } = await serve([
      status(400, 'container is waiting to start'),
      lines([frame(1, 0, 's'), frame(1, 0, 'o', 'one ')], 'break'),
      status(500, 'kubelet'),
      lines(
        [frame(1, 0, 'o', 'one '), frame(2, 4, 'o', 'two '), '2026-11-30T06:00:02.9Z n 8 o dGh'.slice(0, 20)],
        'break',
      ),
      lines(
        [frame(2, 4, 'o', 'two '), frame(3, 8, 'o', 'three'), frame(3, 13, 'x', '0 0 0 1 1 1 13')],
        'stay',
      ),
    ])
    const news: News[] = []
    const end = await readLog(connection, {
      ...{ path: '/pods/a', container: 'script', nonce: 'n' },
      hasEnded: () => false,
      take: async (one) => void news.push(one),
      signal: AbortSignal.timeout(20_000),
    })
    expect(end).toMatchObject({ exitCode: 0, outputBytes: 13 })
    const said = news.map(({ frame }) => (frame?.kind === 'data' ? frame.data.toString() : '')).join('')
    expect(said).toBe('one two three')
    expect(asked.map((url) => /sinceTime=([^&]*)/.exec(url)?.[1])).toEqual([
      ...[undefined, undefined],
      ...['2026-11-30T06%3A00%3A01Z', '2026-11-30T06%3A00%3A01Z', '2026-11-30T06%3A00%3A02Z'],
    ])
  })

  test('of a container that has ended is over with its last line, one that is gone at once', async () => {
    for (const answer of [lines([frame(1, 0, 's')], 'end'), status(404, 'gone')]) {
      const { connection } = await serve([answer])
      const request = {
        ...{ path: '/pods/a', container: 'script', nonce: 'n' },
        hasEnded: () => true,
        take: async () => undefined,
        signal: AbortSignal.timeout(20_000),
      }
      expect(await readLog(connection, request)).toBeUndefined()
    }
  })
})
