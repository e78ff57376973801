/** The embedded PostgreSQL of a data folder, seen from outside: its processes, and a connection to look into it. */
import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Cluster, findCluster } from '../../server/src/store/embedded/cluster.ts'
import { connectionUrl } from '../../server/src/store/embedded/connection.ts'
import { findPostmaster, type Postmaster } from '../../server/src/store/embedded/postmaster.ts'

type Server = { readonly cluster: Cluster; readonly postmaster: Postmaster }

function serverOf(dataDir: string): Server | undefined {
  const cluster = findCluster(realpathSync(dataDir))
  const postmaster = cluster === undefined ? undefined : findPostmaster(cluster)
  return cluster === undefined || postmaster === undefined ? undefined : { cluster, postmaster }
}

export function databaseUrlOf(dataDir: string): string {
  const server = serverOf(dataDir)
  if (server === undefined) throw new Error(`expected a PostgreSQL that runs on ${dataDir}`)
  return connectionUrl(server.cluster, server.postmaster)
}

/** `server`: the first process, whose helpers then end by themselves; `backend`: one that serves a connection. */
export type PostgresPart = 'server' | 'everything' | 'backend'

/** SIGKILL. Waits for a server that is being started. */
export async function killPostgres(
  dataDir: string,
  part: PostgresPart,
  pick: <T>(list: readonly T[]) => T,
): Promise<void> {
  const { pid } = (await runningServer(dataDir)).postmaster
  const helpers = childrenOf(pid)
  const backends = helpers.filter((helper) => /^postgres: braid /.test(commandLineOf(helper)))
  const victims = {
    server: [pid],
    everything: [pid, ...helpers],
    backend: backends.length > 0 ? [pick(backends)] : [pid],
  }
  for (const victim of victims[part]) killNow(victim)
}

export function postgresProcesses(dataDir: string): readonly number[] {
  const server = serverOf(dataDir)
  return server === undefined ? [] : [server.postmaster.pid, ...childrenOf(server.postmaster.pid)]
}

const patienceMs = 30_000
const pollMs = 20

async function runningServer(dataDir: string): Promise<Server> {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += pollMs) {
    const server = serverOf(dataDir)
    if (server !== undefined) return server
    await sleep(pollMs)
  }
  throw new Error(`expected a PostgreSQL on ${dataDir} within ${patienceMs} ms`)
}

function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isSafeInteger(pid) && parentOf(pid) === parent)
}

/** The second field after the name in parentheses (proc(5), /proc/pid/stat). */
function parentOf(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/stat`)
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

const commandLineOf = (pid: number): string => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')

/** Empty when the process ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH'
    if (!gone) throw error
  }
}
