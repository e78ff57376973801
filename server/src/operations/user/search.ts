import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const searchUsers = operation({
  id: 'searchUsers',
  run: async ({ reads }, { body }) => success(await reads.search.users(body ?? {})),
})
