/** A DAG whose tasks are done in TypeScript and in Python, by the client in `clients/python`. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, createApi, eventually } from '../../../support/api.ts'
import { createTestServer, type TestServer } from '../../../support/server.ts'

const python = '/usr/bin/python3'
const folder = fileURLToPath(new URL('.', import.meta.url))

const mixed = `
id: mixed
nodes:
  - id: each
    kind: generate
    task: mixed/numbers
    input: { to: = input.to }
    nodes:
      - { id: square, kind: task, task: mixed/square, input: { value: = item } }
      - { id: root, kind: task, task: mixed/root, input: { value: = square }, onFailure: continue }
    result: = root.value
output: = each
`
const waiting = `
id: waiting
nodes:
  - { id: wait, kind: task, task: mixed/wait, tags: [slow] }
`

describe.runIf(existsSync(python))('tasks in Python', () => {
  let server: TestServer
  let api: Api
  let worker: ChildProcess
  let said = ''
  beforeAll(async () => {
    server = await createTestServer()
    api = createApi(server, '/api/v1')
    for (const [name, text] of Object.entries({ mixed, waiting }))
      expect((await api.tryDeploy(`${name}.dag.yaml`, text)).status).toBe(200)
    server.execution.handle('mixed/square', async ({ variables }) => ({
      output: (variables.input as { readonly value: number }).value ** 2,
    }))
    worker = spawn(python, [`${folder}worker.py`, server.url, server.apiKey])
    worker.stdout?.on('data', (data) => {
      said += String(data)
    })
  })
  afterAll(async () => {
    worker.kill('SIGKILL')
    await server.stop()
  })

  const runOf = async (key: unknown) => (await api.get(`/dag-runs/${key}`)).body

  test('take turns with tasks in TypeScript, and say how they get on', async () => {
    const { dagRunKey } = (await api.post('/dag-runs', { dagId: 'mixed', input: { to: 5 } })).body
    await eventually(async () => (await runOf(dagRunKey)).state, 'SUCCEEDED')
    expect(await runOf(dagRunKey)).toMatchObject({
      output: [0, 1, 2, 3, 4],
      nodes: [{ nodeId: 'each' }, { counts: { succeeded: 5 } }, { nodeId: 'root', counts: { succeeded: 5 } }],
    })
    const said = async (kind: string) =>
      (await api.post(`/dag-runs/${dagRunKey}/output/search`, { nodeId: 'root', kind })).body
        .items as readonly Record<string, unknown>[]
    // What tasks say is stored a moment later than what they give.
    await eventually(async () => (await said('value')).length, 5)
    expect(await said('value')).toContainEqual(expect.objectContaining({ value: { of: 9 } }))
    expect(await said('log')).toContainEqual(
      expect.objectContaining({ level: 'info', message: 'root of 16' }),
    )
    expect(await said('progress')).toContainEqual(
      expect.objectContaining({ progress: 0.5, message: 'half of it' }),
    )
    const [task] = await api.items(`/dag-runs/${dagRunKey}/tasks/search`, { nodeId: 'root' })
    expect((await api.get(`/dag-runs/${dagRunKey}/tasks/${task?.taskKey}`)).body).toMatchObject({
      attempts: [{ attempt: 1, worker: 'python', outcome: 'succeeded' }],
    })
  })

  test('hear of a cancellation and stop', async () => {
    const { dagRunKey } = (await api.post('/dag-runs', { dagId: 'waiting' })).body
    await eventually(async () => (await runOf(dagRunKey)).progress, 0.1)
    expect((await api.post(`/dag-runs/${dagRunKey}/cancellation`)).status).toBe(204)
    await eventually(async () => said, 'stopped\n')
    expect((await runOf(dagRunKey)).state).toBe('CANCELED')
  })
})

test.runIf(existsSync(python))('the client keeps to its own tests', () => {
  const tests = fileURLToPath(new URL('../../../../clients/python/tests', import.meta.url))
  execFileSync(python, ['-m', 'unittest', 'discover', '-s', tests], { stdio: 'pipe' })
})
