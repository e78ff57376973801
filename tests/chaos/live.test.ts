/** The WebSocket over two Braid processes on one database. */
import { readFile } from 'node:fs/promises'
import { createLiveClient, type LiveClient } from '@braid/contract/live-client.ts'
import { afterEach, expect, test } from 'vitest'
import { createApi } from '../support/api.ts'
import { createTestDatabase } from '../support/database.ts'
import { openRaw } from '../support/live-socket.ts'
import { processXml, serviceTask } from '../support/process-xml.ts'
import { apiKey, type BraidProcess, freePort, startBraid } from './braid-process.ts'

const steps = 40

const cleanUp: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

async function startNodes(): Promise<readonly [BraidProcess, BraidProcess]> {
  const database = await createTestDatabase()
  cleanUp.push(() => database.drop())
  const settings = { BRAID_DATABASE_URL: database.url, BRAID_SEED: 'none', BRAID_LOG_LEVEL: 'error' }
  const start = async (): Promise<BraidProcess> => {
    const node = await startBraid({ port: await freePort(), settings })
    cleanUp.push(() => node.stop())
    return node
  }
  return Promise.all([start(), start()])
}

const apiOf = ({ url }: BraidProcess) => createApi({ url, apiKey }, '/api/v1')

function watch(node: BraidProcess): LiveClient {
  const client = createLiveClient({ baseUrl: `${node.url}/api/v1`, apiKey })
  cleanUp.push(() => client.close())
  return client
}

const chain = processXml(
  'chain',
  `<startEvent id="s" />${serviceTask('work')}<endEvent id="e" />`,
  's -> work',
  'work -> e',
)

test(`a client of one node sees all ${steps} changes made at the other, in order`, async () => {
  const [maker, watched] = await startNodes()
  const api = apiOf(maker)
  await api.deploy('chain.bpmn', chain)
  const key = await api.start('chain')
  const seen: number[] = []
  const latencies: number[] = []
  const done = new Promise<void>((resolve) => {
    const take = (data: {
      readonly entries: readonly { readonly version: number; readonly timestamp: string }[]
    }) => {
      for (const { version, timestamp } of data.entries) {
        seen.push(version)
        latencies.push(Date.now() - Date.parse(timestamp))
      }
    }
    watch(watched).watch(
      { kind: 'process-instance', processInstanceKey: key },
      { onSnapshot: take, onChanges: take, onEnd: resolve },
    )
  })
  for (let step = 1; step <= steps; step += 1) {
    await api.put(`/element-instances/${key}/variables`, { variables: { step } })
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const job = await api.takeJob('work')
  await api.post(`/jobs/${job}/completion`)
  await done
  const { body } = await api.get(`/process-instances/${key}/events`)
  const entries = body.items as readonly { readonly version: number }[]
  expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => index + 1))
  expect(seen.length).toBeGreaterThan(steps)
  expect(seen.at(-1)).toBe(entries.at(-1)?.version)
  const sorted = latencies.slice(2).toSorted((a, b) => a - b)
  const at = (part: number) => sorted[Math.floor(sorted.length * part)]
  console.log(
    `commit to frame at the other node: median ${at(0.5)} ms, 95 % ${at(0.95)} ms, most ${sorted.at(-1)} ms`,
  )
}, 120_000)

test('a key that is revoked at one node loses its socket at the other, and hears nothing after that', async () => {
  const [maker, watched] = await startNodes()
  const api = apiOf(maker)
  await api.deploy('chain.bpmn', chain)
  const key = await api.start('chain')
  const made = await api.post('/api-keys', { name: 'reader', grants: ['process-instance:read'] })
  const raw = await openRaw(watched.url, { 'x-api-key': String(made.body.secret) })
  raw.send({ type: 'subscribe', id: 'x', topic: { kind: 'process-instance', processInstanceKey: key } })
  await raw.frame(({ type }) => type === 'snapshot')
  const revoked = performance.now()
  await fetch(`${maker.url}/api/v1/api-keys/${made.body.apiKeyId}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${apiKey}` },
  })
  expect(await raw.closed).toBe(4401)
  expect(performance.now() - revoked).toBeLessThan(5_000)
  const heard = raw.frames.length
  await api.put(`/element-instances/${key}/variables`, { variables: { after: true } })
  expect(raw.frames).toHaveLength(heard)
}, 120_000)

const residentBytes = async (pid: number): Promise<number> => {
  const [, pages = '0'] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')
  return Number(pages) * 4096
}

test('199 idle sockets cost little memory', async () => {
  const [maker, watched] = await startNodes()
  const api = apiOf(maker)
  await api.deploy('chain.bpmn', chain)
  const key = await api.start('chain')
  const open = () => openRaw(watched.url, { 'x-api-key': apiKey })
  const warm = await Promise.all(Array.from({ length: 20 }, open))
  for (const { socket } of warm) socket.terminate()
  await Promise.all(warm.map(({ closed }) => closed))
  const before = await residentBytes(watched.pid)
  const sockets = await Promise.all(Array.from({ length: 199 }, open))
  cleanUp.push(() => {
    for (const { socket } of sockets) socket.terminate()
  })
  for (const { send } of sockets) {
    send({ type: 'subscribe', id: 'x', topic: { kind: 'process-instance', processInstanceKey: key } })
  }
  await Promise.all(sockets.map(({ frame }) => frame(({ type }) => type === 'snapshot')))
  const grown = (await residentBytes(watched.pid)) - before
  console.log(`${sockets.length} sockets: ${Math.round(grown / 1024 / 1024)} MiB more`)
  expect(grown).toBeLessThan(60 * 1024 * 1024)
}, 120_000)
