/** DAGs of applications from the folder to the result; the first one is what `braid new application` writes. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, createApi, eventually } from '../support/api.ts'
import { type ApplicationsFolder, createApplicationsFolder } from '../support/applications.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

const cli = fileURLToPath(new URL('../../server/src/cli.ts', import.meta.url))
let folder: ApplicationsFolder
let server: TestServer
let api: Api

const braid = (...args: readonly string[]) =>
  new Promise<{ readonly code: number; readonly error: string }>((resolve) => {
    const child = execFile(process.execPath, [cli, ...args], { cwd: folder.path }, (_, __, error) =>
      resolve({ code: child.exitCode ?? -1, error }),
    )
  })

const yielding = `
import { dag } from '@braid/contract/application/dag.ts'
const numbers = generator({
  name: 'numbers', input: z.object({ to: z.int() }), item: z.object({ n: z.int() }), backoff: 'PT0.01S',
  async *run({ to }, { run }) {
    for (let n = 0; n < to; n += 1) {
      if (n === 150 && run.attempt === 1) throw new Error('half-way')
      yield { n }
    }
  },
})
const square = task({ name: 'square', input: z.object({ n: z.int() }), output: z.int(), run: ({ n }) => n * n })
const squares = dag({
  name: 'squares', input: z.object({ to: z.int() }),
  build: (d, { to }) => ({
    all: d.generate('each', numbers, { to }, (item, inside) => inside.task('square', square, { n: item.n })),
  }),
})`
const cycle = `dags: [{ id: 'round', nodes: [
  { id: 'a', kind: 'task', task: 'x', after: ['b'] }, { id: 'b', kind: 'task', task: 'x', after: ['a'] }] }]`

beforeAll(async () => {
  folder = await createApplicationsFolder()
  expect(await braid('new', 'application', 'hello')).toEqual({ code: 0, error: '' })
  await folder.define('applications/yielding', yielding, 'tasks: [numbers, square], dags: [squares]')
  await folder.define('applications/round', '', cycle)
  server = await createTestServer({ applicationsDir: join(folder.path, 'applications') })
  api = createApi(server, '/api/v1')
})
afterAll(async () => {
  await server?.stop()
  await folder?.drop()
})

const outputOf = async (dagId: string, input: object): Promise<unknown> => {
  const { body } = await api.post('/dag-runs', { dagId, input })
  const run = async () => (await api.get(`/dag-runs/${String(body.dagRunKey)}`)).body
  await eventually(async () => (await run()).state, 'SUCCEEDED')
  return (await run()).output
}

test('a new application loads and runs', async () => {
  expect((await api.get('/applications/hello')).body).toMatchObject({ state: 'loaded' })
  expect(await outputOf('hello/greet-all', { names: ['Ada', 'Bob'] })).toEqual({
    greetings: ['Hello, Ada!', 'Hello, Bob!'],
  })
})

test('its name must be one, and free', async () => {
  expect(await braid('new', 'application', 'Hello')).toMatchObject({ code: 2 })
  expect(await braid('new', 'application', '../x')).toMatchObject({ code: 2 })
  const taken = await braid('new', 'application', 'hello')
  expect(taken).toMatchObject({ code: 2, error: expect.stringContaining('is there already') })
})

test('a generator that fails half-way gives each item once', async () => {
  const all = Array.from({ length: 300 }, (_, n) => n * n)
  expect(await outputOf('yielding/squares', { to: 300 })).toEqual({ all })
})

test('a cycle is found before anything runs', async () => {
  expect((await api.get('/applications/round')).body).toMatchObject({
    state: 'broken',
    error: { message: expect.stringMatching(/cycle|circle|each other/i) },
  })
})
