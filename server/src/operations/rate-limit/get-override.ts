import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'
import { noSuchUser } from '../user/find.ts'
import { shownOverride } from './rate-limit.ts'

export const noOverride = (username: string) =>
  refuse('NOT_FOUND', `the user ${username} has no override of rate limits`)

export const getRateLimitOverride = operation({
  id: 'getRateLimitOverride',
  run: async ({ users, rateLimitStore }, { params: { username } }) => {
    const user = await users.find(username)
    if (user === undefined) return noSuchUser(username)
    const { overrides } = await rateLimitStore.load()
    const found = overrides.find(({ userId }) => userId === user.userId)
    return found === undefined ? noOverride(username) : success(shownOverride(found))
  },
})
