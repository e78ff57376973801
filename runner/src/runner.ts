/**
 * Running a script that nobody vouches for. One interface for all tiers of isolation; what a tier promises is said by its
 * folder under `isolation/`.
 */

import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'
import type { Result } from '@braid/core/base/result.ts'

/** What a run may use. Beyond, it is stopped, and its outcome says what ran out. */
export type Limits = {
  /** From the start of the process to its end. */
  readonly wallMs: number
  /** Memory of all its processes together, files in its scratch space included. */
  readonly memoryBytes: number
  /** Scratch space for files, in memory. */
  readonly diskBytes: number
  /** Processes and threads at once. */
  readonly processes: number
  /** Cores it may keep busy; 0.5 is half of one. */
  readonly cpus: number
  /** Output that is kept, of both streams together: its beginning and its end. */
  readonly outputBytes: number
}

export const defaultLimits: Limits = {
  wallMs: 30_000,
  memoryBytes: 256 * 1024 * 1024,
  diskBytes: 64 * 1024 * 1024,
  processes: 64,
  cpus: 1,
  outputBytes: 10 * 1024 * 1024,
}

export type RunRequest = {
  /** Of this run among all of all nodes, letters, digits and dashes; where runs outlive a node, it is found by it. */
  readonly id?: string
  /** As the runtimes of the runner name it, e.g. `python`. */
  readonly language: string
  /** Of the language; absent: the runner's first. */
  readonly version?: string
  readonly source: string
  readonly stdin?: string
  /** Beside the script, by their relative path. */
  readonly files?: Readonly<Record<string, string>>
  /** What the script reads as `input` of the module `braid`, or as JSON from the file that `BRAID_INPUT` names. */
  readonly input?: JsonObject
  readonly limits: Limits
  /** Ends the run; its outcome is `cancelled`. */
  readonly signal?: AbortSignal
}

export type OutputStream = 'stdout' | 'stderr'

/** Text as it came, never cut inside a character. */
export type OutputChunk = {
  /** Counts up from 1 over both streams. */
  readonly sequence: number
  readonly stream: OutputStream
  /** Milliseconds since the start of the run. */
  readonly atMs: number
  readonly text: string
  /** What was left out before it because the run said more than its limit. */
  readonly omittedBytes?: number
}

/** A result may be so long, as JSON. */
export const maxResultBytes = 1024 * 1024

/** Slows the run down until the promise resolves. */
export type OnOutput = (chunks: readonly OutputChunk[]) => Promise<void> | void

export type Usage = {
  readonly wallMs: number
  /** Processor time of all processes; absent where nothing counts it. */
  readonly cpuMs?: number
  readonly peakMemoryBytes?: number
  /** All that was written, kept or not. */
  readonly outputBytes: number
}

export type Outcome = { readonly usage: Usage } & (
  | {
      readonly kind: 'completed'
      readonly exitCode: number
      /** What the script gave as its result, on a channel of its own; absent: nothing. The error says what was wrong. */
      readonly result?: Result<JsonValue, string>
    }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'out-of-memory' }
  | { readonly kind: 'cancelled' }
  /** Not the script's fault. */
  | { readonly kind: 'runner-failed'; readonly message: string }
)

export type Runtime = {
  readonly language: string
  readonly version: string
  /** Of the interpreter, as it says itself. */
  readonly fullVersion: string
}

export type Tier = 'sandbox' | 'gvisor' | 'wasm' | 'kubernetes'

export type Runner = {
  readonly tier: Tier
  readonly runtimes: readonly Runtime[]
  /** What holds it back from full isolation, in words for an operator. */
  readonly warnings: readonly string[]
  /** Resolves when nothing of the run is left. Never rejects. */
  run(request: RunRequest, onOutput: OnOutput): Promise<Outcome>
  /** Ends all runs, and what is left of runs of an earlier process. */
  close(): Promise<void>
}
