/** Runs of DAGs on two nodes of one database, and on workers that die. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, createApi, eventually } from '../../support/api.ts'
import { chainOf, dagApi, deployDag } from '../../support/dag.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { startNode, type TestServer } from '../../support/server.ts'

let database: TestDatabase
let a: TestServer
let b: TestServer
let atA: ReturnType<typeof dagApi>
let atB: ReturnType<typeof dagApi>
let api: Api
beforeAll(async () => {
  database = await createTestDatabase()
  a = await startNode(database.url)
  b = await startNode(database.url)
  api = createApi(a, '/api/v1')
  atA = dagApi(api)
  atB = dagApi(createApi(b, '/api/v1'))
})
afterAll(async () => {
  await a.stop()
  await b.stop()
  await database.drop()
})

test('a run that is canceled at one node stops the handler at the other, whose result is refused', async () => {
  await deployDag(api, chainOf('far', ['work']))
  const began = Promise.withResolvers<void>()
  const stopped = Promise.withResolvers<unknown>()
  a.execution.handle('far/work', async (_, { signal }) => {
    began.resolve()
    await once(signal, 'abort')
    stopped.resolve(signal.aborted)
    return { output: 'too late' }
  })
  const { dagRunKey } = await atA.start('far')
  await began.promise
  expect(await atB.cancel(dagRunKey)).toBe(204)
  expect(await stopped.promise).toBe(true)
  expect(await atB.runOf(dagRunKey)).toMatchObject({ state: 'CANCELED', nodes: [{ state: 'canceled' }] })
})

test('a worker that streams jobs hears at once of those that are canceled at another node', async () => {
  await deployDag(api, chainOf('stream', ['work']))
  const over = new AbortController()
  const response = await fetch(`${a.url}/api/v1/jobs/stream?type=stream/work&worker=w&maxJobs=1`, {
    headers: { authorization: `Bearer ${a.apiKey}` },
    signal: over.signal,
  })
  const frames = framesOf(response)
  const { dagRunKey } = await atB.start('stream')
  const { jobs } = await frames((frame) => frame.jobs.length > 0)
  expect(await atB.cancel(dagRunKey)).toBe(204)
  const { canceled } = await frames((frame) => frame.canceled !== undefined)
  expect(canceled).toEqual(jobs.map(({ jobKey }) => jobKey))
  over.abort()
})

type Frame = { readonly jobs: readonly { readonly jobKey: string }[]; readonly canceled?: readonly string[] }

/** Reads on until a frame is as wanted. */
function framesOf(response: Response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return async (wanted: (frame: Frame) => boolean): Promise<Frame> => {
    for (;;) {
      const end = text.indexOf('\n')
      if (end >= 0) {
        const frame = JSON.parse(text.slice(0, end)) as Frame
        text = text.slice(end + 1)
        if (wanted(frame)) return frame
        continue
      }
      const chunk = await reader?.read()
      if (chunk === undefined || chunk.done) throw new Error('the stream has ended')
      text += chunk.value
    }
  }
}

