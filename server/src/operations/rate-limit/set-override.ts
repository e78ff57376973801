import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { noSuchUser } from '../user/find.ts'
import { noSuchRateLimit, shownOverride } from './rate-limit.ts'

export const setRateLimitOverride = operation({
  id: 'setRateLimitOverride',
  target: (_, answer) => answer.username,
  run: async ({ users, rateLimits, rateLimitStore, now }, { params: { username }, body }) => {
    const user = await users.find(username)
    if (user === undefined) return noSuchUser(username)
    const stored = await rateLimitStore.setOverride(user.userId, body, now())
    if (stored === undefined) {
      return body.rateLimitKey === undefined ? noSuchUser(username) : noSuchRateLimit(body.rateLimitKey)
    }
    await rateLimits.changed()
    return success(shownOverride(stored))
  },
})
