/** What tasks say while they run. Promises:
 * O1 entries of an instance are numbered in the order of their storing, and seen in that order by whoever reads on;
 * O2 of one task a bounded number is kept, then a line that says so; its latest progress is always known.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonValue } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

export type OutputEntry =
  | { readonly kind: 'progress'; readonly progress: number; readonly message?: string }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly message: string }
  | { readonly kind: 'value'; readonly value: JsonValue }
  /** What a script wrote. `omittedBytes`: so many were left out before it. */
  | { readonly kind: 'stdout' | 'stderr'; readonly message: string; readonly omittedBytes?: number }

/** Whose entry it is. */
export type OutputSource = {
  readonly instanceKey: Key
  /** The element instance. */
  readonly taskKey: Key
  readonly element: string
  readonly attempt: number
}

export type NewOutput = OutputSource & { readonly at: Instant; readonly entry: OutputEntry }
export type StoredOutput = NewOutput & { readonly sequence: number }

/** How far the output of an instance goes. */
export type OutputHead = { readonly instanceKey: Key; readonly last: number }

/** A job that somebody works at, by what its worker reports. */
export type ReportedJob = OutputSource & { readonly jobKey: Key }

export type OutputQuery = {
  readonly instanceKey: Key
  /** Only later ones. */
  readonly after: number
  readonly limit: number
  /** With the entry whose texts make it so many, a page is full. */
  readonly maxBytes?: number
  readonly taskKey?: Key
  readonly element?: string
  readonly kind?: OutputEntry['kind']
  readonly attempt?: number
  readonly minLevel?: LogLevel
}

/** `more`: it is full, so that there may be others after it. */
export type OutputPage = { readonly entries: readonly StoredOutput[]; readonly more: boolean }

export type TaskOutputStore = {
  /** In one statement. `notify`: other nodes live and want to know. */
  addOutput(
    entries: readonly NewOutput[],
    options: { readonly notify: boolean },
  ): Promise<readonly OutputHead[]>
  /**
   * Jobs that are leased, by that worker if it is named; their leases end at `until` from now on where it is given.
   */
  touchJobs(
    jobs: readonly { readonly jobKey: Key; readonly until?: Instant }[],
    worker: string | undefined,
  ): Promise<readonly ReportedJob[]>
}

/** Kept of one task; then a line says that there was more. */
export const entriesPerTask = 10_000
