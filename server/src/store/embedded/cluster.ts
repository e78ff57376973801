/**
 * Where the database of a data folder lies, and its creation.
 * C1 the folder `data` exists only complete: it is made beside and renamed;
 * C2 the folder of a cluster belongs to the user PostgreSQL runs as, and nobody else may enter.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { type Account, accountForPostgres, accountOfUser, canReach, giveTo } from './account.ts'
import type { Binaries } from './binaries.ts'
import { PostgresStartError } from './postgres-start-error.ts'
import { runProgram } from './run-program.ts'
import { sharedFolder } from './shared-folder.ts'

export type Cluster = {
  /** Holds everything of this database. */
  readonly folder: string
  /** What PostgreSQL calls its data directory. */
  readonly data: string
  readonly passwordFile: string
  readonly logFile: string
  readonly account: Account | undefined
}

export const superuser = 'braid'

const noteName = 'postgres-is-elsewhere.txt'
const unfinishedPrefix = 'unfinished-'

/** Finds the cluster of a data folder, or decides where it will be. Call under the folder lock. */
export async function placeCluster(dataDir: string, log: (line: string) => void): Promise<Cluster> {
  const found = findCluster(dataDir)
  if (found !== undefined) {
    // An attempt that was killed may have left the folder without its owner.
    if (!isCreated(found)) await makeFolder(found.folder, found.account)
    return found
  }
  const account = accountForPostgres()
  const inside = join(dataDir, 'postgres')
  if (account === undefined || canReach(dataDir, account)) {
    await makeFolder(inside, account)
    return clusterIn(inside, account)
  }
  const outside = await mkdtemp(join(sharedFolder(log), `${basename(dirname(dataDir)) || 'data'}-`))
  log(
    `PostgreSQL will run as user ${account.name}, who can't enter ${dataDir}: keeping its data in ${outside}`,
  )
  await makeFolder(outside, account)
  await writeFile(
    join(dataDir, noteName),
    `${outside}\n\nThe database of this data folder is there, because PostgreSQL refuses to run as root and\n` +
      `the user ${account.name}, who runs it, can't enter this folder. Keep the two together.\n`,
  )
  return clusterIn(outside, account)
}

/** The existing place of a data folder's cluster; undefined when it has none yet. Changes nothing. */
export function findCluster(dataDir: string): Cluster | undefined {
  const note = join(dataDir, noteName)
  const folder = existsSync(note) ? resolve(firstLine(note)) : join(dataDir, 'postgres')
  if (!existsSync(folder)) return undefined
  return clusterIn(folder, ownerOf(folder))
}

export const isCreated = (cluster: Cluster): boolean => existsSync(join(cluster.data, 'PG_VERSION'))

export const readPassword = (cluster: Cluster): string => readFileSync(cluster.passwordFile, 'utf8').trim()

/** Makes the database files with a fresh password. Leftovers of an attempt that was killed are removed. */
export async function createCluster(cluster: Cluster, binaries: Binaries): Promise<void> {
  for (const name of await readdir(cluster.folder)) {
    if (name.startsWith(unfinishedPrefix)) await rm(join(cluster.folder, name), { recursive: true })
  }
  await rm(cluster.passwordFile, { force: true })
  await writeFile(cluster.passwordFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 })
  await giveTo(cluster.account, cluster.passwordFile)
  const unfinished = join(cluster.folder, unfinishedPrefix + process.pid)
  const outcome = await runProgram(binaries.initdb, initArguments(unfinished, cluster), cluster)
  if (outcome.exitCode !== 0) {
    await rm(unfinished, { recursive: true, force: true })
    throw new PostgresStartError(`PostgreSQL could not create its files in ${cluster.folder}`, outcome.output)
  }
  await rename(unfinished, cluster.data)
}

/** The C locale exists everywhere; the built-in provider orders by code point and knows Unicode's letters. */
function initArguments(target: string, cluster: Cluster): readonly string[] {
  return [
    `--pgdata=${target}`,
    `--username=${superuser}`,
    `--pwfile=${cluster.passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ]
}

function clusterIn(folder: string, account: Account | undefined): Cluster {
  return {
    folder,
    data: join(folder, 'data'),
    passwordFile: join(folder, 'password'),
    logFile: join(folder, 'postgres.log'),
    account,
  }
}

/** Root runs the cluster as whoever made it, so that a folder begun by an ordinary user keeps its owner. */
function ownerOf(folder: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const { uid, gid } = statSync(folder)
  if (uid === 0) return accountForPostgres()
  return accountOfUser(uid) ?? { name: String(uid), uid, gid }
}

async function makeFolder(folder: string, account: Account | undefined): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  await giveTo(account, folder)
}

const firstLine = (path: string): string => readFileSync(path, 'utf8').split('\n')[0] ?? ''
