/** The WebSocket: what it tells and in which order, and what it takes from whom. */

import type { LiveData } from '@braid/contract/live.ts'
import { createLiveClient } from '@braid/contract/live-client.ts'
import type { ProcessInstance } from '@braid/contract/process-instance.ts'
import type { Event } from '@braid/core/engine/event.ts'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import type { HistoryEntry } from '../../server/src/store/port.ts'
import { openRaw } from '../support/live-socket.ts'
import {
  adminKey,
  aKey,
  asAdmin,
  createFakeServer,
  emptyReads,
  type FakeServer,
  idleExecution,
} from './fake-server.ts'

const instance: ProcessInstance = {
  processInstanceKey: '7',
  processDefinitionKey: '3',
  processDefinitionId: 'order',
  processDefinitionVersion: 1,
  state: 'ACTIVE',
  hasIncident: false,
  startDate: '2026-01-01T00:00:00.000Z',
  tenantId: '<default>',
}

const activated = (element: string): Event => ({ type: 'element-activated', key: aKey(11), element })
const completed: Event = { type: 'instance-completed', key: aKey(7) }

/** An instance whose log the test writes. */
function createLog() {
  const entries: HistoryEntry[] = []
  const listeners = new Set<(key: ReturnType<typeof aKey>) => void>()
  return {
    commit(...events: Event[]) {
      entries.push({ version: entries.length + 1, at: 1_767_225_600_000, events })
      for (const listener of listeners) listener(aKey(7))
    },
    overrides: {
      history: async ({ after, max }: { after: number; max: number }) => entries.slice(after, after + max),
      execution: {
        ...idleExecution,
        onCommit: (heard: (key: ReturnType<typeof aKey> | undefined) => void) => {
          listeners.add(heard)
          return () => listeners.delete(heard)
        },
      },
      reads: {
        ...emptyReads,
        getProcessInstance: async (key: number) => {
          const ended = entries.some(({ events }) => events.includes(completed))
          const state = ended ? ('COMPLETED' as const) : instance.state
          return key === 7 ? { ...instance, state } : undefined
        },
      },
    },
  }
}

let server: FakeServer
const cleanUp: (() => void)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0)) step()
  await server.app.close()
})

async function listen(overrides: Parameters<typeof createFakeServer>[0] = {}): Promise<string> {
  server = await createFakeServer(overrides)
  return server.app.listen({ port: 0, host: '127.0.0.1' })
}

const topic = { kind: 'process-instance', processInstanceKey: '7' } as const
const subscribe = (id: string, after?: string) => ({
  type: 'subscribe',
  id,
  topic,
  ...(after ? { after } : {}),
})

const versionsOf = (data: LiveData): readonly number[] =>
  data.kind === 'process-instance' ? data.entries.map(({ version }) => version) : []

