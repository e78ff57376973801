/** `braid worker`: tasks are done in a process that knows nothing but the address of the server. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '@braid/contract/client.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientOf, environment, apiKey as processKey } from '../chaos/braid-process.ts'
import { eventually } from '../support/api.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

const cli = join(import.meta.dirname, '../../server/src/cli.ts')
const applications = join(import.meta.dirname, 'tested-applications')

let server: TestServer
let client: Client
let folder: string
const workers: ChildProcess[] = []

/** Resolves when it says that it works. */
function startWorker(): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [cli, 'worker', '--url', server.url, '--applications', applications],
    {
      cwd: folder,
      env: environment({ BRAID_API_KEY: processKey }),
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  workers.push(child)
  let output = ''
  return new Promise((resolve, reject) => {
    const hear = (chunk: string): void => {
      output += chunk
      if (/^ {2}press$/m.test(output)) resolve(child)
    }
    child.stdout.setEncoding('utf8').on('data', hear)
    child.stderr.setEncoding('utf8').on('data', hear)
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${output}`)))
  })
}

const endOf = (child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> =>
  new Promise((resolve) => {
    child.once('exit', resolve)
    child.kill(signal)
  })

async function start(dagId: string, input: Record<string, string>): Promise<string> {
  return (await client.startDagRun({ body: { dagId, input } })).dagRunKey
}
const stateOf = async (dagRunKey: string): Promise<unknown> =>
  (await client.getDagRun({ params: { dagRunKey } })).state

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'braid-worker-'))
  server = await createTestServer({
    runMode: 'API',
    applicationsDir: applications,
    adminApiKey: processKey,
    rateLimits: true,
  })
  client = clientOf(server.url)
})
afterAll(async () => {
  for (const child of workers)
    if (child.exitCode === null && child.signalCode === null) await endOf(child, 'SIGKILL')
  await server?.stop()
  rmSync(folder, { recursive: true })
})

test('a worker without a database does the tasks of runs, and tells of them', async () => {
  const worker = await startWorker()
  const key = await start('press/print', { text: 'news' })
  await eventually(() => stateOf(key), 'SUCCEEDED')
  const run = await client.getDagRun({ params: { dagRunKey: key } })
  expect(run).toMatchObject({ output: { printed: 'NEWS', by: worker.pid } })
  const { items } = await client.listWorkers()
  await eventually(
    async () => (await client.listWorkers()).items.find(({ kind }) => kind === 'client')?.jobTypes,
    expect.arrayContaining(['press/print', 'press/endless']),
  )
  expect(items.filter(({ kind }) => kind === 'node')).toMatchObject([{ mode: 'API' }])
})

test('a run that is canceled ends its handler there', async () => {
  const file = join(folder, 'endless')
  const read = async (): Promise<string> => {
    try {
      return readFileSync(file, 'utf8')
    } catch {
      return ''
    }
  }
  const key = await start('press/endless', { file })
  await eventually(read, 'begun')
  await client.cancelDagRun({ params: { dagRunKey: key } })
  await eventually(read, 'told to end')
})

test('a worker that a rate limit slows down loses no result', async () => {
  const { rateLimitKey } = await client.createRateLimit({
    body: {
      name: 'answers',
      target: { pathPrefix: '/jobs/completions' },
      algorithm: 'sliding-window',
      limit: 1,
      windowSeconds: 1,
      enabled: true,
      priority: 500,
    },
  })
  const keys = await Promise.all(['a', 'b', 'c'].map((text) => start('press/print', { text })))
  // Sooner than a lease ends and the job is offered anew.
  for (const key of keys) await eventually(() => stateOf(key), 'SUCCEEDED')
  await client.deleteRateLimit({ params: { rateLimitKey } })
})

test('a worker that is told to stop ends cleanly', async () => {
  const [worker] = workers
  if (worker === undefined) throw new Error('there is no worker')
  expect(await endOf(worker, 'SIGTERM')).toBe(0)
})
