/** Tasks of applications, as a node does them for processes. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Api, createApi, eventually } from '../support/api.ts'
import { type ApplicationsFolder, createApplicationsFolder } from '../support/applications.ts'
import { processXml } from '../support/process-xml.ts'
import { createTestServer, startNode, type TestServer } from '../support/server.ts'

let folder: ApplicationsFolder
let server: TestServer
let second: TestServer
let api: Api

/** What handlers of the application leave for the test to see. */
const seen = globalThis as unknown as {
  braidSeen: Map<string, unknown[]>
  braidGates: Map<string, () => void>
}
seen.braidSeen = new Map()
seen.braidGates = new Map()
const notes = (name: string): readonly unknown[] => seen.braidSeen.get(name) ?? []

const tasks = `
const seen = globalThis.braidSeen
const note = (name, value) => seen.set(name, [...(seen.get(name) ?? []), value])
const gate = (name) => new Promise((resolve) => globalThis.braidGates.set(name, resolve))
const n = z.object({ n: z.number() })

const double = task({ name: 'double', input: n, output: n, run: ({ n }) => ({ n: n * 2 }) })
const wrong = task({ name: 'wrong', input: n, output: n, retries: 0, run: () => ({ n: 'two' }) })
const flaky = task({
  name: 'flaky', input: n, output: n, backoff: 'PT0.01S',
  run: ({ n }, { run }) => {
    note('flaky', run.attempt)
    if (run.attempt < 3) throw new Error('not yet')
    return { n }
  },
})
const odd = task({ name: 'odd', input: n, output: n, retries: 0, run: () => { throw Object.create(null) } })
const slow = task({
  name: 'slow', input: n, output: n, timeout: 'PT0.05S', retries: 1, backoff: 'PT0.01S',
  run: ({ n }, { run, signal }) => {
    note('slow', run.attempt)
    if (run.attempt > 1) return { n }
    signal.addEventListener('abort', () => note('slow aborted', signal.reason.message))
    return new Promise(() => {})
  },
})
const deaf = task({
  name: 'deaf', input: n, output: n, concurrency: 1,
  run: async ({ n }, { signal }) => {
    note('deaf', n)
    signal.addEventListener('abort', () => note('deaf told', n))
    if (n === 1) await gate('deaf')
    return { n }
  },
})
const kept = task({
  name: 'kept', input: n, output: n, cacheFor: 'PT1H',
  run: ({ n }) => {
    note('kept', n)
    return { n: n + notesOf('kept') }
  },
})
const notesOf = (name) => (seen.get(name) ?? []).length
let running = 0
const narrow = task({
  name: 'narrow', input: n, output: n, concurrency: 2,
  run: async ({ n }) => {
    const all = globalThis.braidNarrow ??= { now: 0, most: 0 }
    all.now += 1
    all.most = Math.max(all.most, all.now)
    await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setTimeout(resolve, 5))
    all.now -= 1
    return { n }
  },
})
const gpu = task({ name: 'gpu', input: n, output: n, tags: ['gpu'], run: ({ n }) => ({ n }) })
`
const fields = 'tasks: [double, wrong, flaky, odd, slow, deaf, kept, narrow, gpu]'

const taskProcess = (task: string): string =>
  processXml(
    task,
    `<startEvent id="s" /><serviceTask id="work"><extensionElements>
      <zeebe:taskDefinition type="shop/${task}" retries="=attempts" />
      <zeebe:ioMapping><zeebe:input source="=given" target="input" /><zeebe:output source="=output" target="result" />
      </zeebe:ioMapping></extensionElements></serviceTask>`,
    's -> work',
  )

beforeAll(async () => {
  folder = await createApplicationsFolder()
  await folder.define('shop', tasks, fields)
  server = await createTestServer({ applicationsDir: folder.path })
  second = await startNode(server.databaseUrl, { applicationsDir: folder.path })
  api = createApi(server)
  for (const name of ['double', 'wrong', 'flaky', 'odd', 'slow', 'deaf', 'kept', 'narrow', 'gpu']) {
    await api.deploy(`${name}.bpmn`, taskProcess(name))
  }
})
afterAll(async () => {
  await server?.stop()
  await folder?.drop()
})

