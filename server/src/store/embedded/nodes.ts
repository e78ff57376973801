/** Which live processes use the database of a data folder: the last one to leave stops it. */
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { identityOf, isAlive, type ProcessIdentity, parseIdentity } from './process-identity.ts'

const folderOf = (dataDir: string): string => join(dataDir, 'nodes')

/** Call under the folder lock. Returns the file that stands for this use. */
export async function registerNode(dataDir: string): Promise<string> {
  await mkdir(folderOf(dataDir), { recursive: true })
  const path = join(folderOf(dataDir), `${process.pid}-${randomUUID().slice(0, 8)}`)
  await writeFile(path, JSON.stringify(identityOf(process.pid)))
  return path
}

export async function unregisterNode(path: string): Promise<void> {
  await rm(path, { force: true })
}

/** One entry per registration, so that one process may appear twice. Forgets the dead. Call under the folder lock. */
export async function liveNodes(dataDir: string): Promise<readonly ProcessIdentity[]> {
  await mkdir(folderOf(dataDir), { recursive: true })
  const live: ProcessIdentity[] = []
  for (const name of await readdir(folderOf(dataDir))) {
    const path = join(folderOf(dataDir), name)
    const identity = parseIdentity(await readFile(path, 'utf8').catch(() => ''))
    if (identity !== undefined && isAlive(identity)) live.push(identity)
    else await rm(path, { force: true })
  }
  return live
}
