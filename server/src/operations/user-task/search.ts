import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const searchUserTasks = operation({
  id: 'searchUserTasks',
  run: async ({ reads }, { body }) => success(await reads.search.userTasks(body ?? {})),
})
