import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const getInstanceStatistics = operation({
  id: 'getInstanceStatistics',
  run: async ({ reads }, { body }) => success(await reads.countInstances(body?.filter ?? {})),
})
