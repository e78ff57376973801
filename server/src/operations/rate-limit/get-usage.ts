import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { noSuchUser } from '../user/find.ts'

export const getRateLimitUsage = operation({
  id: 'getRateLimitUsage',
  run: async ({ users, rateLimits }, { params: { username } }) => {
    const user = await users.find(username)
    if (user === undefined) return noSuchUser(username)
    const { items, override, scope } = await rateLimits.usage(user.userId)
    return success({
      username: user.username,
      items,
      scope,
      ...(override === undefined ? {} : { override }),
    })
  },
})
