/** DAGs of an application on two processes that serve the API and two that work, on one database; one worker is killed. */
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LiveData } from '@braid/contract/live.ts'
import { createLiveClient, type LiveClient } from '@braid/contract/live-client.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApi } from '../support/api.ts'
import { dagApi } from '../support/dag.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { apiKey, type BraidProcess, freePort, startBraid } from './braid-process.ts'

const steps = 20
const stepsAtOnce = 5
const cancellations = 10
const testMs = 90_000
const patience = { timeout: 30_000, interval: 20 }

type Mode = 'API' | 'WORKER'
type ApiNode = ReturnType<typeof apiNode>

let database: TestDatabase
let folder: string
let a: ApiNode
let b: ApiNode
let workers: BraidProcess[] = []

async function start(mode: Mode): Promise<BraidProcess> {
  const settings = {
    BRAID_DATABASE_URL: database.url,
    BRAID_SEED: 'none',
    BRAID_LOG_LEVEL: 'error',
    BRAID_APPLICATIONS_DIR: join(import.meta.dirname, 'cluster-applications'),
    RUN_MODE: mode,
  }
  return startBraid({ port: await freePort(), settings })
}

function apiNode(process: BraidProcess) {
  const api = createApi({ url: process.url, apiKey }, '/api/v1')
  return { process, api, runs: dagApi(api), baseUrl: `${process.url}/api/v1` }
}

/** A place where one run of a task and the test tell each other things. */
async function createPlace(): Promise<string> {
  return mkdtemp(join(folder, 'run-'))
}

/** What is in a file; empty as long as it is not there. */
function textOf(...path: readonly string[]): string {
  try {
    return readFileSync(join(...path), 'utf8')
  } catch {
    return ''
  }
}

const median = (values: readonly number[]): number | undefined =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]

beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'braid-cluster-'))
  const [first, second, ...others] = await Promise.all([
    start('API'),
    start('API'),
    start('WORKER'),
    start('WORKER'),
  ])
  a = apiNode(first)
  b = apiNode(second)
  workers = others
}, 60_000)

afterAll(async () => {
  const living = [a?.process, b?.process, ...workers].filter((process) => process !== undefined)
  const codes = await Promise.all(living.map((process) => process.stop()))
  await database.drop()
  await rm(folder, { recursive: true, force: true })
  expect(codes).toEqual(living.map(() => 0))
})

type RunData = Extract<LiveData, { kind: 'dag-run' }>

/** Resolves when the run has ended and all of it was told. */
const follow = (client: LiveClient, dagRunKey: string, onData: (data: RunData) => void): Promise<void> =>
  new Promise((onEnd, reject) => {
    client.watch(
      { kind: 'dag-run', dagRunKey },
      {
        onSnapshot: onData,
        onChanges: onData,
        onEnd,
        onRefused: ({ detail }) => reject(new Error(detail)),
      },
    )
  })

test(
  `whoever watches at one node sees all ${steps} steps of a run of the other, while a worker makes them`,
  async () => {
    const place = await createPlace()
    const { dagRunKey } = await a.runs.start('relay/climb', {
      input: { folder: place, steps, atOnce: stepsAtOnce },
    })
    const client = createLiveClient({ baseUrl: b.baseUrl, apiKey })
    const output: RunData['output'][number][] = []
    let state: string | undefined
    await follow(client, String(dagRunKey), (data) => {
      output.push(...data.output)
      state = data.run?.state ?? data.state ?? state
      // The worker goes on only when these were seen: what comes late would stop it.
      if (output.length > 0 && output.length % stepsAtOnce === 0)
        writeFileSync(join(place, `seen-${output.length}`), '')
    })
    client.close()
    expect(output.map(({ kind, message, progress }) => ({ kind, message, progress }))).toEqual(
      Array.from({ length: steps }, (_, index) => ({
        kind: 'progress',
        message: `step ${index + 1}`,
        progress: (index + 1) / steps,
      })),
    )
    expect(output.map(({ sequence }) => sequence)).toEqual(output.map((_, index) => index + 1))
    expect(state).toBe('SUCCEEDED')
    const { by } = (await b.runs.runOf(dagRunKey)).output as { readonly by: number }
    expect(workers.map(({ pid }) => pid)).toContain(by)
    console.log(`${output.length} of ${steps} steps seen at the other node, in order`)
  },
  testMs,
)

