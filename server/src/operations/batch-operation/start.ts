/** Begins a batch operation: its items are chosen and stored now, and worked off in the background. */
import type { BatchOperationType } from '@braid/contract/batch-operation.ts'
import { formatKey } from '@braid/core/base/key.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import type { NewBatch } from '../../store/batch-store.ts'
import { batchItemsLimit } from '../../store/batch-store.ts'
import type { Caller, Context } from '../operation.ts'
import { type Refusal, refuse } from '../refusal.ts'

type Started = Result<
  { readonly batchOperationKey: string; readonly batchOperationType: BatchOperationType },
  Refusal
>

export async function startBatch(
  context: Context,
  { identity }: Caller,
  batch: Pick<NewBatch, 'plan' | 'items' | 'filter'> & { readonly type: BatchOperationType },
): Promise<Started> {
  const key = await context.execution.nextKey()
  const actor = identity?.username ?? ''
  const total = await context.createBatch({ ...batch, key, actor, now: context.now() })
  if (total === undefined) {
    const detail = `body.filter: expected one that finds at most ${batchItemsLimit} items, but it finds more`
    return refuse('INVALID_REQUEST', detail)
  }
  context.execution.batchesChanged()
  return success({ batchOperationKey: formatKey(key), batchOperationType: batch.type })
}
