/** What a machine offers for sandboxes, tried out once; and the files that all runs share. */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises'
import { release } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import { writeModules } from '../../modules.ts'
import { type Cgroups, findCgroups } from '../cgroup/cgroup.ts'
import { nobody } from './command.ts'
import { type Libraries, librariesIn } from './compiled-library.ts'
import { createPipes, type Pipes } from './pipes.ts'
import { remedyFor } from './remedies.ts'
import { seccompFilter } from './seccomp.ts'

const run = promisify(execFile)
const patienceMs = 10_000

export type SandboxOptions = {
  /** Folder of its own; runs leave nothing there. */
  readonly folder: string
  /** Where libraries are kept that take long to compile; absent: in the folder. */
  readonly libraries?: string
  /** Of this server among those on the machine: what a crash left under that name is removed at start. */
  readonly name: string
  /** Of servers that are gone: what they left is removed too. */
  readonly staleNames?: readonly string[]
  /** Absent: all that the machine has. */
  readonly languages?: readonly string[]
}

/** Of control groups. */
export const prefixOf = (name: string): string => `braid-${name}-`

export type Host = {
  readonly cgroups: Cgroups | undefined
  readonly pipes: Pipes
  /** Folder with the few files of /etc. */
  readonly etc: string
  /** Folder with the modules that scripts import. */
  readonly modules: string
  readonly libraries: Libraries
  readonly asRoot: boolean
  /** Descriptors that this process got from who started it, and that its children would get. */
  readonly inherited: readonly number[]
}

const etcFiles = {
  passwd: 'nobody:x:65534:65534:nobody:/tmp:/bin/sh\n',
  group: 'nogroup:x:65534:\n',
  hosts: '127.0.0.1 localhost sandbox\n',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
}

async function writeEtc(folder: string): Promise<string> {
  const etc = join(folder, 'etc')
  await mkdir(etc, { recursive: true })
  for (const [name, content] of Object.entries(etcFiles)) await writeFile(join(etc, name), content)
  await chmod(etc, 0o755)
  return etc
}

async function writeFilter(folder: string): Promise<string | undefined> {
  const filter = seccompFilter(process.arch)
  if (filter === undefined) return undefined
  const path = join(folder, 'seccomp.bpf')
  await writeFile(path, filter)
  return path
}

/** Whether bubblewrap can make a sandbox here; what it says when it can't. */
async function tryBubblewrap(extra: readonly string[] = []): Promise<Result<undefined, string>> {
  try {
    const base = ['--unshare-all', '--unshare-user', ...extra, '--ro-bind', '/', '/', '--', '/bin/true']
    await run('bwrap', base, { timeout: patienceMs, env: {} })
    return success(undefined)
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (missing) return failure('bubblewrap is not installed (Debian, Ubuntu: apt install bubblewrap)')
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)
    const remedy = remedyFor()
    const advice = remedy === undefined ? '' : ` (${remedy})`
    return failure(`bubblewrap can't make a sandbox on this machine: ${said}${advice}`)
  }
}

const foldersAbove = (path: string): readonly string[] =>
  path === '/' ? [] : [...foldersAbove(dirname(path)), dirname(path)]

/** Whether another user gets there. */
export async function isReachable(path: string): Promise<boolean> {
  for (const folder of foldersAbove(path)) {
    if (((await stat(folder)).mode & 0o001) === 0) return false
  }
  return true
}

/** Whether nobody else but root owns it or a folder above; nor may anybody rename what is in them. */
async function isOurs(path: string): Promise<boolean> {
  for (const folder of [...foldersAbove(path), path]) {
    const { uid, mode } = await stat(folder)
    const isSticky = (mode & 0o1000) !== 0
    if (uid !== 0 && uid !== process.getuid?.()) return false
    if ((mode & 0o002) !== 0 && !isSticky) return false
  }
  return true
}

const closeOnExec = 0o2000000

function inheritedDescriptors(): readonly number[] {
  return readdirSync('/proc/self/fdinfo').flatMap((name) => {
    try {
      const flags = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'utf8'))?.[1] ?? '0'
      return Number(name) > 2 && (Number.parseInt(flags, 8) & closeOnExec) === 0 ? [Number(name)] : []
    } catch {
      // Closed since: the one of the listing itself.
      return []
    }
  })
}

type Prepared<T> = Result<T & { readonly warnings: readonly string[] }, string>

/**
 * What any tier on this machine needs in its folder. The reason when scripts can't be run from there; warnings when they
 * are bounded less than they might be.
 */
export async function prepareFolder(
  folder: string,
  prefix: string,
  libraries = join(folder, 'libraries'),
): Promise<Prepared<Host>> {
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o755)
  const asRoot = process.getuid?.() === 0
  if (asRoot && !(await isReachable(join(folder, 'etc'))))
    return failure(`expected a folder that the user scripts run as can reach, ${folder} is none`)
  if (!(await isOurs(folder)))
    return failure(`expected a folder that no other user can change or replace, ${folder} is none`)
  const cgroups = await findCgroups(`${prefix}probe`)
  if (cgroups.ok) await cgroups.value.sweep(prefix)
  const modules = join(folder, 'modules')
  await writeModules(modules)
  return success({
    cgroups: cgroups.ok ? cgroups.value : undefined,
    pipes: await createPipes(join(folder, 'pipes'), asRoot ? nobody : undefined),
    etc: await writeEtc(folder),
    modules,
    libraries: librariesIn(libraries),
    asRoot,
    inherited: inheritedDescriptors(),
    warnings: cgroups.ok
      ? []
      : [
          `${cgroups.error}: memory of scripts is bounded for each of their processes, not together, and their processor time not at all (systemd: a unit with Delegate=yes)`,
        ],
  })
}

type Bubblewrap = {
  readonly seccompFile: string | undefined
  readonly canDisableUserNamespaces: boolean
  /** The kernel counts the processes of each sandbox alone, not those of a user in all of them. */
  readonly countsProcesses: boolean
}

export type SandboxHost = Host & Bubblewrap

export function isKernelFrom(major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = release().split('.').map(Number.parseFloat)
  return ownMajor > major || (ownMajor === major && ownMinor >= minor)
}

/** The same with bubblewrap. */
export async function prepareHost(
  folder: string,
  prefix: string,
  libraries?: string,
): Promise<Prepared<SandboxHost>> {
  if (process.platform !== 'linux') return failure('bubblewrap works on Linux only')
  const possible = await tryBubblewrap()
  if (!possible.ok) return possible
  const prepared = await prepareFolder(folder, prefix, libraries)
  if (!prepared.ok) return prepared
  const seccompFile = await writeFilter(folder)
  const canDisableUserNamespaces = (await tryBubblewrap(['--disable-userns'])).ok
  const warnings = [
    ...prepared.value.warnings,
    ...(seccompFile === undefined ? [`system calls are not filtered on ${process.arch}`] : []),
  ]
  return success({
    ...prepared.value,
    seccompFile,
    canDisableUserNamespaces,
    countsProcesses: isKernelFrom(5, 14),
    warnings,
  })
}
