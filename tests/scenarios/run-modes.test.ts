/** Processes of different run modes on one database: two that serve the API, two that work. */

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { apiKey, type BraidProcess, freePort, startBraid } from '../chaos/braid-process.ts'
import { type Api, createApi, eventually } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { processXml } from '../support/process-xml.ts'

type Mode = 'API' | 'WORKER'
type Worker = {
  readonly name: string
  readonly mode?: string
  readonly kind: string
  readonly state: string
  readonly running: number
}

/** Done by a handler of the sample, in a second and a half. */
const ship =
  '<serviceTask id="ship"><extensionElements><zeebe:taskDefinition type="order-desk:ship-order" /></extensionElements></serviceTask>'
const pause =
  '<intermediateCatchEvent id="pause"><timerEventDefinition><timeDuration>PT0.2S</timeDuration></timerEventDefinition></intermediateCatchEvent>'
const ends = '<startEvent id="s" /><endEvent id="e" />'

let database: TestDatabase
let apis: readonly [Api, Api]
let nodes: { readonly mode: Mode; readonly process: BraidProcess }[] = []

async function start(mode: Mode, more: Readonly<Record<string, string>> = {}): Promise<BraidProcess> {
  const settings = { BRAID_DATABASE_URL: database.url, RUN_MODE: mode, BRAID_SEED: 'none', ...more }
  const process = await startBraid({ port: await freePort(), settings })
  nodes.push({ mode, process })
  return process
}

const pidsOf = (mode: Mode): readonly number[] =>
  nodes.filter((node) => node.mode === mode).map(({ process }) => process.pid)

const processWith = (pid: number): BraidProcess => {
  const found = nodes.find(({ process }) => process.pid === pid)
  if (found === undefined) throw new Error(`there is no process ${pid}`)
  return found.process
}

const pidOf = ({ name }: Worker): number => Number(name.split(':')[1])

async function workers(): Promise<readonly Worker[]> {
  const { body } = await apis[0].get('/workers')
  return body.items as readonly Worker[]
}

/** Waits until a node says that it has a job, or has none any more. */
async function nodeAtWork(): Promise<BraidProcess> {
  let found: Worker | undefined
  await eventually(async () => {
    // One that was killed is remembered for a while.
    const living = (await workers()).filter((one) => pidsOf('WORKER').includes(pidOf(one)))
    found = living.find(({ running }) => running > 0)
    return found !== undefined
  }, true)
  if (found === undefined) throw new Error('nobody works')
  return processWith(pidOf(found))
}

/** Event names of a server-sent stream, until it ends by itself. */
async function follow(url: string): Promise<string> {
  const headers = { authorization: `Bearer ${apiKey}` }
  return (await fetch(url, { headers, signal: AbortSignal.timeout(20_000) })).text()
}

const apiOf = ({ url }: BraidProcess): Api => createApi({ url, apiKey }, '/api/v1')

beforeAll(async () => {
  database = await createTestDatabase()
  const [a, b] = await Promise.all([
    start('API'),
    start('API'),
    start('WORKER', { BRAID_WORKER_TAGS: 'gpu' }),
    start('WORKER'),
  ])
  apis = [apiOf(a), apiOf(b)]
  await apis[0].deploy('work.bpmn', processXml('work', ends + ship, 's -> ship', 'ship -> e'))
  await apis[0].deploy('wait.bpmn', processXml('wait', ends + pause, 's -> pause', 'pause -> e'))
}, 60_000)

afterEach(async () => {
  while (nodes.filter(({ mode }) => mode === 'WORKER').length < 2) await start('WORKER')
})

afterAll(async () => {
  const codes = await Promise.all(nodes.map(({ process }) => process.stop()))
  await database.drop()
  expect(codes).toEqual(nodes.map(() => 0))
})

