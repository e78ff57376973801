/** Where nothing of the operating system confines scripts, they are refused, unless an administrator says otherwise. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { apiKey, freePort, startBraid } from '../../chaos/braid-process.ts'
import { createTestDatabase } from '../../support/database.ts'
import { createExecutions } from '../../support/executions.ts'

const cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'braid-unconfined-'))
  cleanUp.push(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** As on a machine where bubblewrap is there and can't do anything. */
const withoutBubblewrap = [
  ...['unshare', '--mount', 'sh', '-c', 'mount --bind /bin/false /usr/bin/bwrap && exec "$@"', 'sh'],
]

async function started(settings: Readonly<Record<string, string>>) {
  const database = await createTestDatabase()
  cleanUp.push(() => database.drop())
  const node = await startBraid({
    port: await freePort(),
    settings: {
      BRAID_DATABASE_URL: database.url,
      BRAID_DATA_DIR: await newFolder(),
      BRAID_SEED: 'none',
      BRAID_LOG_LEVEL: 'error',
      BRAID_SCRIPT_ISOLATION: 'auto',
      ...settings,
    },
    within: withoutBubblewrap,
  })
  cleanUp.push(() => node.stop())
  return createExecutions({ url: node.url, apiKey })
}

const request = { language: 'javascript', script: "console.log('hi')" }

// Mounts are root's to make.
const isRoot = process.getuid?.() === 0

test.skipIf(!isRoot)(
  'a script is refused, with what is missing and what would let it run',
  async () => {
    const executions = await started({})
    for (;;) {
      const { status, body } = await executions.call('POST', '/execute', request)
      expect(status).toBe(503)
      expect(body).toMatchObject({ code: 'NO_ISOLATION' })
      // Until the node has found out what it can run, it says that.
      if (body.detail.includes('BRAID_ALLOW_UNCONFINED_SCRIPTS=true')) {
        expect(body.detail).toContain('bubblewrap')
        break
      }
      await pause(50)
    }
    expect((await executions.call('GET', '/runtimes')).body).toMatchObject({ items: [], unconfined: false })
  },
  120_000,
)

test.skipIf(!isRoot)(
  'by an administrator’s choice it runs in WebAssembly, and everybody can see how',
  async () => {
    const executions = await started({ BRAID_ALLOW_UNCONFINED_SCRIPTS: 'true' })
    await executions.ready()
    const runtimes = (await executions.call('GET', '/runtimes')).body
    expect(runtimes).toMatchObject({ unconfined: true })
    expect(runtimes.items[0]).toMatchObject({ isolation: 'wasm' })
    const run = await executions.run(request)
    expect(run).toMatchObject({ state: 'COMPLETED', stdout: 'hi\n', isolation: 'wasm' })
    const python = await executions.run({ language: 'python', script: "print('hi')" })
    expect(python).toMatchObject({ state: 'COMPLETED', stdout: 'hi\n', isolation: 'wasm' })
  },
  180_000,
)
