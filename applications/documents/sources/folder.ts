/**
 * Files of the one folder that may be read.
 * F1 nothing outside of it is opened, whatever a path says;
 * F2 symbolic links are not followed: neither to files nor to folders.
 */
import { constants } from 'node:fs'
import { open, readdir, realpath } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { mediaTypeOf } from '../text/read-text.ts'

const maxFiles = 100_000
const maxDepth = 20

/** Without the setting: the sample files beside this application. */
export const allowedFolder = ({ folder }: { readonly folder?: string | undefined }): string =>
  folder ?? join(import.meta.dirname, '..', 'sample')

/** `path` seen from the folder, with `/`. Throws when it leads out of the folder or through a symbolic link. */
async function inside(folder: string, path: string): Promise<string> {
  const root = await realpath(folder).catch(() => {
    throw new Error('expected the setting `folder` to name a folder that is there')
  })
  const target = resolve(root, path)
  if (target !== root && !target.startsWith(root.endsWith(sep) ? root : root + sep)) {
    throw new Error(`expected a path inside of the folder that may be read, got ${path}`)
  }
  const real = await realpath(target).catch(() => {
    throw new Error(`expected a file or folder that is there, got ${path}`)
  })
  if (real !== target) throw new Error(`expected a path without symbolic links, got ${path}`)
  return target
}

/** Paths of the files that can be read, seen from the folder, in the order of their names. */
export async function listFiles(
  folder: string,
  path: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const start = await inside(folder, path)
  const root = await realpath(folder)
  const files: string[] = []
  const visit = async (directory: string, depth: number): Promise<void> => {
    if (depth > maxDepth) throw new Error(`expected folders at most ${maxDepth} deep, got ${directory}`)
    signal.throwIfAborted()
    const entries = await readdir(directory, { withFileTypes: true })
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.')) continue
      const file = join(directory, entry.name)
      if (entry.isDirectory()) await visit(file, depth + 1)
      else if (entry.isFile() && mediaTypeOf(entry.name) !== undefined) {
        if (files.length === maxFiles) throw new Error(`expected at most ${maxFiles} files`)
        files.push(relative(root, file).split(sep).join('/'))
      }
    }
  }
  await visit(start, 1)
  return files
}

/** Undefined for a file larger than `maxBytes`. */
export async function readFileInside(
  folder: string,
  path: string,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const file = await open(await inside(folder, path), constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const found = await file.stat()
    if (!found.isFile()) throw new Error(`expected a file, got ${path}`)
    if (found.size > maxBytes) return undefined
    // One byte more tells that it grew meanwhile.
    const bytes = Buffer.alloc(found.size + 1)
    let length = 0
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, length)
      length += bytesRead
      if (bytesRead === 0 || length === bytes.length) break
    }
    if (length > found.size) throw new Error(`${path} grew while it was read`)
    return bytes.subarray(0, length)
  } finally {
    await file.close()
  }
}