describe('two API nodes and two workers on one database', () => {
  test('are listed with what they do', async () => {
    await eventually(async () => (await workers()).length, 4)
    const listed = await workers()
    const modes = (mode: Mode) => listed.filter((worker) => worker.mode === mode)
    expect(modes('API').map(pidOf).toSorted()).toEqual(pidsOf('API').toSorted())
    expect(modes('WORKER').map(pidOf).toSorted()).toEqual(pidsOf('WORKER').toSorted())
    expect(listed).toContainEqual(
      expect.objectContaining({
        kind: 'node',
        state: 'alive',
        mode: 'WORKER',
        tags: ['gpu'],
        jobTypes: expect.arrayContaining(['order-desk:ship-order']),
      }),
    )
    for (const api of modes('API'))
      expect(api).not.toMatchObject({ jobTypes: expect.arrayContaining(['order-desk:ship-order']) })
  })

  test('do work that was begun at one and is watched at the other', async () => {
    const key = await apis[0].start('work')
    const [, second] = nodes.filter(({ mode }) => mode === 'API')
    const seen = follow(`${second?.process.url}/api/v1/process-instances/${key}/stream`)
    const worker = await nodeAtWork()
    expect(pidsOf('WORKER')).toContain(worker.pid)
    expect(await seen).toContain('instance-completed')
    expect(await apis[1].stateOf(key)).toBe('COMPLETED')
  })

  test('fire timers that an API node armed', async () => {
    const keys = await Promise.all(Array.from({ length: 5 }, () => apis[0].start('wait')))
    for (const key of keys) await eventually(() => apis[1].stateOf(key), 'COMPLETED')
  })

  test('finish what a killed worker had begun', async () => {
    const key = await apis[0].start('work')
    const worker = await nodeAtWork()
    await worker.kill()
    nodes = nodes.filter(({ process }) => process !== worker)
    expect(await apis[1].stateOf(key)).toBe('ACTIVE')
    await eventually(() => apis[1].stateOf(key), 'COMPLETED')
  })

  test('finish what a worker had begun that is told to stop', async () => {
    const key = await apis[0].start('work')
    const worker = await nodeAtWork()
    expect(await worker.stop()).toBe(0)
    nodes = nodes.filter(({ process }) => process !== worker)
    await eventually(() => apis[1].stateOf(key), 'COMPLETED')
  })

  test('answer only what is theirs to answer', async () => {
    const worker = nodes.find(({ mode }) => mode === 'WORKER')
    const ask = (path: string) =>
      fetch(`${worker?.process.url}${path}`, { headers: { authorization: `Bearer ${apiKey}` } })
    for (const path of ['/api/v1/topology', '/v2/topology', '/api/v1/openapi.json', '/']) {
      const answer = await ask(path)
      expect({ path, status: answer.status, body: await answer.json() }).toMatchObject({
        path,
        status: 404,
        body: { code: 'NOT_FOUND', detail: 'this node serves no API: its RUN_MODE is WORKER' },
      })
    }
    expect((await ask('/health/live')).status).toBe(204)
    expect((await ask('/health/ready')).status).toBe(204)
    expect(await (await ask('/health/status')).json()).toMatchObject({
      mode: 'WORKER',
      isReady: true,
      running: expect.any(Number),
      jobTypes: expect.arrayContaining(['order-desk:ship-order']),
    })
  })
})

describe('a program that takes jobs', () => {
  test('is listed while it asks, with the jobs that it has', async () => {
    const task =
      '<serviceTask id="t"><extensionElements><zeebe:taskDefinition type="outside" /></extensionElements></serviceTask>'
    await apis[0].deploy('outside.bpmn', processXml('outside', ends + task, 's -> t', 't -> e'))
    await apis[0].start('outside')
    const request = {
      type: 'outside',
      worker: 'press-7',
      timeout: 60_000,
      maxJobsToActivate: 5,
      requestTimeout: 5_000,
    }
    const { body } = await apis[1].post('/jobs/activation', request)
    const [job] = body.jobs as { readonly jobKey: string }[]
    const listed = async () => (await workers()).find(({ name }) => name === 'press-7')
    await eventually(listed, {
      name: 'press-7',
      kind: 'client',
      state: 'alive',
      tags: [],
      jobTypes: ['outside'],
      running: 1,
      seenAt: expect.any(String),
    })
    await apis[0].post(`/jobs/${job?.jobKey}/completion`)
    expect(await listed()).toMatchObject({ running: 0 })
  })
})
