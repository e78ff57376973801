import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const searchDagRuns = operation({
  id: 'searchDagRuns',
  run: async ({ reads }, { body }) => success(await reads.search.dagRuns(body ?? {})),
})
