/** A server whose scripts run in pods: what people see of it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createExecutions, type Executions } from '../support/executions.ts'
import { createTestServer, type TestServer, withScripts } from '../support/server.ts'
import { createNamespace, images, type Namespace, until } from './namespace.ts'

let namespace: Namespace
let server: TestServer
let executions: Executions

beforeAll(async () => {
  namespace = await createNamespace('braid-server')
  process.env.KUBECONFIG = await namespace.kubeconfig()
  server = await createTestServer(
    withScripts({ isolation: 'kubernetes', kubernetes: { namespace: namespace.name, images } }),
  )
  executions = createExecutions(server)
  await executions.ready()
})

afterAll(async () => {
  await server?.stop()
  await namespace?.remove()
})

test('a script runs in a pod, is heard live, and its result is kept', async () => {
  const script = 'import braid; print("hi"); braid.result({"twice": braid.input["n"] * 2})'
  const executionKey = await executions.ask({ language: 'python', script, input: { n: 21 } })
  const heard: string[] = []
  for await (const frame of executions.follow(executionKey)) {
    if (frame.type === 'output') heard.push(JSON.stringify(frame))
  }
  expect(heard.join('')).toContain('hi')
  expect(await executions.result(executionKey)).toMatchObject({ state: 'COMPLETED', exitCode: 0 })
  expect(JSON.stringify(await executions.result(executionKey))).toContain('"twice":42')
  expect(await namespace.pods()).toEqual([])
})

test('a script that is canceled leaves no pod', async () => {
  const executionKey = await executions.ask({ language: 'bash', script: 'echo on; sleep 600' })
  for await (const frame of executions.follow(executionKey)) {
    if (frame.type === 'output') await executions.call('POST', `/executions/${executionKey}/cancel`)
  }
  expect(await executions.result(executionKey)).toMatchObject({ state: 'CANCELED' })
  await until('its pod is gone', async () => (await namespace.pods()).length === 0)
})

test('what takes too long and what takes too much memory is told apart', async () => {
  const [slow, large] = await Promise.all([
    executions.run({ language: 'bash', script: 'sleep 600', timeoutMs: 2_000 }),
    executions.run({ language: 'python', script: 'x = bytearray(10**9)' }),
  ])
  expect([slow, large]).toEqual([
    expect.objectContaining({ state: 'TIMED_OUT' }),
    expect.objectContaining({ errorType: expect.stringContaining('MEMORY') }),
  ])
})
