/** Where nothing of the operating system confines scripts, they are refused, unless an administrator says otherwise. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { createExecutions } from '../../support/executions.ts'
import { createTestServer, withScripts } from '../../support/server.ts'

const cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

async function started(allowUnconfined: boolean) {
  const dataDir = await mkdtemp(join(tmpdir(), 'braid-unconfined-'))
  cleanUp.push(() => rm(dataDir, { recursive: true, force: true }))
  const server = await createTestServer({ dataDir, ...withScripts({ isolation: 'wasm', allowUnconfined }) })
  cleanUp.push(() => server.stop())
  return createExecutions(server)
}

const request = { language: 'javascript', script: "console.log('hi')" }

test('a script is refused with what would let it run', async () => {
  const executions = await started(false)
  for (;;) {
    const { status, body } = await executions.call('POST', '/execute', request)
    expect(status).toBe(503)
    expect(body).toMatchObject({ code: 'NO_ISOLATION' })
    // Until this node has found out what it can run, it says that.
    if (body.detail.includes('BRAID_ALLOW_UNCONFINED_SCRIPTS=true')) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
})

test('by an administrator’s choice it runs in WebAssembly, and everybody can see how', async () => {
  const executions = await started(true)
  await executions.ready()
  const runtimes = (await executions.call('GET', '/runtimes')).body
  expect(runtimes).toMatchObject({ unconfined: true })
  expect(runtimes.items[0]).toMatchObject({ isolation: 'wasm' })
  const run = await executions.run(request)
  expect(run).toMatchObject({ state: 'COMPLETED', stdout: 'hi\n', isolation: 'wasm' })
}, 60_000)
