import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { shownRateLimit } from './rate-limit.ts'

export const listRateLimits = operation({
  id: 'listRateLimits',
  run: async ({ rateLimits, rateLimitStore }) => {
    const stored = await rateLimitStore.load()
    return success({
      items: stored.rateLimits.map(shownRateLimit),
      scope: rateLimits.scope(),
      active: rateLimits.active,
    })
  },
})
