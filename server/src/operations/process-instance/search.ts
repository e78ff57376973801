import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const searchProcessInstances = operation({
  id: 'searchProcessInstances',
  run: async ({ reads }, { body }) => success(await reads.search.processInstances(body ?? {})),
})
