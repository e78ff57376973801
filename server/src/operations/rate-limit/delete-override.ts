import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { noSuchUser } from '../user/find.ts'
import { noOverride } from './get-override.ts'

export const deleteRateLimitOverride = operation({
  id: 'deleteRateLimitOverride',
  target: ({ params }) => params.username,
  run: async ({ users, rateLimits, rateLimitStore }, { params: { username } }) => {
    const user = await users.find(username)
    if (user === undefined) return noSuchUser(username)
    if (!(await rateLimitStore.deleteOverride(user.userId))) return noOverride(username)
    await rateLimits.changed()
    return success(undefined)
  },
})
