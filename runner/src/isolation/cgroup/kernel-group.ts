/** What both versions of control groups have in common, as the kernel's files have it. */
import type { Limits, Usage } from '../../runner.ts'
import type { ScriptGroup, ScriptsGroup } from './precedence.ts'

export type KernelGroup = ScriptGroup & {
  /** Who writes `0` into all of them, in their order, is in the group; a process with one thread, that is. */
  readonly joinFiles: readonly string[]
  /** Something in it was ended for want of memory. */
  ranOutOfMemory(): boolean
  usage(): ProcessUsage
  /** Nothing more begins in it, and its share of the processor is bounded no more. */
  hurry(): void
  /** Ends every process in it and removes it. Throws when the kernel does not let go of one. */
  remove(): Promise<void>
}

export type Version = {
  readonly version: 1 | 2
  /** The group that the others are in. */
  readonly scripts: ScriptsGroup
  create(name: string, limits: Limits): KernelGroup
  /** Ends and removes all groups whose name begins so. */
  sweep(prefix: string): Promise<void>
}

/** Its name, beside that of the server. */
export const scriptsName = 'braid-scripts'

type ProcessUsage = Pick<Usage, 'cpuMs' | 'peakMemoryBytes'>

export const millisecondsOf = (us: number | undefined): number => (us ?? 0) / 1_000

/** As far as the kernel counts it. */
export const usageOf = (cpuUs: number | undefined, peakBytes: number | undefined): ProcessUsage => ({
  ...(cpuUs === undefined ? {} : { cpuMs: Math.round(cpuUs / 1_000) }),
  ...(peakBytes === undefined ? {} : { peakMemoryBytes: peakBytes }),
})

/** Microseconds in which a share of the processor is counted: a run that used it up pauses for the rest. */
export const cpuPeriodUs = 100_000
export const cpuQuotaUs = ({ cpus }: Limits): number => Math.max(1_000, Math.round(cpus * cpuPeriodUs))
