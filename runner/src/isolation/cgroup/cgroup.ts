/**
 * Control groups, version 1 and 2: what a run may use of memory, processes and processor, what it did use, and the only
 * sure way to end all of it. Invariants:
 * G1 a process joins before it runs anything of a stranger;
 * G2 a group that is removed had no process left;
 * G3 groups carry the name of who made them, so that the next start finds what a crash left.
 */
import { failure, type Result, success } from '@braid/core/base/result.ts'
import { defaultLimits, type Limits } from '../../runner.ts'
import type { KernelGroup, Version } from './kernel-group.ts'
import { createPrecedence, type Precedence } from './precedence.ts'
import { findVersion1 } from './version-1.ts'
import { findVersion2 } from './version-2.ts'

export type Cgroup = Pick<KernelGroup, 'joinFiles' | 'ranOutOfMemory' | 'usage'> & {
  /** A run begins in it. */
  begin(): void
  /** What is in it is to end: nothing more begins there, and it gets the processor that this takes. */
  hurry(): void
  /** Ends every process in it and removes it. Throws when the kernel does not let go of one. */
  remove(): Promise<void>
}

export type Cgroups = Pick<Version, 'version' | 'sweep'> & {
  create(name: string, limits: Limits): Cgroup
}

function cgroupOf(group: KernelGroup, precedence: Precedence): Cgroup {
  let ended: (() => void) | undefined
  let hurried: (() => void) | undefined
  const hurry = (): void => {
    ended?.()
    hurried ??= precedence.hurry()
    group.hurry()
  }
  return {
    joinFiles: group.joinFiles,
    ranOutOfMemory: group.ranOutOfMemory,
    usage: group.usage,
    begin: () => {
      ended ??= precedence.begin(group)
    },
    hurry,
    remove: async () => {
      hurry()
      try {
        await group.remove()
      } finally {
        hurried?.()
      }
    },
  }
}

export function cgroupsOf({ version, scripts, create, sweep }: Version): Cgroups {
  const precedence = createPrecedence(scripts)
  return { version, sweep, create: (name, limits) => cgroupOf(create(name, limits), precedence) }
}

/** What this machine offers, tried out; else why it can't be used. */
export async function findCgroups(probeName: string): Promise<Result<Cgroups, string>> {
  try {
    const version = findVersion2() ?? findVersion1()
    if (version === undefined)
      return failure('no control groups for memory, pids and cpu are delegated to this process')
    const cgroups = cgroupsOf(version)
    await cgroups.create(probeName, defaultLimits).remove()
    return success(cgroups)
  } catch (error) {
    return failure(`control groups can't be used: ${error instanceof Error ? error.message : String(error)}`)
  }
}
