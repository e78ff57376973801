/** A run of a DAG that is watched over the WebSocket while a worker does its tasks. */

import type { LiveData } from '@braid/contract/live.ts'
import { createLiveClient } from '@braid/contract/live-client.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, createApi } from '../../support/api.ts'
import { openRaw } from '../../support/live-socket.ts'
import { createTestServer, startNode, type TestServer } from '../../support/server.ts'

let maker: TestServer
let watched: TestServer
let api: Api
beforeAll(async () => {
  maker = await createTestServer()
  watched = await startNode(maker.databaseUrl)
  api = createApi(maker, '/api/v1')
  const nodes = ['first', 'second'].map((id, index) => ({
    kind: 'task',
    id,
    task: `demo/${id}`,
    ...(index === 0 ? {} : { after: ['first'] }),
  }))
  await api.tryDeploy('demo.dag.json', JSON.stringify({ id: 'demo', nodes }))
})
afterAll(async () => {
  await watched?.stop()
  await maker?.stop()
})

const start = async (): Promise<string> =>
  String((await api.post('/dag-runs', { dagId: 'demo' })).body.dagRunKey)

type RunData = Extract<LiveData, { kind: 'dag-run' }>

/** Does a task with so many steps of progress. */
async function work(type: string, steps: number): Promise<void> {
  const jobKey = await api.takeJob(type)
  for (let step = 1; step <= steps; step += 1) {
    const entries = [{ kind: 'progress', progress: step / steps, message: `${type} ${step}` }]
    await api.post('/jobs/reports', { reports: [{ jobKey, entries }] })
  }
  await api.post(`/jobs/${jobKey}/completion`, { variables: { output: steps } })
}

const clientOf = ({ url, apiKey }: TestServer) => createLiveClient({ baseUrl: `${url}/api/v1`, apiKey })

test('a client of another node sees every step of progress, the nodes as they change, and the end', async () => {
  const key = await start()
  const client = clientOf(watched)
  const told: RunData[] = []
  const watching = Promise.withResolvers<void>()
  const ended = new Promise<void>((onEnd, reject) =>
    client.watch(
      { kind: 'dag-run', dagRunKey: key },
      {
        onSnapshot: (data) => {
          told.push(data)
          watching.resolve()
        },
        onChanges: (data) => told.push(data),
        onEnd,
        onRefused: ({ detail }) => reject(new Error(detail)),
      },
    ),
  )
  // How the second task waits is to be seen before the first one is over.
  await Promise.race([watching.promise, ended])
  await work('demo/first', 30)
  await work('demo/second', 20)
  await ended
  client.close()
  const output = told.flatMap((data) => data.output)
  const steps = (type: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${type} ${index + 1}`)
  expect(output.map(({ message }) => message)).toEqual([
    ...steps('demo/first', 30),
    ...steps('demo/second', 20),
  ])
  expect(output.map(({ sequence }) => sequence)).toEqual(output.map((_, index) => index + 1))
  const states = (nodeId: string) =>
    told
      .flatMap((data) => data.run?.nodes ?? data.nodes ?? [])
      .filter((node) => node.nodeId === nodeId)
      .map(({ state }) => state)
  expect(states('first').at(-1)).toBe('succeeded')
  expect(states('second')).toContain('waiting')
  expect(states('second').at(-1)).toBe('succeeded')
  expect(told.at(-1)?.state ?? told.findLast(({ state }) => state !== undefined)?.state).toBe('SUCCEEDED')
})

test('whoever comes back after a cursor gets what tasks said since, and how the nodes are now', async () => {
  const key = await start()
  await work('demo/first', 10)
  const stored = async () => (await api.post(`/dag-runs/${key}/output/search`)).body.items
  await expect.poll(stored, { timeout: 10_000 }).toHaveLength(10)
  const topic = { kind: 'dag-run', dagRunKey: key }
  const open = () => openRaw(watched.url, { authorization: `Bearer ${watched.apiKey}` })
  const raw = await open()
  raw.send({ type: 'subscribe', id: 'a', topic, after: '4' })
  const first = await raw.frame(({ type }) => type === 'changes')
  expect(first).toMatchObject({ cursor: '10', data: { run: { dagRunKey: key }, output: { length: 6 } } })
  raw.send({ type: 'subscribe', id: 'b', topic: { ...topic, output: 'none' } })
  const silent = await raw.frame((frame) => 'id' in frame && frame.id === 'b')
  expect(silent).toMatchObject({ type: 'snapshot', data: { output: [] } })
  raw.send({ type: 'subscribe', id: 'c', topic: { ...topic, dagRunKey: '999' } })
  expect(await raw.frame(({ type }) => type === 'refused')).toMatchObject({ id: 'c', code: 'NOT_FOUND' })
  raw.socket.close()
  await work('demo/second', 1)
})

test('the list of runs shows new ones and how they go, to all who watch it', async () => {
  const clients = [clientOf(watched), clientOf(watched)]
  const known = clients.map(() => new Map<string, string>())
  let key = ''
  const finished = clients.map(
    (client, index) =>
      new Promise<void>((resolve) => {
        const take = (data: Extract<LiveData, { kind: 'dag-runs' }>): void => {
          for (const run of data.runs) known[index]?.set(run.dagRunKey, run.state)
          if (known[index]?.get(key) === 'SUCCEEDED') resolve()
        }
        client.watch({ kind: 'dag-runs', dagId: 'demo' }, { onSnapshot: take, onChanges: take })
      }),
  )
  key = await start()
  await expect
    .poll(() => known.map((runs) => runs.get(key)), { timeout: 10_000 })
    .toEqual(['RUNNING', 'RUNNING'])
  await work('demo/first', 1)
  await work('demo/second', 1)
  await Promise.all(finished)
  for (const client of clients) client.close()
})
