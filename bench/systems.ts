/** Systems under test, each measured in a process and a database of its own. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { startEmbeddedPostgres } from '../server/src/store/embedded/embedded-postgres.ts'
import type { Measurement } from './workload.ts'

export type RoundOf<System extends string> = Readonly<Partial<Record<System, readonly Measurement[]>>>

/** A system has this long for all its workloads. */
const patienceMs = 180_000

/** Runs a system in a process of its own, so that none leaves anything behind for the next. */
function measureSystem(system: string, databaseUrl: string): Promise<readonly Measurement[]> {
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
  system: string,
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

/** Each round measures every system once, one after another. */
export async function measureRounds<const System extends string>(
  systems: readonly System[],
  rounds: number,
): Promise<readonly RoundOf<System>[]> {
  const folder = await mkdtemp(join(tmpdir(), 'braid-bench-'))
  const postgres = await startEmbeddedPostgres({ dataDir: folder })
  const results: RoundOf<System>[] = []
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
  return results
}

export const machine = (): string =>
  `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`