describe('a subscription', () => {
  test('gets a snapshot, then changes in order, then the end', async () => {
    const log = createLog()
    log.commit(activated('a'))
    const raw = await openRaw(await listen(log.overrides), asAdmin)
    raw.send(subscribe('mine'))
    await raw.frame(({ type }) => type === 'snapshot')
    log.commit(activated('b'))
    log.commit(completed)
    await raw.frame(({ type }) => type === 'end')
    expect(raw.frames).toMatchObject([
      { type: 'snapshot', id: 'mine', cursor: '1', data: { entries: [{ version: 1 }] } },
      { type: 'changes', id: 'mine', cursor: '3', data: { entries: [{ version: 2 }, { version: 3 }] } },
      { type: 'end', id: 'mine' },
    ])
  })

  test('gets everything between two ticks in one frame', async () => {
    const log = createLog()
    const raw = await openRaw(await listen(log.overrides), asAdmin)
    raw.send(subscribe('mine'))
    await raw.frame(({ type }) => type === 'snapshot')
    for (let step = 1; step <= 150; step += 1) log.commit(activated(`step-${step}`))
    await raw.frame((frame) => 'cursor' in frame && frame.cursor === '150')
    expect(raw.frames).toHaveLength(2)
  })

  test('goes on after the cursor that it names; from the beginning where that is none', async () => {
    const log = createLog()
    for (const element of ['a', 'b', 'c']) log.commit(activated(element))
    const raw = await openRaw(await listen(log.overrides), asAdmin)
    raw.send(subscribe('known', '2'))
    raw.send(subscribe('later', '4000'))
    raw.send(subscribe('odd', 'x\n'))
    await raw.frame((frame) => 'id' in frame && frame.id === 'odd')
    expect(raw.frames).toMatchObject([
      { type: 'changes', id: 'known', data: { entries: [{ version: 3 }] } },
      { type: 'snapshot', id: 'later', cursor: '3' },
      { type: 'snapshot', id: 'odd', cursor: '3' },
    ])
  })

  test('is silent once it was ended', async () => {
    const log = createLog()
    const raw = await openRaw(await listen(log.overrides), asAdmin)
    raw.send(subscribe('one'))
    await raw.frame((frame) => 'id' in frame && frame.id === 'one')
    raw.send({ type: 'unsubscribe', id: 'one' })
    raw.send(subscribe('two'))
    await raw.frame((frame) => 'id' in frame && frame.id === 'two')
    log.commit(activated('a'))
    await raw.frame((frame) => frame.type === 'changes')
    expect(raw.frames.filter((frame) => frame.type === 'changes')).toMatchObject([{ id: 'two' }])
  })

  test('to what does not exist, or may not be read, is refused', async () => {
    const url = await listen(createLog().overrides)
    const worker = await server.app.inject({
      method: 'POST',
      url: '/api/v1/api-keys',
      headers: asAdmin,
      payload: { name: 'worker', grants: ['job:work'] },
    })
    const stranger = await openRaw(url, { 'x-api-key': worker.json<{ secret: string }>().secret })
    stranger.send(subscribe('x'))
    expect(await stranger.frame(() => true)).toMatchObject({ type: 'refused', id: 'x', code: 'FORBIDDEN' })
    const raw = await openRaw(url, asAdmin)
    raw.send({ type: 'subscribe', id: 'y', topic: { kind: 'process-instance', processInstanceKey: '8' } })
    expect(await raw.frame(() => true)).toMatchObject({ type: 'refused', id: 'y', code: 'NOT_FOUND' })
  })
})

describe('who may open one', () => {
  const status = (url: string, headers: Record<string, string>) =>
    openRaw(url, headers).then(
      ({ socket }) => {
        socket.terminate()
        return 'opened'
      },
      (error: Error) => error.message,
    )

  test('a page of this server with its session, and no page of another', async () => {
    const url = await listen()
    const { cookie } = await server.signIn()
    expect(await status(url, { cookie, origin: url })).toBe('opened')
    expect(await status(url, { cookie, origin: 'https://evil.example' })).toBe('refused with 403')
    expect(await status(url, { cookie, origin: 'null' })).toBe('refused with 403')
    expect(await status(url, { cookie })).toBe('refused with 403')
    expect(await status(url, { cookie, origin: url, 'sec-fetch-site': 'cross-site' })).toBe(
      'refused with 403',
    )
  })

  test('a program with an API key in a header; nobody else, and not by the address', async () => {
    const url = await listen()
    expect(await status(url, asAdmin)).toBe('opened')
    expect(await status(url, {})).toBe('refused with 401')
    expect(await status(url, { authorization: 'Bearer braid_wrong' })).toBe('refused with 401')
    expect(await status(url, { ...asAdmin, host: 'evil.example' })).toBe('refused with 421')
    const { statusCode } = await server.app.inject({ url: `/api/v1/ws?token=${adminKey}` })
    expect(statusCode).toBe(401)
  })

  test('not by a plain request, and no other route becomes a socket', async () => {
    const url = await listen()
    const plain = await server.app.inject({ url: '/api/v1/ws', headers: asAdmin })
    expect(plain.json()).toMatchObject({
      code: 'INVALID_REQUEST',
      detail: 'expected the opening of a WebSocket',
    })
    const other = await openRaw(`${url}/api/v1/session?`, asAdmin).catch((error: Error) => error)
    expect(other instanceof Error ? other.message : await other.closed).toBe(1005)
  })

  test('so many at once of one account', async () => {
    const url = await listen({ live: { socketsPerUser: 2 } })
    const [first] = await Promise.all([openRaw(url, asAdmin), openRaw(url, asAdmin)])
    expect(await status(url, asAdmin)).toBe('refused with 429')
    const { cookie } = await server.signIn()
    expect(await status(url, { cookie, origin: url })).toBe('refused with 429')
    first.socket.close()
    await first.closed
    await expect.poll(() => status(url, asAdmin)).toBe('opened')
  })
})

