import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const searchJobs = operation({
  id: 'searchJobs',
  run: async ({ reads }, { body }) => success(await reads.search.jobs(body ?? {})),
})
