/**
 * Control groups, version 1 and 2: what a run may use of memory, processes and processor, what it did use, and the only
 * sure way to end all of it. Their files are the kernel's: small, in memory, never blocking, so they are read and
 * written at once. Invariants:
 * G1 a process joins before it runs anything of a stranger;
 * G2 a group that is removed had no process left;
 * G3 groups carry the name of who made them, so that the next start finds what a crash left.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import { defaultLimits, type Limits, type Usage } from '../../runner.ts'

export type Cgroup = {
  /** Who writes `0` into all of them is in the group; a process with one thread, that is. */
  readonly joinFiles: readonly string[]
  /** Something in it was ended for want of memory. */
  ranOutOfMemory(): boolean
  usage(): Pick<Usage, 'cpuMs' | 'peakMemoryBytes'>
  /** From now on it gets less of a busy processor than what begins, and much less than the server. */
  giveWay(): void
  /**
   * What is in it is to end: nothing more begins there, and it gets the processor that this takes. A process that is
   * killed has to run to its end in the kernel, where others may wait for what it holds.
   */
  hurry(): void
  /** Ends every process in it and removes it. Throws when the kernel does not let go of one. */
  remove(): Promise<void>
}

export type Cgroups = {
  readonly version: 1 | 2
  create(name: string, limits: Limits): Cgroup
  /** Ends and removes all groups whose name begins so. */
  sweep(prefix: string): Promise<void>
}

type Mount = { readonly type: string; readonly options: readonly string[]; readonly path: string }

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Fields of /proc/self/mountinfo (proc(5)). */
const mounts = (): readonly Mount[] =>
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

/** Below the own group where that can be seen, else at the top of what is mounted. */
function baseOf(mount: Mount, own: string | undefined): string {
  const inside = join(mount.path, own ?? '/')
  return existsSync(join(inside, 'cgroup.procs')) ? inside : mount.path
}

const listed = (path: string): readonly number[] =>
  read(path)
    .split('\n')
    .filter((line) => line !== '')
    .map(Number)

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}

/** Also waits for the kernel, which lets go of a group a little after its last process. */
const patienceMs = 5_000
const pauseMs = 2

async function empty(folders: readonly string[], killAll: () => void): Promise<void> {
  for (let waited = 0; waited < patienceMs; waited += pauseMs) {
    killAll()
    const left = folders.filter((folder) => {
      try {
        rmdirSync(folder)
        return false
      } catch (error) {
        return !(error instanceof Error && 'code' in error && error.code === 'ENOENT')
      }
    })
    if (left.length === 0) return
    await pause(pauseMs)
  }
  throw new Error(`a control group keeps its processes: ${folders.join(', ')}`)
}

const killEach = (folder: string): void => {
  for (const pid of listed(join(folder, 'cgroup.procs'))) kill(pid)
}

const below = (base: string, prefix: string): readonly string[] =>
  existsSync(base) ? readdirSync(base).filter((name) => name.startsWith(prefix)) : []

/** Microseconds in which a share of the processor is counted: a run that used it up pauses for the rest. */
const cpuPeriodUs = 100_000
const cpuQuotaUs = ({ cpus }: Limits): number => Math.max(1_000, Math.round(cpus * cpuPeriodUs))

/**
 * Shares of a processor that several want, as version 2 counts them. Scripts come
 * after the server, and after them those that have run for a while: else who keeps several busy would hold up everybody's
 * short ones.
 */
const weightOfOthers = 100
const weight = 50
const weightLater = 10
/** As version 1 counts them. */
const sharesOf = (part: number): number => Math.round((part * 1024) / 100)

/** A run that has taken so long gives way. */
const beginMs = 1_000

/** The timer is to be cleared before the group is removed. */
export const giveWayLater = (group: Pick<Cgroup, 'giveWay'> | undefined): NodeJS.Timeout =>
  setTimeout(() => group?.giveWay(), beginMs).unref()

const number = (text: string): number | undefined => (/^\d+$/.test(text.trim()) ? Number(text) : undefined)
/** A line `name value`. */
const field = (text: string, name: string): number | undefined =>
  number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? '')

