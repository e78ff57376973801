/** The running server of a cluster, known by the pid file that PostgreSQL keeps in its data directory. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { platform } from 'node:process'
import type { Cluster } from './cluster.ts'
import { commandLineOf, identityOf } from './process-identity.ts'

export type Postmaster = {
  readonly pid: number
  readonly port: number
  /** Folder of its Unix socket; empty when it has none. */
  readonly socketFolder: string
  /** Accepts connections; false while it starts, recovers or stops. */
  readonly ready: boolean
}

/** Lines of `postmaster.pid`: pid, data directory, start time, port, socket folder, address, shared memory, status. */
export function parsePidFile(text: string): Postmaster | undefined {
  const lines = text.split('\n').map((line) => line.trim())
  const pid = Number(lines[0])
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined
  return { pid, port: Number(lines[3] ?? 0), socketFolder: lines[4] ?? '', ready: lines[7] === 'ready' }
}

/** The living server of this cluster; undefined when none runs, also when its pid file was left behind. */
export function findPostmaster(cluster: Cluster): Postmaster | undefined {
  const written = readPidFile(cluster)
  return written !== undefined && isPostmasterOf(written.pid, cluster) ? written : undefined
}

/** PostgreSQL itself takes any living process for its own, so a pid that is now another's must go from the file. */
export async function removeStalePidFile(cluster: Cluster): Promise<void> {
  const written = readPidFile(cluster)
  if (written === undefined || isPostmasterOf(written.pid, cluster)) return
  if (identityOf(written.pid) !== undefined) await rm(pidFile(cluster), { force: true })
}

/**
 * Ends the helpers of a server that was killed: one busy with a query does not notice for long, and until it is gone
 * no new server may use the files. Only Linux tells which they are.
 */
export function killOrphans(cluster: Cluster): void {
  if (platform !== 'linux') return
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isSafeInteger(pid) || workingFolder(pid) !== cluster.data) continue
    if (commandLineOf(pid)?.startsWith('postgres:')) process.kill(pid, 'SIGKILL')
  }
}

const pidFile = (cluster: Cluster): string => join(cluster.data, 'postmaster.pid')

function readPidFile(cluster: Cluster): Postmaster | undefined {
  try {
    return parsePidFile(readFileSync(pidFile(cluster), 'utf8'))
  } catch {
    return undefined
  }
}

function isPostmasterOf(pid: number, cluster: Cluster): boolean {
  if (identityOf(pid) === undefined) return false
  const commandLine = commandLineOf(pid)
  // Windows does not tell; there the connection made next is the proof.
  return commandLine === undefined ? platform === 'win32' : commandLine.includes(` -D ${cluster.data} `)
}

function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return undefined
  }
}
