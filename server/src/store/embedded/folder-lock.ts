/**
 * One holder at a time over processes, without help of the system: files named by growing numbers.
 * L1 the highest number decides; it never decreases, for only lower files are removed;
 * L2 the creator of a number (exclusive create) holds the lock until its file says released or its process is dead.
 */
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { identityOf, isAlive, parseIdentity } from './process-identity.ts'

const released = 'released'
const pollMs = 20
/** A file still empty after this long belongs to a process that died between creating and writing it. */
const emptyFileMs = 5_000
/** Recovering a large database under the lock may take minutes; past this something hangs. */
const patienceMs = 300_000

/** Runs `work` while holding the lock of `folder` (created when absent). Throws when the holder doesn't let go. */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true })
  const path = await acquire(folder)
  try {
    return await work()
  } finally {
    await replace(path, released)
  }
}

async function acquire(folder: string): Promise<string> {
  for (let waitedMs = 0; waitedMs <= patienceMs; waitedMs += pollMs) {
    const numbers = await lockNumbers(folder)
    const highest = numbers.at(-1) ?? 0
    if (highest === 0 || (await isFree(join(folder, String(highest))))) {
      const path = join(folder, String(highest + 1))
      if (await create(path)) {
        // Seen late: the number was in use already and its file is gone, so L1 has moved on.
        if (((await lockNumbers(folder)).at(-1) ?? 0) > highest + 1) {
          await rm(path, { force: true })
          continue
        }
        for (const lower of numbers) await rm(join(folder, String(lower)), { force: true })
        return path
      }
    }
    await sleep(pollMs)
  }
  throw new Error(
    `Another process holds the lock ${folder} for ${patienceMs / 60_000} minutes. ` +
      'See which process the newest file there names; end it and start again.',
  )
}

async function lockNumbers(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder)
  return names
    .map(Number)
    .filter((number) => Number.isSafeInteger(number) && number > 0)
    .sort((left, right) => left - right)
}

async function isFree(path: string): Promise<boolean> {
  try {
    const text = await readFile(path, 'utf8')
    if (text === released) return true
    if (text === '') return await isOlderThan(path, emptyFileMs)
    const holder = parseIdentity(text)
    return holder === undefined || !isAlive(holder)
  } catch {
    // Removed by the holder of a higher number: look again.
    return false
  }
}

/** By the clock of the file system, so that no other clock is needed. */
async function isOlderThan(path: string, ageMs: number): Promise<boolean> {
  const probe = `${path}.${process.pid}.probe`
  await writeFile(probe, '')
  const [created, now] = [await stat(path), await stat(probe)]
  await rm(probe, { force: true })
  return now.mtimeMs - created.mtimeMs > ageMs
}

async function create(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx')
    await file.writeFile(JSON.stringify(identityOf(process.pid)))
    await file.close()
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

async function replace(path: string, content: string): Promise<void> {
  await writeFile(`${path}.next`, content)
  await rename(`${path}.next`, path)
}