type Setting = readonly [file: string, value: number | string]

/** Of a group that may be gone. */
function change(folder: string, settings: readonly Setting[]): void {
  for (const [file, value] of settings) {
    try {
      writeFileSync(join(folder, file), String(value))
    } catch (error) {
      if (existsSync(folder)) throw error
    }
  }
}

function make(folder: string, settings: readonly Setting[]): void {
  mkdirSync(folder)
  for (const [file, value] of settings) writeFileSync(join(folder, file), String(value))
}

const usageOf = (cpuUs: number | undefined, peak: number | undefined): ReturnType<Cgroup['usage']> => ({
  ...(cpuUs === undefined ? {} : { cpuMs: Math.round(cpuUs / 1_000) }),
  ...(peak === undefined ? {} : { peakMemoryBytes: peak }),
})

const controllers = ['memory', 'pids', 'cpu', 'cpuacct'] as const

function version1(bases: Readonly<Record<(typeof controllers)[number], string>>): Cgroups {
  const unique = [...new Set(Object.values(bases))]
  return {
    version: 1,
    create: (name, limits) => {
      const folders = unique.map((base) => join(base, name))
      for (const folder of folders) make(folder, [])
      const set = (controller: (typeof controllers)[number], file: string, value: number): void =>
        writeFileSync(join(bases[controller], name, file), String(value))
      set('memory', 'memory.limit_in_bytes', limits.memoryBytes)
      // Absent where the kernel does not count swap.
      if (existsSync(join(bases.memory, name, 'memory.memsw.limit_in_bytes')))
        set('memory', 'memory.memsw.limit_in_bytes', limits.memoryBytes)
      set('pids', 'pids.max', limits.processes)
      set('cpu', 'cpu.cfs_period_us', cpuPeriodUs)
      set('cpu', 'cpu.cfs_quota_us', cpuQuotaUs(limits))
      set('cpu', 'cpu.shares', sharesOf(weight))
      const hurry = (): void => {
        change(join(bases.pids, name), [['pids.max', 0]])
        change(join(bases.cpu, name), [
          ['cpu.cfs_quota_us', -1],
          ['cpu.shares', sharesOf(weightOfOthers)],
        ])
      }
      const get = (controller: (typeof controllers)[number], file: string): string =>
        read(join(bases[controller], name, file))
      return {
        // A thread that moves itself does not wait for all others of the machine, as a process does.
        joinFiles: folders.map((folder) => join(folder, 'tasks')),
        ranOutOfMemory: () => (field(get('memory', 'memory.oom_control'), 'oom_kill') ?? 0) > 0,
        usage: () => {
          const cpuNs = number(get('cpuacct', 'cpuacct.usage'))
          return usageOf(
            cpuNs === undefined ? undefined : cpuNs / 1_000,
            number(get('memory', 'memory.max_usage_in_bytes')),
          )
        },
        giveWay: () => change(join(bases.cpu, name), [['cpu.shares', sharesOf(weightLater)]]),
        hurry,
        remove: () => {
          hurry()
          return empty(folders, () => killEach(join(bases.pids, name)))
        },
      }
    },
    sweep: async (prefix) => {
      const names = new Set(unique.flatMap((base) => below(base, prefix)))
      for (const name of names) {
        const folders = unique.map((base) => join(base, name))
        await empty(folders, () => folders.forEach(killEach))
      }
    },
  }
}

/** What is bounded by version 2: the controllers that a group needs, and what is written to their files. */
type Bounds = {
  readonly controllers: readonly string[]
  readonly settings: (limits: Limits, base: string) => readonly Setting[]
  readonly hurried: readonly Setting[]
}

export const version2Bounds: Bounds = {
  controllers: ['memory', 'pids', 'cpu'],
  settings: (limits, base) => [
    ['memory.max', limits.memoryBytes],
    // Absent where the kernel does not count swap.
    ...(existsSync(join(base, 'memory.swap.max')) ? [['memory.swap.max', 0] as const] : []),
    ['memory.oom.group', 1],
    ['pids.max', limits.processes],
    ['cpu.max', `${cpuQuotaUs(limits)} ${cpuPeriodUs}`],
    ['cpu.weight', weight],
  ],
  hurried: [
    ['pids.max', 0],
    ['cpu.max', `max ${cpuPeriodUs}`],
    ['cpu.weight', weightOfOthers],
  ],
}

