/** Where control groups are mounted, and which of them this process is in. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { read } from './files.ts'

export type Mount = { readonly type: string; readonly options: readonly string[]; readonly path: string }

/** Fields of /proc/self/mountinfo (proc(5)). */
export const mounts = (): readonly Mount[] =>
  read('/proc/self/mountinfo')
    .split('\n')
    .flatMap((line) => {
      const [before, after] = line.split(' - ')
      const path = before?.split(' ')[4]
      const [type, , options] = after?.split(' ') ?? []
      return path === undefined || type === undefined
        ? []
        : [{ type, path, options: options?.split(',') ?? [] }]
    })

/** The group that this process is in, by controller; that of version 2 by ''. */
const ownGroups = (): ReadonlyMap<string, string> =>
  new Map(
    read('/proc/self/cgroup')
      .split('\n')
      .flatMap((line) => {
        const [, controllers, ...path] = line.split(':')
        return (controllers ?? '').split(',').map((name) => [name, path.join(':')] as const)
      }),
  )

/** The own group where that can be seen, else the top of what is mounted. */
export function ownFolder(mount: Mount, controller: string): string {
  const inside = join(mount.path, ownGroups().get(controller) ?? '/')
  return existsSync(join(inside, 'cgroup.procs')) ? inside : mount.path
}
