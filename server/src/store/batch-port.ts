/** What execution needs to work off batch operations. Promises beside those of the port:
 * P1 an item that was claimed comes again when it was not settled by `claimUntil`;
 * P2 an item is settled once, and counted with it; a failed one whose command was committed counts as completed.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Command } from '@braid/core/engine/command.ts'
import type { Claim } from './port.ts'

/** What is done to each item. */
export type BatchPlan =
  /** The same command, to each instance. */
  | { readonly kind: 'command'; readonly command: Command }
  /** Items are incidents. A job without retries gets one. */
  | { readonly kind: 'resolve-incident' }
  /** Items are jobs. */
  | { readonly kind: 'update-retries'; readonly retries: number }
  /** `cancel`: running ones are canceled first. */
  | { readonly kind: 'delete-instance'; readonly cancel?: true }

export type BatchItem = {
  readonly batchKey: Key
  readonly itemKey: Key
  readonly instanceKey: Key
  readonly plan: BatchPlan
}

export type SettledItem = Pick<BatchItem, 'batchKey' | 'itemKey'> & {
  /** Why it failed; absent: done. */
  readonly failure?: string
}

/** By which a commit says that it did an item. */
export const claimOfItem = ({ batchKey, itemKey }: Pick<BatchItem, 'batchKey' | 'itemKey'>): Claim => ({
  source: batchKey,
  claim: `item ${itemKey}`,
})

export type Deletion =
  | { readonly kind: 'deleted' }
  | { readonly kind: 'not-found' }
  /** It, or an instance that it called, still runs or has something to tell another. */
  | { readonly kind: 'running'; readonly instanceKey: Key }

export type BatchStore = {
  claimBatchItems(request: {
    readonly now: Instant
    readonly claimUntil: Instant
    readonly max: number
  }): Promise<readonly BatchItem[]>
  settleBatchItems(items: readonly SettledItem[], now: Instant): Promise<void>
  /** An ended instance with all that is stored of it, and those that it called. */
  deleteInstance(key: Key): Promise<Deletion>
  /** Those without instances that were deleted before. */
  removeDeletedDefinitions(before: Instant): Promise<void>
}
