import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const getOverview = operation({
  id: 'getOverview',
  run: async ({ reads, execution }) => success(await reads.getOverview(execution.now())),
})
