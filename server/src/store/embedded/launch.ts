/** Starts the server of a cluster, detached: it outlives this process. */
import { spawn } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, statSync } from 'node:fs'
import { truncate } from 'node:fs/promises'
import { createServer } from 'node:net'
import { platform } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { giveTo } from './account.ts'
import type { Binaries } from './binaries.ts'
import type { Cluster } from './cluster.ts'
import { PostgresStartError } from './postgres-start-error.ts'
import { findPostmaster, killOrphans, type Postmaster, removeStalePidFile } from './postmaster.ts'
import { programOptions } from './run-program.ts'
import { serverSettings } from './server-settings.ts'

export type LaunchOptions = {
  /** 0: any free one. When taken by somebody else, another is used. */
  readonly port: number
  /** Clients know the port already: when it is taken meanwhile, serve on the socket alone or wait for it. */
  readonly keepPort?: boolean
  readonly settings: Readonly<Record<string, string>>
  readonly log: (line: string) => void
}

type Outcome =
  | { readonly kind: 'started'; readonly postmaster: Postmaster }
  | { readonly kind: 'exited'; readonly output: string }

/** Ports tried, and tries while processes of a killed server let go of its files. */
const maxPorts = 5
const maxTries = 40
const triesBeforeKill = 8
const retryMs = 250
const pollMs = 5
const noticeMs = 10_000
/** Recovery replays at most `max_wal_size`; past this the disk hangs. */
const patienceMs = 300_000

/** Resolves when the server accepts connections. Call under the folder lock, when no server of the cluster runs. */
export async function launch(
  cluster: Cluster,
  binaries: Binaries,
  options: LaunchOptions,
): Promise<Postmaster> {
  let port = options.port === 0 ? await freePort() : options.port
  let portsTried = 1
  let address = '127.0.0.1'
  for (let tries = 1; ; tries += 1) {
    await removeStalePidFile(cluster)
    const outcome = await launchOnce(cluster, binaries, { ...options, port }, address)
    if (outcome.kind === 'started') return outcome.postmaster
    const portTaken = isPortTaken(outcome.output)
    if (portTaken && options.keepPort && socketFolderOf(cluster) !== '') {
      address = ''
    } else if (portTaken && !options.keepPort && portsTried < maxPorts) {
      options.log(`Port ${port} is taken by another program: PostgreSQL will use another one`)
      port = await freePort()
      portsTried += 1
    } else if ((portTaken || isStillHeld(outcome.output)) && tries < maxTries) {
      if (tries === triesBeforeKill) killOrphans(cluster)
      await sleep(retryMs)
    } else {
      throw new PostgresStartError(`PostgreSQL did not start (see ${cluster.logFile})`, outcome.output)
    }
  }
}

/** Where clients find the server's socket: in the cluster's folder when its path fits the system's 103 bytes. */
export function socketFolderOf(cluster: Cluster): string {
  const longest = Buffer.byteLength(`${cluster.folder}/.s.PGSQL.65535.lock`)
  return platform !== 'win32' && longest <= 103 && !/[,"'\s]/.test(cluster.folder) ? cluster.folder : ''
}

async function launchOnce(
  cluster: Cluster,
  binaries: Binaries,
  options: LaunchOptions,
  address: string,
): Promise<Outcome> {
  const logFile = await openLog(cluster)
  const child = spawn(binaries.postgres, argumentsFor(cluster, options, address), {
    ...programOptions(cluster),
    detached: true,
    stdio: ['ignore', logFile.handle, logFile.handle],
  })
  closeSync(logFile.handle)
  let failure: string | undefined
  child.once('error', (error) => {
    failure = error.message
  })
  child.once('exit', () => {
    failure ??= ''
  })
  child.unref()
  for (let waitedMs = 0; waitedMs <= patienceMs; waitedMs += pollMs) {
    await sleep(pollMs)
    if (failure !== undefined)
      return { kind: 'exited', output: failure + writtenSince(cluster, logFile.size) }
    if (waitedMs % noticeMs === 0 && waitedMs > 0) {
      options.log(`PostgreSQL is recovering its data since ${waitedMs / 1_000} s`)
    }
    const postmaster = findPostmaster(cluster)
    if (postmaster?.ready && postmaster.pid === child.pid) return { kind: 'started', postmaster }
  }
  return { kind: 'exited', output: `not ready after ${patienceMs / 60_000} minutes` }
}

function argumentsFor(cluster: Cluster, options: LaunchOptions, address: string): readonly string[] {
  const settings = {
    ...serverSettings,
    ...options.settings,
    listen_addresses: address,
    unix_socket_directories: socketFolderOf(cluster),
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return ['-D', cluster.data, '-p', String(options.port), ...flags]
}

async function openLog(cluster: Cluster): Promise<{ readonly handle: number; readonly size: number }> {
  // Appending, so that the file can be emptied while the server writes.
  const handle = openSync(cluster.logFile, constants.O_CREAT | constants.O_APPEND | constants.O_WRONLY, 0o600)
  await giveTo(cluster.account, cluster.logFile)
  return { handle, size: statSync(cluster.logFile).size }
}

const writtenSince = (cluster: Cluster, size: number): string =>
  readFileSync(cluster.logFile).subarray(size).toString('utf8')

const maxLogBytes = 10_000_000

/** Keeps the log below a bound by beginning it anew. */
export async function boundLog(cluster: Cluster): Promise<void> {
  if (statSync(cluster.logFile).size > maxLogBytes) await truncate(cluster.logFile)
}

const isPortTaken = (output: string): boolean =>
  /could not bind|could not create any TCP\/IP sockets/i.test(output)

const isStillHeld = (output: string): boolean =>
  /pre-existing shared memory block|lock file .* already exists/i.test(output)

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('The system gave no TCP port')
  return address.port
}
