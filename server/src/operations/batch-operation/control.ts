/** Stops a batch operation for good or for a while. */
import { type Result, success } from '@braid/core/base/result.ts'
import type { BatchControl } from '../../store/batch-store.ts'
import { keyOf } from '../keys.ts'
import type { Context } from '../operation.ts'
import { notFound, type Refusal, refuse } from '../refusal.ts'

const needs = {
  cancel: 'ACTIVE or SUSPENDED',
  suspend: 'ACTIVE',
  resume: 'SUSPENDED',
} as const satisfies Readonly<Record<BatchControl, string>>

export async function controlBatch(
  context: Context,
  keyText: string,
  control: BatchControl,
): Promise<Result<undefined, Refusal>> {
  const key = keyOf('batch operation', keyText)
  if (!key.ok) return key
  if (!(await context.controlBatch(key.value, control, context.now()))) {
    const found = await context.reads.getBatchOperation(key.value)
    if (found === undefined) return notFound('batch operation', keyText)
    return refuse('INVALID_STATE', `batch operation ${keyText} is ${found.state}, not ${needs[control]}`)
  }
  context.execution.batchesChanged()
  return success(undefined)
}