function version2(base: string, { settings, hurried }: Bounds): Cgroups {
  const killIn = (folder: string): void => {
    // Since Linux 5.14; before, one by one.
    if (existsSync(join(folder, 'cgroup.kill'))) writeFileSync(join(folder, 'cgroup.kill'), '1')
    else killEach(folder)
  }
  return {
    version: 2,
    create: (name, limits) => {
      const folder = join(base, name)
      make(folder, settings(limits, base))
      return {
        joinFiles: [join(folder, 'cgroup.procs')],
        ranOutOfMemory: () => (field(read(join(folder, 'memory.events')), 'oom_kill') ?? 0) > 0,
        usage: () =>
          usageOf(
            field(read(join(folder, 'cpu.stat')), 'usage_usec'),
            number(read(join(folder, 'memory.peak'))),
          ),
        giveWay: () => change(folder, [['cpu.weight', weightLater]]),
        hurry: () => change(folder, hurried),
        remove: () => {
          change(folder, hurried)
          return empty([folder], () => killIn(folder))
        },
      }
    },
    sweep: async (prefix) => {
      for (const name of below(base, prefix)) {
        const folder = join(base, name)
        await empty([folder], () => killIn(folder))
      }
    },
  }
}

/** Group of the server itself, below the one that it was started in. */
const ownGroup = 'braid-server'

/**
 * A group with processes can't have limited children (cgroups(7), "no internal processes"), so what is in it moves into
 * one of its own first. That needs a delegated group, such as `Delegate=yes` of a systemd unit gives. Undefined where
 * controllers are missing.
 */
export function prepareVersion2(within: string, bounds = version2Bounds): Cgroups | undefined {
  // Started again by something that moved along, such as a shell.
  const base = basename(within) === ownGroup ? dirname(within) : within
  const has = (file: string): boolean => {
    const names = read(join(base, file)).split(/\s/)
    return bounds.controllers.every((name) => names.includes(name))
  }
  if (!has('cgroup.controllers')) return undefined
  if (!has('cgroup.subtree_control')) {
    const own = join(base, ownGroup)
    mkdirSync(own, { recursive: true })
    for (const pid of listed(join(base, 'cgroup.procs')))
      writeFileSync(join(own, 'cgroup.procs'), String(pid))
    const added = bounds.controllers.map((name) => `+${name}`).join(' ')
    writeFileSync(join(base, 'cgroup.subtree_control'), added)
  }
  return has('cgroup.subtree_control') ? version2(base, bounds) : undefined
}

function find(): Cgroups | undefined {
  const all = mounts()
  const own = ownGroups()
  const unified = all.find(({ type }) => type === 'cgroup2')
  const prepared = unified === undefined ? undefined : prepareVersion2(baseOf(unified, own.get('')))
  if (prepared !== undefined) return prepared
  const found = controllers.map((name) => {
    const mount = all.find(({ type, options }) => type === 'cgroup' && options.includes(name))
    return [name, mount === undefined ? undefined : baseOf(mount, own.get(name))] as const
  })
  const [memory, pids, cpu, cpuacct] = found.map(([, base]) => base)
  if (memory === undefined || pids === undefined || cpu === undefined || cpuacct === undefined)
    return undefined
  return version1({ memory, pids, cpu, cpuacct })
}

/** What this machine offers, tried out; else why it can't be used. */
export async function findCgroups(probeName: string): Promise<Result<Cgroups, string>> {
  try {
    const cgroups = find()
    if (cgroups === undefined)
      return failure('no control groups for memory, pids and cpu are delegated to this process')
    await cgroups.create(probeName, defaultLimits).remove()
    return success(cgroups)
  } catch (error) {
    return failure(`control groups can't be used: ${error instanceof Error ? error.message : String(error)}`)
  }
}
