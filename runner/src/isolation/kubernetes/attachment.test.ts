/** Against a server that answers as told; `tests/kubernetes` has the real one. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node'
import { afterEach, expect, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { sayAndWait } from './attachment.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** What `answer` does with what was said; how often that was. */
async function say(
  answer: (socket: WebSocket, data: Buffer) => void,
  { path = '/', signal = AbortSignal.timeout(10_000) } = {},
) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, path: '/' })
  closing.push(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  server.on('connection', (socket) => socket.on('message', (data) => answer(socket, data as Buffer)))
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const config = new KubeConfig()
  config.loadFromClusterAndUser(
    { name: 'fake', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: 'user' },
  )
  return await sayAndWait(config, new URL(path, `http://127.0.0.1:${port}`), 'the nonce\n', signal)
}

const frame = (channel: number, text: string): Buffer =>
  Buffer.concat([Buffer.of(channel), Buffer.from(text)])
const told = (status: object) => (socket: WebSocket) => socket.send(frame(3, JSON.stringify(status)))

test('what is said goes to standard input; the end is when the other side says so', async () => {
  const heard: string[] = []
  const answer = await say((socket, data) => {
    heard.push(data.toString())
    socket.send(frame(2, 'a complaint'))
    told({ status: 'Success' })(socket)
  })
  expect(answer).toEqual({ ok: true, value: undefined })
  expect(heard).toEqual(['\0the nonce\n'])
})

test.each([
  [
    'a container that is not there',
    told({ status: 'Failure', code: 500, message: 'not found' }),
    500,
    'not found',
  ],
  [
    'a status that is none',
    (socket: WebSocket) => socket.send(frame(3, '{')),
    500,
    'its status can’t be read',
  ],
  ['a connection that breaks', (socket: WebSocket) => socket.terminate(), 0, 'the connection was closed'],
])('%s is a failure', async (_, answer, status, message) => {
  expect(await say(answer)).toEqual({ ok: false, error: { status, message } })
})

test('so is a server that takes no connections there, and one that never answers', async () => {
  expect(await say(told({}), { path: '/other' })).toMatchObject({ ok: false, error: { status: 400 } })
  const signal = AbortSignal.timeout(100)
  expect(await say(() => undefined, { signal })).toMatchObject({ ok: false, error: { status: 0 } })
})
