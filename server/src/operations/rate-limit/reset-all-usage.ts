import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const resetAllRateLimitUsage = operation({
  id: 'resetAllRateLimitUsage',
  // Of everybody: there is no key.
  target: () => undefined,
  run: async ({ rateLimits, rateLimitStore }) => {
    await rateLimitStore.reset(undefined)
    await rateLimits.changed()
    return success(undefined)
  },
})