/** A worker of its own process, which takes a job and does not come back with it. */
async function takeInProcess(url: string, type: string): Promise<ChildProcess> {
  const body = { type, worker: 'mortal', timeout: 1_000, maxJobsToActivate: 1, requestTimeout: 10_000 }
  const script = `
    const response = await fetch('${url}/api/v1/jobs/activation', {
      method: 'POST',
      headers: { authorization: 'Bearer ${a.apiKey}', 'content-type': 'application/json' },
      body: ${JSON.stringify(JSON.stringify(body))},
    })
    process.stdout.write(JSON.stringify(await response.json()))
    setInterval(() => {}, 1_000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

test('a worker that is killed in the middle loses its task to another one, as a second attempt', async () => {
  await deployDag(api, chainOf('risky', ['work']))
  const { dagRunKey } = await atA.start('risky')
  const worker = await takeInProcess(a.url, 'risky/work')
  worker.kill('SIGKILL')
  const again = await atB.take('risky/work')
  expect(again.attempt).toBe(2)
  await atB.complete(again.jobKey, 'done')
  await eventually(() => atA.stateOf(dagRunKey), 'SUCCEEDED')
  expect(await atA.taskOf(dagRunKey, 'work')).toMatchObject({
    attempts: [
      { attempt: 1, worker: 'mortal', outcome: 'lost', endedAt: expect.any(String) },
      { attempt: 2, worker: 'w', outcome: 'succeeded' },
    ],
  })
})

test('what a task at one node says is heard of at the other', async () => {
  await deployDag(api, chainOf('heard', ['work']))
  const heard: { readonly instanceKey: number; readonly last: number }[] = []
  const stop = b.execution.onOutput((head) => {
    if (head !== undefined) heard.push(head)
  })
  a.execution.handle('heard/work', async (job) => {
    a.execution.report(job, [{ kind: 'progress', progress: 0.5, message: 'half' }])
    a.execution.report(job, [{ kind: 'log', level: 'debug', message: 'still at it' }])
    return { output: 1 }
  })
  const { dagRunKey } = await atA.start('heard')
  const outputOfRun = async () =>
    heard.filter(({ instanceKey }) => instanceKey === Number(dagRunKey)).at(-1)?.last
  await eventually(outputOfRun, 2)
  expect(await atB.outputOf(dagRunKey, { minLevel: 'info' })).toMatchObject([
    { kind: 'progress', message: 'half' },
  ])
  stop()
})

test('50 runs started at two nodes are never more at once than the bound, and a restart keeps the line', async () => {
  const bound = 3
  await deployDag(api, chainOf('bounded', ['work'], { maxActiveRuns: bound }))
  let running = 0
  let most = 0
  let done = 0
  const work = async () => {
    running += 1
    most = Math.max(most, running)
    // Long enough that others could begin.
    await api.get('/topology')
    running -= 1
    done += 1
    return { output: done }
  }
  const gate = Promise.withResolvers<void>()
  const handlers = [a, b].map(({ execution }) =>
    execution.handle('bounded/work', async () => {
      await gate.promise
      return work()
    }),
  )
  const keys = await Promise.all(
    Array.from(
      { length: 50 },
      async (_, run) => (await (run % 2 === 0 ? atA : atB).start('bounded')).dagRunKey,
    ),
  )
  const active = await api.items('/dag-runs/search', { dagId: 'bounded', state: 'RUNNING' })
  expect(active).toHaveLength(bound)
  expect(await api.items('/dag-runs/search', { dagId: 'bounded', state: 'QUEUED' })).toHaveLength(50 - bound)
  gate.resolve()
  const third = await startNode(database.url)
  third.execution.handle('bounded/work', work)
  await eventually(
    async () => (await api.items('/dag-runs/search', { dagId: 'bounded', state: 'SUCCEEDED' })).length,
    50,
  )
  expect(most).toBeLessThanOrEqual(bound)
  expect(done).toBe(50)
  expect(new Set(keys).size).toBe(50)
  expect(handlers).toHaveLength(2)
  await third.stop()
})

test('runs that wait in line begin after a restart', async () => {
  const own = await createTestDatabase()
  const before = await startNode(own.url)
  const first = createApi(before, '/api/v1')
  await deployDag(first, chainOf('patient', ['work'], { maxActiveRuns: 1 }))
  const running = await dagApi(first).start('patient')
  const waiting = await dagApi(first).start('patient')
  await before.stop()
  const after = await startNode(own.url)
  const again = dagApi(createApi(after, '/api/v1'))
  expect(await again.stateOf(waiting.dagRunKey)).toBe('QUEUED')
  after.execution.handle('patient/work', async () => ({ output: 1 }))
  await eventually(() => again.stateOf(running.dagRunKey), 'SUCCEEDED')
  await eventually(() => again.stateOf(waiting.dagRunKey), 'SUCCEEDED')
  await after.stop()
  await own.drop()
})