const start = (task: string, n: unknown, attempts = 4) => api.start(task, { given: { n }, attempts })
const resultOf = async (key: string): Promise<unknown> => {
  await eventually(() => api.stateOf(key), 'COMPLETED')
  const [variable] = await api.items('/variables/search', { processInstanceKey: key, name: 'result' })
  return JSON.parse(String(variable?.value))
}
const incidentOf = async (key: string): Promise<Record<string, unknown>> =>
  vi.waitFor(
    async () => {
      const [incident] = await api.items('/incidents/search', { processInstanceKey: key, state: 'ACTIVE' })
      expect(incident).toBeDefined()
      return incident as Record<string, unknown>
    },
    { timeout: 10_000, interval: 30 },
  )

describe('a task', () => {
  test('gets its input checked, and gives its output', async () => {
    expect(await resultOf(await start('double', 21))).toEqual({ n: 42 })
  })

  test('fails at once for input that it does not take, naming the field', async () => {
    const incident = await incidentOf(await start('double', 'many'))
    expect(incident.errorMessage).toBe('input.n: expected number, got a string')
  })

  test('fails for output that is not as its schema says, and for whatever is thrown', async () => {
    const wrong = await incidentOf(await start('wrong', 1, 1))
    expect(wrong.errorMessage).toBe('output.n: expected number, got a string')
    const odd = await incidentOf(await start('odd', 1, 1))
    expect(odd.errorMessage).toBe('expected an Error to be thrown, got {}')
  })

  test('is tried again until its attempts are used up', async () => {
    expect(await resultOf(await start('flaky', 7))).toEqual({ n: 7 })
    expect(notes('flaky')).toEqual([1, 2, 3])
  })

  test('is told when its time is up, and tried again although it does not listen', async () => {
    expect(await resultOf(await start('slow', 5, 2))).toEqual({ n: 5 })
    expect(notes('slow')).toEqual([1, 2])
    expect(notes('slow aborted')).toEqual(['timed out after 50 ms'])
  })

  test('is not run for input that it had, as long as its result is kept', async () => {
    expect(await resultOf(await start('kept', 1))).toEqual({ n: 2 })
    expect(await resultOf(await start('kept', 1))).toEqual({ n: 2 })
    expect(await resultOf(await start('kept', 2))).toEqual({ n: 4 })
    expect(notes('kept')).toEqual([1, 2])
  })

  test('that was canceled holds no place, and its result is refused', async () => {
    const first = await start('deaf', 1)
    await eventually(async () => notes('deaf'), [1])
    const next = await start('deaf', 2)
    await api.post(`/process-instances/${first}/cancellation`)
    expect(await resultOf(next)).toEqual({ n: 2 })
    await eventually(async () => notes('deaf told'), [1])
    seen.braidGates.get('deaf')?.()
    expect(await resultOf(await start('deaf', 3))).toEqual({ n: 3 })
    expect(await api.stateOf(first)).toBe('TERMINATED')
  })

  test('runs no more often at once than it says, on two nodes together', async () => {
    const other = createApi(second)
    const keys = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        (n % 2 === 0 ? api : other).start('narrow', { given: { n }, attempts: 4 }),
      ),
    )
    for (const key of keys) await eventually(() => api.stateOf(key), 'COMPLETED')
    expect(Reflect.get(globalThis, 'braidNarrow')).toEqual({ now: 0, most: 2 })
  })

  test('waits for a worker that has its tags', async () => {
    const key = await start('gpu', 1)
    // Nodes have many connections, of which the server of the tests has few.
    await second.stop()
    const worker = await startNode(server.databaseUrl, { applicationsDir: folder.path, workerTags: ['gpu'] })
    try {
      expect(await resultOf(key)).toEqual({ n: 1 })
    } finally {
      await worker.stop()
    }
  })
})
