/** What tasks say while they run, on its way to whoever keeps and shows it. */
import type { JsonValue } from '@braid/core/base/json.ts'
import type { ActivatedJob } from '../execution/execution.ts'

export type OutputEntry =
  | { readonly kind: 'progress'; readonly progress: number; readonly message?: string }
  | {
      readonly kind: 'log'
      readonly level: 'debug' | 'info' | 'warn' | 'error'
      readonly message: string
    }
  | { readonly kind: 'value'; readonly value: JsonValue }

export type TaskOutputPort = {
  /** Never fails and never waits: who keeps the output bounds and gathers it. */
  report(job: ActivatedJob, attempt: number, entry: OutputEntry): void
  /** The result was in the cache: nothing ran. */
  cached(job: ActivatedJob, attempt: number): void
}
