/**
 * A PostgreSQL of Braid's own, from npm, kept with the data folder.
 * E1 the server outlives the processes that use it, however they die; the next start adopts it;
 * E2 everything that starts, joins or stops it happens under the folder lock;
 * E3 while a live process is registered, nobody but `stopEmbeddedPostgres` stops it, and a server that died is
 *    started again on the address that its clients know.
 */
import { existsSync, realpathSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findBinaries } from './binaries.ts'
import { type Cluster, createCluster, findCluster, isCreated, placeCluster } from './cluster.ts'
import { connectionUrl, openDatabase } from './connection.ts'
import { withFolderLock } from './folder-lock.ts'
import { boundLog, launch } from './launch.ts'
import { liveNodes, registerNode, unregisterNode } from './nodes.ts'
import { PostgresStartError } from './postgres-start-error.ts'
import { findPostmaster, type Postmaster } from './postmaster.ts'
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts'
import { runProgram } from './run-program.ts'

export type EmbeddedPostgresOptions = {
  /** Made when absent. */
  readonly dataDir: string
  /** Preferred TCP port on 127.0.0.1; any free one when absent or taken. */
  readonly port?: number
  readonly log?: (line: string) => void
  /** PostgreSQL settings above Braid's own; without effect on a server that runs already. */
  readonly settings?: Readonly<Record<string, string>>
}

export type EmbeddedPostgres = {
  /** Of an empty or existing database; stays valid when the server is started again. Holds the password. */
  readonly url: string
  /** Changes when the server is started again. */
  readonly pid: number
  /** The server ran already: it survived a crash of ours, or another process uses it too. */
  readonly adopted: boolean
  /** Leaves; the last one to leave stops the server cleanly. */
  stop(): Promise<void>
}

type Work = {
  readonly dataDir: string
  readonly options: EmbeddedPostgresOptions
  readonly log: (line: string) => void
}

type Running = { readonly cluster: Cluster; readonly postmaster: Postmaster; readonly adopted: boolean }

const watchMs = 250
const watchesBetweenLogChecks = 240
const pauseAfterFailureMs = 5_000
const pollMs = 20
/** A server that takes no connections is going, or refuses them. */
const gonePatienceMs = 2_000
const readyPatienceMs = 300_000
const nodePatienceMs = 30_000

/** Starts or joins the server of a data folder. Throws `PostgresStartError` with the next step when it can't. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  await mkdir(options.dataDir, { recursive: true })
  const work: Work = {
    dataDir: realpathSync(options.dataDir),
    options,
    log: options.log ?? (() => undefined),
  }
  const { first, node } = await underLock(work.dataDir, async () => {
    const running = await ensureRunning(work, await createdCluster(work), options.port ?? 0, false)
    return { first: running, node: await registerNode(work.dataDir) }
  })
  const watch = keepRunning(work, first)
  let stopped: Promise<void> | undefined
  return {
    url: connectionUrl(first.cluster, first.postmaster),
    adopted: first.adopted,
    get pid() {
      return watch.pid()
    },
    stop() {
      stopped ??= leave(work.dataDir, first.cluster, node, watch)
      return stopped
    },
  }
}

/**
 * Ends every process that uses the data folder (SIGTERM), then the server. Returns the pids that were ended.
 * Throws when a process does not end. This process leaves first (`stop`), else it starts the server again.
 */
export async function stopEmbeddedPostgres(
  dataDir: string,
): Promise<{ readonly nodes: readonly number[]; readonly server: number | undefined }> {
  if (!existsSync(dataDir)) return { nodes: [], server: undefined }
  const folder = realpathSync(dataDir)
  const live = await underLock(folder, () => liveNodes(folder))
  const others = new Map(live.filter(({ pid }) => pid !== process.pid).map((node) => [node.pid, node]))
  for (const pid of others.keys()) process.kill(pid, 'SIGTERM')
  await untilGone([...others.values()])
  return underLock(folder, async () => {
    const cluster = findCluster(folder)
    const postmaster = cluster === undefined ? undefined : findPostmaster(cluster)
    if (cluster !== undefined) await stopServer(cluster)
    return { nodes: [...others.keys()], server: postmaster?.pid }
  })
}

/** Stops, then deletes the data folder and the database that belongs to it, wherever it lies. */
export async function removeEmbeddedPostgres(dataDir: string): Promise<void> {
  await stopEmbeddedPostgres(dataDir)
  const cluster = existsSync(dataDir) ? findCluster(realpathSync(dataDir)) : undefined
  if (cluster !== undefined) await rm(cluster.folder, { recursive: true, force: true })
  await rm(dataDir, { recursive: true, force: true })
}

const underLock = <T>(dataDir: string, work: () => Promise<T>): Promise<T> =>
  withFolderLock(join(resolve(dataDir), 'lock'), work)

