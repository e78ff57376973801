/** `npm start` on a built clone: how long until the page is there, and what Braid and PostgreSQL take when idle. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { removeEmbeddedPostgres } from '../../server/src/store/embedded/embedded-postgres.ts'
import { environment, freePort } from '../chaos/braid-process.ts'
import { postgresProcesses } from '../chaos/postgres-processes.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** `npm test` installs and builds before; without that, starting would do it. */
const isBuilt = existsSync(join(root, 'web/dist/.built'))
const patienceMs = 120_000
/** The sample's first orders are done by then, and what starting took is given back. */
const idleAfterMs = 15_000

const cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

type Started = {
  readonly child: ChildProcess
  readonly link: URL
  readonly linkMs: number
  readonly pageMs: number
}

async function start(dataDir: string): Promise<Started> {
  const begun = performance.now()
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: root,
    env: environment({ BRAID_DATA_DIR: dataDir, BRAID_PORT: String(await freePort()) }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const keep = (chunk: string): void => {
    output += chunk
  }
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)
  cleanUp.push(() => stop(child))
  for (;;) {
    const found = /Sign in with\s+(\S+)/.exec(output)?.[1]
    if (found !== undefined) {
      const linkMs = performance.now() - begun
      const link = new URL(found)
      await readPage(link.origin)
      return { child, link, linkMs, pageMs: performance.now() - begun }
    }
    if (child.exitCode !== null || performance.now() - begun > patienceMs) throw new Error(output)
    await sleep(5)
  }
}

function stop(child: ChildProcess): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', resolve)
    child.kill('SIGTERM')
  })
}

/** The page and everything that it loads at once. */
async function readPage(origin: string): Promise<void> {
  const page = await fetch(origin, { headers: { accept: 'text/html' } })
  expect(page.status).toBe(200)
  const html = await page.text()
  expect(html).toContain('<title>Braid</title>')
  const parts = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => `${origin}${path}`)
  expect(parts.length).toBeGreaterThan(0)
  for (const response of await Promise.all(parts.map((part) => fetch(part)))) {
    expect(response.status).toBe(200)
    await response.arrayBuffer()
  }
}

/** Kilobytes: resident, and resident with shared pages divided among those that share them (proc(5), smaps_rollup). */
function memoryOf(pids: readonly number[]): { readonly rss: number; readonly pss: number } {
  let rss = 0
  let pss = 0
  for (const pid of pids) {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    rss += Number(/^Rss:\s+(\d+)/m.exec(text)?.[1] ?? 0)
    pss += Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0)
  }
  return { rss, pss }
}

const megabytes = (kilobytes: number): string => `${Math.round(kilobytes / 1024)} MB`
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`

test.skipIf(!isBuilt)(
  'npm start serves the page and a link that signs in, again after a restart',
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'braid-start-'))
    cleanUp.push(() => rm(dataDir, { recursive: true, force: true }))
    cleanUp.push(() => removeEmbeddedPostgres(dataDir))
    const first = await start(dataDir)
    await stop(first.child)
    const second = await start(dataDir)

    const token = new URLSearchParams(second.link.hash.slice(1)).get('token')
    const session = await fetch(`${second.link.origin}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: second.link.origin },
      body: JSON.stringify({ token }),
    })
    expect(session.status, await session.text()).toBeLessThan(300)
    const cookie = session.headers
      .getSetCookie()
      .map((line) => line.split(';', 1)[0])
      .join('; ')
    const overview = await fetch(`${second.link.origin}/api/v1/overview`, { headers: { cookie } })
    expect(await overview.json()).toMatchObject({ processDefinitions: 1 })

    const report = [first, second].map(
      ({ linkMs, pageMs }, index) =>
        `${index === 0 ? 'first start, empty data folder' : 'next start'}: link after ${seconds(linkMs)}, page and its parts after ${seconds(pageMs)}`,
    )
    if (process.platform === 'linux') {
      await sleep(idleAfterMs)
      const braid = memoryOf([second.child.pid ?? 0])
      const postgres = memoryOf(postgresProcesses(dataDir))
      report.push(
        `idle: Braid ${megabytes(braid.rss)} RSS, ${megabytes(braid.pss)} PSS; ` +
          `PostgreSQL ${megabytes(postgres.rss)} RSS, ${megabytes(postgres.pss)} PSS; ` +
          `together ${megabytes(braid.rss + postgres.rss)} RSS, ${megabytes(braid.pss + postgres.pss)} PSS`,
      )
    }
    console.log(report.join('\n'))
  },
  240_000,
)
