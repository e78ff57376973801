import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const searchBatchOperationItems = operation({
  id: 'searchBatchOperationItems',
  run: async ({ reads }, { body }) => success(await reads.search.batchOperationItems(body ?? {})),
})
