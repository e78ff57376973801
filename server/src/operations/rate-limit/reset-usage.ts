import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { noSuchUser } from '../user/find.ts'

export const resetRateLimitUsage = operation({
  id: 'resetRateLimitUsage',
  target: ({ params }) => params.username,
  run: async ({ users, rateLimits, rateLimitStore }, { params: { username } }) => {
    const user = await users.find(username)
    if (user === undefined) return noSuchUser(username)
    await rateLimitStore.reset(user.userId)
    await rateLimits.changed()
    return success(undefined)
  },
})