describe('what it takes', () => {
  test('a message that is no request is refused, and the socket lives on', async () => {
    const raw = await openRaw(await listen(createLog().overrides), asAdmin)
    for (const bad of [
      '{',
      '[]',
      '{"type":"subscribe"}',
      '{"type":"subscribe","id":"a","topic":{"kind":"all"}}',
    ]) {
      raw.send(bad)
    }
    raw.send({ ...subscribe('a'), topic: { ...topic, processInstanceKey: '*' } })
    raw.send(subscribe('a'))
    raw.send(subscribe('a'))
    await raw.frame((frame) => frame.type === 'snapshot')
    const refused = raw.frames.filter((frame) => frame.type === 'refused')
    expect(refused.map(({ code }) => code)).toEqual(Array.from({ length: 6 }, () => 'INVALID_REQUEST'))
  })

  test('a large message closes it with 1009, however it is sent', async () => {
    const url = await listen()
    const whole = await openRaw(url, asAdmin)
    whole.send('x'.repeat(20_000))
    expect(await whole.closed).toBe(1009)
    const pieces = await openRaw(url, asAdmin)
    for (let piece = 0; piece < 20; piece += 1) pieces.socket.send('x'.repeat(1_000), { fin: false })
    expect(await pieces.closed).toBe(1009)
  })

  test('nothing compressed: a small message can not become a large one', async () => {
    const raw = await openRaw(await listen(), asAdmin, { perMessageDeflate: true })
    expect(raw.socket.extensions).toBe('')
    // A frame that says all the same that it is compressed.
    ;(raw.socket as unknown as { _socket: NodeJS.WritableStream })._socket.write(
      Buffer.from([0xc1, 0x81, 0, 0, 0, 0, 0x78]),
    )
    expect(await raw.closed).toBe(1002)
  })

  test('nothing binary', async () => {
    const raw = await openRaw(await listen(), asAdmin)
    raw.socket.send(Buffer.from('{}'), { binary: true })
    expect(await raw.closed).toBe(1003)
  })

  test('a hundred subscriptions of a socket', async () => {
    const raw = await openRaw(await listen({ ...createLog().overrides, live: { messages: 1_000 } }), asAdmin)
    for (let number = 1; number <= 101; number += 1) raw.send(subscribe(`s${number}`))
    expect(await raw.frame((frame) => frame.type === 'refused')).toMatchObject({
      id: 's101',
      code: 'TOO_MANY_REQUESTS',
    })
  })

  test('not more messages than anybody needs to send', async () => {
    const raw = await openRaw(await listen(createLog().overrides), asAdmin)
    for (let number = 1; number <= 250; number += 1) raw.send({ type: 'unsubscribe', id: 'x' })
    expect(await raw.closed).toBe(4429)
  })
})

