import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

export const getBatchOperation = operation({
  id: 'getBatchOperation',
  run: async ({ reads }, { params }) => {
    const key = keyOf('batch operation', params.batchOperationKey)
    if (!key.ok) return key
    const found = await reads.getBatchOperation(key.value)
    return found === undefined ? notFound('batch operation', params.batchOperationKey) : success(found)
  },
})
