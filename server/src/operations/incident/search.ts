import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const searchIncidents = operation({
  id: 'searchIncidents',
  run: async ({ reads }, { body }) => success(await reads.search.incidents(body ?? {})),
})