/** Starts a run at A and cancels it at B once a worker has it. */
async function cancelOne() {
  const place = await createPlace()
  const { dagRunKey } = await a.runs.start('relay/listen', { input: { folder: place } })
  await expect.poll(() => textOf(place, 'begun'), patience).not.toBe('')
  const [job] = await a.api.items('/jobs/search', { processInstanceKey: dagRunKey })
  expect(job).toMatchObject({ type: 'relay/listen', jobKey: expect.any(String) })
  const asked = Date.now()
  expect(await b.runs.cancel(dagRunKey)).toBe(204)
  const answered = Date.now()
  await expect.poll(() => textOf(place, 'aborted-at'), patience).not.toBe('')
  const aborted = Number(textOf(place, 'aborted-at'))
  return {
    dagRunKey,
    jobKey: job?.jobKey,
    by: Number(textOf(place, 'begun')),
    abortMs: aborted - asked,
    answerMs: answered - asked,
  }
}

test(
  'a run that is canceled at one node stops its handler on a worker, and no result of it counts',
  async () => {
    const canceled: Awaited<ReturnType<typeof cancelOne>>[] = []
    for (let turn = 1; turn <= cancellations; turn += 1) canceled.push(await cancelOne())
    for (const { dagRunKey, jobKey, by } of canceled) {
      expect(workers.map(({ pid }) => pid)).toContain(by)
      const late = await a.api.post(`/jobs/${jobKey}/completion`, { variables: { output: { by } } })
      expect(late).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
      const run = await a.runs.runOf(dagRunKey)
      expect(run).toMatchObject({ state: 'CANCELED', nodes: [{ nodeId: 'work', state: 'canceled' }] })
      expect(run).not.toHaveProperty('output')
      const task = await b.runs.taskOf(dagRunKey, 'work')
      expect(task).toMatchObject({ state: 'canceled', attempts: [{ attempt: 1, outcome: 'canceled' }] })
      expect(task).not.toHaveProperty('output')
    }
    const times = canceled.map(({ abortMs }) => abortMs)
    const answers = canceled.map(({ answerMs }) => answerMs)
    console.log(
      `from the request to cancel until the handler was told, ${times.length} times: median ${median(times)} ms,`,
      `${Math.min(...times)} to ${Math.max(...times)} ms; until the answer: median ${median(answers)} ms`,
    )
  },
  testMs,
)

test(
  'a task whose worker is killed is done by the other worker, as a second attempt',
  async () => {
    const place = await createPlace()
    const begunBy = () => textOf(place, 'begun').trimEnd().split('\n').map(Number)
    const { dagRunKey } = await a.runs.start('relay/hold', { input: { folder: place } })
    await expect.poll(() => textOf(place, 'begun'), patience).not.toBe('')
    const [pid] = begunBy()
    const victim = workers.find((worker) => worker.pid === pid)
    const survivor = workers.find((worker) => worker.pid !== pid)
    await victim?.kill()
    workers = workers.filter((worker) => worker !== victim)
    const killed = Date.now()
    expect(await b.runs.stateOf(dagRunKey)).toBe('RUNNING')
    await expect.poll(begunBy, patience).toEqual([victim?.pid, survivor?.pid])
    const againMs = Date.now() - killed
    writeFileSync(join(place, 'may-end'), '')
    await expect.poll(() => b.runs.stateOf(dagRunKey), patience).toBe('SUCCEEDED')
    expect(await a.runs.runOf(dagRunKey)).toMatchObject({ output: { by: survivor?.pid } })
    const task = await b.runs.taskOf(dagRunKey, 'work')
    expect(task).toMatchObject({
      state: 'succeeded',
      output: { by: survivor?.pid },
      attempts: [
        { attempt: 1, outcome: 'lost', worker: expect.any(String) },
        { attempt: 2, outcome: 'succeeded', worker: expect.any(String) },
      ],
    })
    const attempts = task.attempts as readonly { readonly worker: string }[]
    expect(new Set(attempts.map(({ worker }) => worker)).size).toBe(2)
    console.log(`the other worker began ${againMs} ms after the kill`)
  },
  testMs,
)
