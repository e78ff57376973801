import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const searchBatchOperations = operation({
  id: 'searchBatchOperations',
  run: async ({ reads }, { body }) => success(await reads.search.batchOperations(body ?? {})),
})
