import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const searchDags = operation({
  id: 'searchDags',
  run: async ({ reads }, { body }) => success(await reads.search.dags(body ?? {})),
})
