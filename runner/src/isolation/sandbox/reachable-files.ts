/** Files that only the server's own user gets to, such as a Node below /root, where scripts run as another one. */
import { copyFile, link, mkdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isReachable } from './host.ts'
import type { HostFile, HostRuntime } from './runtime-files.ts'

/** The runtimes with files that others get to, in `folder` where need be. Folders are left where they are. */
export async function withReachableFiles(
  runtimes: readonly HostRuntime[],
  folder: string,
): Promise<readonly HostRuntime[]> {
  await rm(folder, { recursive: true, force: true })
  const paths = new Set(runtimes.flatMap(({ files }) => files.map(({ path }) => path)))
  const moved = new Map<string, string>()
  for (const path of paths) {
    if ((await isReachable(path)) || !(await stat(path)).isFile()) continue
    const target = join(folder, String(moved.size), basename(path))
    await mkdir(dirname(target), { recursive: true })
    // Another name of it, unless it is on another disk.
    await link(path, target).catch(() => copyFile(path, target))
    moved.set(path, target)
  }
  const reachable = ({ path, at = path }: HostFile): HostFile => ({ path: moved.get(path) ?? path, at })
  return runtimes.map((runtime) => ({ ...runtime, files: runtime.files.map(reachable) }))
}
