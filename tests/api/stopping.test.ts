/** A server that is told to stop does, whoever is still connected; otherwise these tests run out of time. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { createTestServer } from '../support/server.ts'

/** Resolves once it is connected, with a promise of the end of the connection. */
async function say(url: string, text: string) {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  socket.resume().write(text)
  return { closed: once(socket, 'close') }
}

test.each([
  ['says nothing', ''],
  ['has not said all of its request', 'POST /api/v1/execute HTTP/1.1\r\nhost: x\r\n'],
  [
    'does not send the body that it announced',
    'POST /api/v1/execute HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{',
  ],
])('while somebody is connected who %s', { timeout: 30_000 }, async (_, text) => {
  const server = await createTestServer()
  const { closed } = await say(server.url, text)
  // By now it has been heard.
  expect((await fetch(`${server.url}/health/live`)).status).toBe(204)
  await server.stop()
  await closed
})
