/** Control groups of version 2 (cgroups(7)): one tree for all controllers. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Limits } from '../../runner.ts'
import {
  below,
  change,
  empty,
  field,
  killEach,
  listed,
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

/** What is bounded: the controllers that a group needs, and what is written to their files. */
export type Bounds = {
  readonly controllers: readonly string[]
  readonly settings: (limits: Limits, base: string) => readonly Setting[]
  readonly hurried: readonly Setting[]
  /** Of the group that the others are in. */
  readonly scripts: (isIdle: boolean, folder: string) => readonly Setting[]
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
    ['cpu.weight', weights.first],
  ],
  hurried: [
    ['pids.max', 0],
    ['cpu.max', `max ${cpuPeriodUs}`],
    ['cpu.weight', weights.server],
  ],
  scripts: (isIdle, folder) => {
    // Since Linux 5.15. One that is idle has no weight, and that of any other when it is no more.
    const knowsIdle = existsSync(join(folder, 'cpu.idle'))
    const weight = ['cpu.weight', weights.scripts] as const
    return knowsIdle ? [['cpu.idle', Number(isIdle)], ...(isIdle ? [] : [weight])] : [weight]
  },
}

const usedUs = (folder: string): number | undefined => field(read(join(folder, 'cpu.stat')), 'usage_usec')

function version2(base: string, { settings, hurried, scripts }: Bounds): Version {
  const killIn = (folder: string): void => {
    // Since Linux 5.14; before, one by one.
    if (existsSync(join(folder, 'cgroup.kill'))) writeFileSync(join(folder, 'cgroup.kill'), '1')
    else killEach(folder)
  }
  return {
    version: 2,
    scripts: {
      setIdle: (isIdle) => tryToChange(base, scripts(isIdle, base)),
      usedMs: () => millisecondsOf(usedUs(base)),
    },
    create: (name, limits) => {
      const folder = join(base, name)
      make(folder, settings(limits, base))
      return {
        joinFiles: [join(folder, 'cgroup.procs')],
        ranOutOfMemory: () => (field(read(join(folder, 'memory.events')), 'oom_kill') ?? 0) > 0,
        usage: () => usageOf(usedUs(folder), number(read(join(folder, 'memory.peak')))),
        usedMs: () => millisecondsOf(usedUs(folder)),
        setWeight: (weight) => change(folder, [['cpu.weight', weight]]),
        hurry: () => change(folder, hurried),
        remove: () => empty([folder], () => killIn(folder)),
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
const serverName = 'braid-server'

const has = (file: string, controllers: readonly string[]): boolean => {
  const names = read(file).split(/\s/)
  return controllers.every((name) => names.includes(name))
}

/** Lets the groups below one have controllers. Whether they do. */
function hand(folder: string, controllers: readonly string[], first = (): void => undefined): boolean {
  const file = join(folder, 'cgroup.subtree_control')
  if (has(file, controllers)) return true
  first()
  writeFileSync(file, controllers.map((name) => `+${name}`).join(' '))
  return has(file, controllers)
}

function moveProcesses(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const pid of listed(from)) writeFileSync(join(to, 'cgroup.procs'), String(pid))
}

/**
 * A group with processes can't have limited children (cgroups(7), "no internal processes"), so what is in it moves into
 * one of its own first. That needs a delegated group, such as `Delegate=yes` of a systemd unit gives. Undefined where
 * controllers are missing.
 */
export function prepareVersion2(within: string, bounds = version2Bounds): Version | undefined {
  // Started again by something that moved along, such as a shell.
  const top = basename(within) === serverName ? dirname(within) : within
  const { controllers } = bounds
  if (!has(join(top, 'cgroup.controllers'), controllers)) return undefined
  const scripts = join(top, scriptsName)
  if (!hand(top, controllers, () => moveProcesses(top, join(top, serverName)))) return undefined
  mkdirSync(scripts, { recursive: true })
  if (!hand(scripts, controllers)) return undefined
  const version = version2(scripts, bounds)
  version.scripts.setIdle(true)
  return version
}

export function findVersion2(): Version | undefined {
  const mount = mounts().find(({ type }) => type === 'cgroup2')
  return mount === undefined ? undefined : prepareVersion2(ownFolder(mount, ''))
}
