/**
 * Fewer mounts: each costs a sandbox about a tenth of a millisecond, and a runtime needs dozens of shared libraries. So
 * small files that belong into one folder are copied into one on the host at start, and mounted as that.
 */
import { chmod, copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import type { HostFile, HostRuntime } from './runtime-files.ts'

/** Fewer files than that are mounted one by one; larger ones, too. */
const minFiles = 3
const maxBytes = 16 * 1024 * 1024

type Found = { readonly path: string; readonly at: string; readonly isFile: boolean; readonly bytes: number }

/** The runtime with such folders, made below `folder`, instead of their files. */
export async function gather(runtime: HostRuntime, folder: string): Promise<HostRuntime> {
  await rm(folder, { recursive: true, force: true })
  const found = await Promise.all(runtime.files.map(look))
  const small = Map.groupBy(
    found.filter(({ isFile, bytes }) => isFile && bytes <= maxBytes),
    ({ at }) => dirname(at),
  )
  // A folder is taken whole, for nothing can be mounted beside what it has.
  const groups = [...small].filter(
    ([at, files]) =>
      files.length >= minFiles && found.every((each) => files.includes(each) || dirname(each.at) !== at),
  )
  const gathered = new Set(groups.flatMap(([, files]) => files))
  const left = found.filter((each) => !gathered.has(each))
  const folders: readonly HostFile[] = await Promise.all(
    groups.map(async ([at, files], index) => {
      const path = join(folder, String(index))
      await copyInto(path, files)
      for (const inside of [...left, ...groups.map(([other]) => ({ at: other, isFile: false }))])
        if (inside.at.startsWith(`${at}/`))
          await makePlace(join(path, relative(at, inside.at)), inside.isFile)
      return { path, at }
    }),
  )
  const depth = ({ path, at = path }: HostFile): number => at.split('/').length
  const mounted = [...folders, ...left.map(({ path, at }) => ({ path, at }))]
  return { ...runtime, files: mounted.toSorted((a, b) => depth(a) - depth(b)) }
}

async function look({ path, at = path }: HostFile): Promise<Found> {
  const stats = await stat(path)
  return { path, at, isFile: stats.isFile(), bytes: stats.size }
}

async function copyInto(folder: string, files: readonly Found[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o755)
  for (const { path, at } of files) await copyFile(path, join(folder, basename(at)))
}

/** For another mount, inside a folder that can't be written to then. */
async function makePlace(path: string, isFile: boolean): Promise<void> {
  await mkdir(isFile ? dirname(path) : path, { recursive: true })
  if (isFile) await writeFile(path, '')
}
