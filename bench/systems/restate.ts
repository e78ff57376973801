/** Restate: handlers with durable steps on its own log. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as restate from '@restatedev/restate-sdk'
import * as clients from '@restatedev/restate-sdk-clients'
import { fanOut, measureAll, report } from '../workload.ts'

const step = (context: restate.Context, index: number) => context.run(`step${index}`, async () => 1)
const sequence =
  (length: number) =>
  async (context: restate.Context): Promise<void> => {
    for (let index = 0; index < length; index++) await step(context, index)
  }

const service = restate.service({
  name: 'bench',
  handlers: {
    sequence1: sequence(1),
    sequence10: sequence(10),
    fanOut: async (context: restate.Context): Promise<void> => {
      await restate.RestatePromise.all(Array.from({ length: fanOut }, (_, index) => step(context, index)))
    },
  },
})

const port = await restate.serve({ services: [service], port: 0 })
const folder = mkdtempSync(join(tmpdir(), 'bench-restate-'))
const binary = createRequire(import.meta.url).resolve('@restatedev/restate-server/lib/index.js')
const server = spawn(process.execPath, [binary, '--base-dir', folder], {
  env: {
    ...process.env,
    RESTATE_DEFAULT_NUM_PARTITIONS: '2',
    RUST_LOG: 'error',
    RESTATE_DISABLE_TELEMETRY: 'true',
  },
  stdio: ['ignore', 'ignore', 'inherit'],
})

const admin = 'http://127.0.0.1:9070'
async function register(): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    const answer = await fetch(`${admin}/deployments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ uri: `http://127.0.0.1:${port}` }),
    }).catch(() => undefined)
    if (answer?.ok === true) return
  }
  throw new Error('Restate did not take the deployment within 20 s')
}

try {
  await register()
  const client = clients.connect({ url: 'http://127.0.0.1:8080' }).serviceClient(service)
  report(
    await measureAll({
      sequence1: () => client.sequence1(),
      sequence10: () => client.sequence10(),
      fanOut: () => client.fanOut(),
    }),
  )
} finally {
  server.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}
process.exit(0)
