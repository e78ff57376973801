/** Folders that hold applications, and whether something in them changed. */
import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** More files are a folder that is no application. */
const maxFiles = 5_000

const entriesOf = async (folder: string): Promise<readonly Dirent[]> => {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** Names of the folders with an `application.ts`, sorted. A root that is not there holds none. */
export async function findFolders(root: string): Promise<readonly string[]> {
  const folders = (await entriesOf(root)).filter(
    (entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'),
  )
  const found = await Promise.all(
    folders.map(async ({ name }) => {
      const file = await stat(join(root, name, 'application.ts')).catch(() => undefined)
      return file?.isFile() === true ? [name] : []
    }),
  )
  return found.flat().toSorted()
}

/** Differs when a file of the folder was written, added or removed. What npm installs does not count. */
export async function fingerprintOf(folder: string): Promise<string> {
  const marks: string[] = []
  const visit = async (path: string): Promise<void> => {
    for (const entry of await entriesOf(path)) {
      if (entry.name === 'node_modules' || entry.name.startsWith('.') || marks.length >= maxFiles) continue
      const file = join(path, entry.name)
      if (entry.isDirectory()) await visit(file)
      else {
        const found = await stat(file).catch(() => undefined)
        marks.push(`${file} ${found?.mtimeMs} ${found?.size} ${found?.ino}`)
      }
    }
  }
  await visit(folder)
  return marks.join('\n')
}
