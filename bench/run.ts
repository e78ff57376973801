/**
 * `npm run bench`: Braid beside DBOS and Restate on the same work, on this machine, in the same run: each round measures
 * every system once, one after another. Prints medians with least and most, and writes `docs/performance.md`.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { startEmbeddedPostgres } from '../server/src/store/embedded/embedded-postgres.ts'
import { renderReport } from './report.ts'
import type { Measurement } from './workload.ts'

const rounds = Number(process.env.BENCH_ROUNDS ?? 3)
const systems = ['braid', 'braid-http', 'dbos', 'restate', 'raw', 'bpmn-engine'] as const
export type System = (typeof systems)[number]
export type Round = Readonly<Partial<Record<System, readonly Measurement[]>>>

/** A system has this long for all its workloads. */
const patienceMs = 180_000

/** Runs a system in a process of its own, so that none leaves anything behind for the next. */
function measureSystem(system: System, databaseUrl: string): Promise<readonly Measurement[]> {
  const file = fileURLToPath(new URL(`./systems/${system}.ts`, import.meta.url))
  const child = spawn(process.execPath, [file], {
    // A line of log for each invocation would be measured too.
    env: { ...process.env, BENCH_DATABASE_URL: databaseUrl, RESTATE_LOGGING: 'ERROR' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  let trouble = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    trouble = (trouble + chunk).slice(-4_000)
  })
  const endGroup = (): void => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL')
    } catch {
      // Nothing of it is left.
    }
  }
  return new Promise((resolve, reject) => {
    const timer = setTimeout(endGroup, patienceMs)
    child.on('exit', (code) => {
      clearTimeout(timer)
      endGroup()
      const line = output.split('\n').find((text) => text.startsWith('RESULTS '))
      if (line === undefined) reject(new Error(`${system} ended with ${code} and no results:\n${trouble}`))
      else resolve(JSON.parse(line.slice('RESULTS '.length)) as readonly Measurement[])
    })
  })
}

async function withDatabase<T>(
  serverUrl: string,
  system: System,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const name = `bench_${system.replace('-', '_')}`
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  await client.query(`drop database if exists ${name} with (force)`)
  await client.query(`create database ${name}`)
  // A checkpoint now rather than in the middle of the measurement.
  await client.query('checkpoint')
  await client.end()
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return work(url.href)
}

const folder = await mkdtemp(join(tmpdir(), 'braid-bench-'))
const postgres = await startEmbeddedPostgres({ dataDir: folder })
const results: Round[] = []
try {
  for (let round = 1; round <= rounds; round++) {
    const measured: Partial<Record<System, readonly Measurement[]>> = {}
    for (const system of systems) {
      process.stderr.write(`round ${round} of ${rounds}: ${system} …\n`)
      measured[system] = await withDatabase(postgres.url, system, (url) => measureSystem(system, url))
    }
    results.push(measured)
  }
} finally {
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}
const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`
const report = renderReport({ machine, rounds: results })
console.log(report)
await writeFile(new URL('../docs/performance.md', import.meta.url), report)
