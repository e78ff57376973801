import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const searchVariables = operation({
  id: 'searchVariables',
  run: async ({ reads }, { body, query }) =>
    success(await reads.search.variables(body ?? {}, query.truncateValues !== 'false')),
})