test('a reader that reads nothing is told so and dropped, and little waits for it', async () => {
  const log = createLog()
  const unreadBytes = 64 * 1024
  const url = await listen({ ...log.overrides, live: { unreadBytes, slowReaderMs: 50, tickMs: 1 } })
  const raw = await openRaw(url, asAdmin)
  raw.send(subscribe('mine'))
  await raw.frame(({ type }) => type === 'snapshot')
  raw.socket.pause()
  const [client] = server.app.websocketServer.clients
  let most = 0
  while (client?.readyState === 1) {
    for (let step = 0; step < 20; step += 1) log.commit(activated('x'.repeat(10_000)))
    await new Promise(setImmediate)
    most = Math.max(most, client.bufferedAmount)
  }
  // One frame of two hundred commits may be begun while there is room.
  expect(most).toBeLessThan(unreadBytes + 200 * 10_200)
  raw.socket.resume()
  expect(await raw.closed).toBe(4408)
})

describe('the client', () => {
  /** All versions that a client was told, over connections that break whenever the test says so. */
  function watchWith(url: string) {
    const client = createLiveClient({
      baseUrl: `${url}/api/v1`,
      apiKey: adminKey,
      firstPauseMs: 1,
      longestPauseMs: 5,
    })
    cleanUp.push(() => client.close())
    let versions: number[] = []
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    client.watch(topic, {
      onSnapshot: (data) => {
        versions = [...versionsOf(data)]
      },
      onChanges: (data) => {
        versions.push(...versionsOf(data))
      },
      onEnd: resolve,
    })
    return { client, ended, versions: () => versions }
  }

  test('misses nothing and gets nothing twice, however often the connection breaks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof({ weight: 8, arbitrary: fc.constant('commit') }, fc.constantFrom('break', 'pause')),
          {
            minLength: 20,
            maxLength: 200,
          },
        ),
        async (steps) => {
          const log = createLog()
          const url = await listen({ ...log.overrides, live: { tickMs: 2 } })
          const watched = watchWith(url)
          let commits = 0
          for (const step of steps) {
            if (step === 'commit') {
              log.commit(activated('a'))
              commits += 1
            } else if (step === 'break') {
              for (const client of server.app.websocketServer.clients) client.terminate()
            } else await new Promise((resolve) => setTimeout(resolve, 3))
          }
          log.commit(completed)
          await watched.ended
          expect(watched.versions()).toEqual(Array.from({ length: commits + 1 }, (_, index) => index + 1))
          watched.client.close()
          await server.app.close()
        },
      ),
      { numRuns: 25 },
    )
  })

  test('has one socket for all it watches, and tells them apart', async () => {
    const log = createLog()
    log.commit(activated('a'))
    const url = await listen(log.overrides)
    const { client } = watchWith(url)
    const told: string[] = []
    const snapshots = ['first', 'second'].map(
      (name) =>
        new Promise<void>((resolve) =>
          client.watch(topic, {
            onSnapshot: () => {
              told.push(name)
              resolve()
            },
            onChanges: () => told.push(`${name} again`),
          }),
        ),
    )
    const refused = new Promise((onRefused) =>
      client.watch(
        { kind: 'process-instance', processInstanceKey: '99' },
        { onSnapshot: () => undefined, onChanges: () => undefined, onRefused },
      ),
    )
    expect(await refused).toMatchObject({ code: 'NOT_FOUND' })
    await Promise.all(snapshots)
    expect(told.toSorted()).toEqual(['first', 'second'])
    expect(server.app.websocketServer.clients.size).toBe(1)
  })

  test('connects again when a server comes back, and not when it was signed out', async () => {
    const log = createLog()
    const url = await listen(log.overrides)
    const { client, ended, versions } = watchWith(url)
    const port = Number(new URL(url).port)
    const isOpen = () => expect.poll(() => client.state).toBe('open')
    await isOpen()
    await server.app.close()
    await expect.poll(() => client.state).toBe('waiting')
    server = await createFakeServer(log.overrides)
    await server.app.listen({ port, host: '127.0.0.1' })
    await isOpen()
    log.commit(completed)
    await ended
    expect(versions()).toEqual([1])
    for (const one of server.app.websocketServer.clients) one.close(4401)
    await expect.poll(() => client.state).toBe('signed-out')
  })
})