async function createdCluster(work: Work): Promise<Cluster> {
  const cluster = await placeCluster(work.dataDir, work.log)
  if (!isCreated(cluster)) await createCluster(cluster, await findBinaries(cluster.account, work.log))
  return cluster
}

async function ensureRunning(
  work: Work,
  cluster: Cluster,
  port: number,
  keepPort: boolean,
): Promise<Running> {
  const binaries = await findBinaries(cluster.account, work.log)
  const running = await settled(cluster)
  if (running !== undefined) {
    try {
      await openDatabase(cluster, running)
      return { cluster, postmaster: running, adopted: true }
    } catch (error) {
      // Killed a moment ago, it was still to be seen.
      if (!(await hasGone(cluster, running))) throw error
      return ensureRunning(work, cluster, port, keepPort)
    }
  }
  const postmaster = await launch(cluster, binaries, {
    port,
    keepPort,
    settings: work.options.settings ?? {},
    log: work.log,
  })
  await openDatabase(cluster, postmaster)
  return { cluster, postmaster, adopted: false }
}

async function hasGone(cluster: Cluster, { pid }: Postmaster): Promise<boolean> {
  for (let waitedMs = 0; waitedMs <= gonePatienceMs; waitedMs += pollMs) {
    if (findPostmaster(cluster)?.pid !== pid) return true
    await sleep(pollMs)
  }
  return false
}

/** The running server once it is ready; undefined when there is none, or when it was about to stop. */
async function settled(cluster: Cluster): Promise<Postmaster | undefined> {
  for (let waitedMs = 0; waitedMs <= readyPatienceMs; waitedMs += pollMs) {
    const postmaster = findPostmaster(cluster)
    if (postmaster === undefined || postmaster.ready) return postmaster
    await sleep(pollMs)
  }
  throw new PostgresStartError(`The PostgreSQL that runs in ${cluster.folder} does not become ready`, '')
}

type Watch = { pid(): number; end(): Promise<void> }

function keepRunning(work: Work, first: Running): Watch {
  const { cluster } = first
  let pid = first.postmaster.pid
  let identity = identityOf(pid)
  let ticks = 0
  let restart: Promise<void> | undefined
  let ended = false
  const pause = new AbortController()

  async function startAgain(): Promise<void> {
    work.log(`PostgreSQL (pid ${pid}) ended unexpectedly: starting it again`)
    // A folder that was deleted meanwhile is not made anew: that would look like an empty Braid.
    if (!isCreated(cluster)) throw new Error(`The database in ${cluster.folder} is gone: stop Braid`)
    const running = await underLock(work.dataDir, async () =>
      ended ? undefined : ensureRunning(work, cluster, first.postmaster.port, true),
    )
    if (running === undefined) return
    pid = running.postmaster.pid
    identity = identityOf(pid)
  }

  const timer = setInterval(() => {
    ticks += 1
    if (ticks % watchesBetweenLogChecks === 0) boundLog(cluster).catch(() => undefined)
    if (restart !== undefined || (identity !== undefined && isAlive(identity))) return
    restart = startAgain()
      .catch(async (error: unknown) => {
        work.log(error instanceof Error ? error.message : String(error))
        await sleep(pauseAfterFailureMs, undefined, { ref: false, signal: pause.signal }).catch(
          () => undefined,
        )
      })
      .finally(() => {
        restart = undefined
      })
  }, watchMs)
  timer.unref()

  return {
    pid: () => pid,
    async end() {
      ended = true
      clearInterval(timer)
      pause.abort()
      await restart
    },
  }
}

async function leave(dataDir: string, cluster: Cluster, node: string, watch: Watch): Promise<void> {
  await watch.end()
  await underLock(dataDir, async () => {
    await unregisterNode(node)
    if ((await liveNodes(dataDir)).length === 0) await stopServer(cluster)
  })
}

/** A fast shutdown: open transactions are rolled back, then everything is written. */
async function stopServer(cluster: Cluster): Promise<void> {
  if (findPostmaster(cluster) === undefined) return
  const binaries = await findBinaries(cluster.account, () => undefined)
  const args = ['stop', '--pgdata', cluster.data, '--mode=fast', '--wait', '--timeout=120', '--silent']
  const outcome = await runProgram(binaries.pgCtl, args, cluster)
  if (outcome.exitCode === 0 || findPostmaster(cluster) === undefined) return
  throw new Error(`PostgreSQL in ${cluster.folder} did not stop: ${outcome.output.trim()}`)
}

async function untilGone(nodes: readonly ProcessIdentity[]): Promise<void> {
  for (let waitedMs = 0; nodes.some(isAlive); waitedMs += pollMs) {
    if (waitedMs > nodePatienceMs) {
      const pids = nodes.filter(isAlive).map(({ pid }) => pid)
      throw new Error(`Process ${pids.join(', ')} does not end. End it with kill -9, then stop again.`)
    }
    await sleep(pollMs)
  }
}
