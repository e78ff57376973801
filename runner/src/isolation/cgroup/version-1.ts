/** Control groups of version 1 (cgroups(7)): a tree for each controller, or one for several of them. */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  below,
  change,
  empty,
  field,
  killEach,
  make,
  number,
  read,
  type Setting,
  tryToChange,
} from './files.ts'
import {
  cpuPeriodUs,
  cpuQuotaUs,
  millisecondsOf,
  scriptsName,
  usageOf,
  type Version,
} from './kernel-group.ts'
import { mounts, ownFolder } from './mounts.ts'
import { weights } from './precedence.ts'

/** That of the processor comes last: who has joined it runs when nothing else wants to, and may have locked others out. */
const controllers = ['memory', 'pids', 'cpuacct', 'cpu'] as const
type Controller = (typeof controllers)[number]

/** Folders of the group that the others are in. */
type Bases = Readonly<Record<Controller, string>>

/** A weight of version 2 as this one counts. */
const shares = (weight: number): Setting => ['cpu.shares', Math.round((weight * 1024) / 100)]

const usedUs = ({ cpuacct }: Bases): number | undefined => {
  const ns = number(read(join(cpuacct, 'cpuacct.usage')))
  return ns === undefined ? undefined : ns / 1_000
}

/** Of the group that the others are in. One that is idle has no shares, and those of any other when it is no more. */
const precedence = ({ cpu }: Bases, isIdle: boolean): readonly Setting[] => {
  const scripts = shares(weights.scripts)
  return existsSync(join(cpu, 'cpu.idle'))
    ? [['cpu.idle', Number(isIdle)], ...(isIdle ? [] : [scripts])]
    : [scripts]
}

function version1(bases: Bases): Version {
  const unique = [...new Set(controllers.map((controller) => bases[controller]))]
  return {
    version: 1,
    scripts: {
      setIdle: (isIdle) => tryToChange(bases.cpu, precedence(bases, isIdle)),
      usedMs: () => millisecondsOf(usedUs(bases)),
    },
    create: (name, limits) => {
      const own = { ...bases }
      for (const controller of controllers) own[controller] = join(bases[controller], name)
      const folders = unique.map((base) => join(base, name))
      for (const folder of folders) make(folder, [])
      const swap = 'memory.memsw.limit_in_bytes'
      change(own.memory, [
        ['memory.limit_in_bytes', limits.memoryBytes],
        // Absent where the kernel does not count swap.
        ...(existsSync(join(own.memory, swap)) ? [[swap, limits.memoryBytes] as const] : []),
      ])
      change(own.pids, [['pids.max', limits.processes]])
      change(own.cpu, [
        ['cpu.cfs_period_us', cpuPeriodUs],
        ['cpu.cfs_quota_us', cpuQuotaUs(limits)],
        shares(weights.first),
      ])
      return {
        // A thread that moves itself does not wait for all others of the machine, as a process does.
        joinFiles: folders.map((folder) => join(folder, 'tasks')),
        ranOutOfMemory: () => (field(read(join(own.memory, 'memory.oom_control')), 'oom_kill') ?? 0) > 0,
        usage: () => usageOf(usedUs(own), number(read(join(own.memory, 'memory.max_usage_in_bytes')))),
        usedMs: () => millisecondsOf(usedUs(own)),
        setWeight: (weight) => change(own.cpu, [shares(weight)]),
        hurry: () => {
          change(own.pids, [['pids.max', 0]])
          change(own.cpu, [['cpu.cfs_quota_us', -1], shares(weights.server)])
        },
        remove: () => empty(folders, () => killEach(own.pids)),
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

/** In folders that are made when they are absent. */
export function prepareVersion1(bases: Bases): Version {
  for (const base of Object.values(bases)) mkdirSync(base, { recursive: true })
  const version = version1(bases)
  version.scripts.setIdle(true)
  return version
}

/** Folders of a group below the one that this process is in; undefined where a controller is missing. */
export function basesOf(name: string): Bases | undefined {
  const all = mounts()
  const baseOf = (controller: Controller): string | undefined => {
    const mount = all.find(({ type, options }) => type === 'cgroup' && options.includes(controller))
    return mount === undefined ? undefined : join(ownFolder(mount, controller), name)
  }
  const [memory, pids, cpuacct, cpu] = controllers.map(baseOf)
  if (memory === undefined || pids === undefined || cpuacct === undefined || cpu === undefined)
    return undefined
  return { memory, pids, cpuacct, cpu }
}

export function findVersion1(): Version | undefined {
  const bases = basesOf(scriptsName)
  return bases === undefined ? undefined : prepareVersion1(bases)
}
