/**
 * Runs of scripts in the store. Promises:
 * E1 of one idempotency key of a user, one run is stored, however many ask at once;
 * E2 a run that is over does not change any more;
 * E3 a run is begun at most as often as was asked for.
 */
import {
  type Execution,
  type ExecutionPriority,
  type ExecutionState,
  type ExecutionTrigger,
  idempotencyHours,
  type Runtime,
} from '@braid/contract/execution.ts'
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'

export type { ExecutionPriority, ExecutionState }

/** So long, a key finds the run that it was used for. */
export const idempotencyMs = idempotencyHours * 3_600_000

/** What is run. */
export type ScriptToRun = {
  readonly language: Execution['language']
  readonly version: string
  readonly source: string
  readonly stdin: string
  readonly input: JsonObject
  readonly timeoutMs: number
}

export type NewScriptRun = ScriptToRun & {
  readonly key: Key
  readonly ownerId: Key
  readonly owner: string
  readonly priority: ExecutionPriority
  readonly maxAttempts: number
  readonly trigger: ExecutionTrigger
  readonly script?: { readonly key: Key; readonly version: number; readonly name: string }
  readonly retryOf?: Key
  readonly idempotency?: { readonly key: string; readonly hash: string }
  readonly createdAt: Instant
}

/** `known`: the same was asked for with that key. `differs`: something else was. */
export type AddedScriptRun =
  | { readonly kind: 'added' }
  | { readonly kind: 'known'; readonly key: Key; readonly state: ExecutionState }
  | { readonly kind: 'differs' }

/** `spent`: it was begun as often as it may be, last as that attempt, and its end never came. */
export type BegunScriptRun =
  | { readonly kind: 'begun'; readonly script: ScriptToRun }
  | { readonly kind: 'spent'; readonly attempt: number; readonly maxAttempts: number }
  | { readonly kind: 'over' }

export type ScriptRunEnd = {
  readonly state: Exclude<ExecutionState, 'QUEUED' | 'RUNNING'>
  readonly exitCode?: number
  readonly message?: string
  readonly wallMs: number
  readonly cpuMs?: number
  readonly peakMemoryBytes?: number
  readonly outputBytes: number
  readonly result?: JsonValue
}

/** What a node can do. */
export type ScriptOffer = {
  readonly runtimes: readonly Runtime[]
  readonly warnings: readonly string[]
  readonly unconfined: boolean
  readonly limits: {
    readonly memoryBytes: number
    readonly diskBytes: number
    readonly processes: number
    readonly cpus: number
    readonly outputBytes: number
  }
}

export type StrandedRun = { readonly key: Key; readonly entered: boolean; readonly attempt: number }

export type ScriptRunStore = {
  /** The definition that runs are instances of. */
  findDefinition(): Promise<Key | undefined>
  add(run: NewScriptRun, keysExpireBefore: Instant): Promise<AddedScriptRun>
  /** As if it had never been asked for. */
  remove(key: Key): Promise<void>
  begin(
    key: Key,
    start: { readonly attempt: number; readonly isolation: string; readonly at: Instant },
  ): Promise<BegunScriptRun>
  /** False when it was over. `ifEnded`: only when its instance has ended. */
  end(key: Key, end: ScriptRunEnd, at: Instant, options?: { readonly ifEnded: boolean }): Promise<boolean>
  /** Of a run that no node has in hand: it was canceled before it began. */
  cancelQueued(key: Key, at: Instant): Promise<boolean>
  /** Open runs whose instance ended before then, or that stand in no line and are no instance. */
  findStranded(before: Instant): Promise<readonly StrandedRun[]>
  /** What `enter` of the line needs, of a run that was stored and not entered. */
  findEntry(key: Key): Promise<Pick<NewScriptRun, 'key' | 'ownerId' | 'priority' | 'createdAt'> | undefined>
  putOffer(nodeKey: Key, offer: ScriptOffer): Promise<void>
  /** Of the nodes that live. */
  offers(): Promise<readonly ScriptOffer[]>
}
