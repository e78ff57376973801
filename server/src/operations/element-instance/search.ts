import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const searchElementInstances = operation({
  id: 'searchElementInstances',
  run: async ({ reads }, { body }) => success(await reads.search.elementInstances(body ?? {})),
})
