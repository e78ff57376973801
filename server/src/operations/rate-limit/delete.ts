import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { noSuchRateLimit } from './rate-limit.ts'

export const deleteRateLimit = operation({
  id: 'deleteRateLimit',
  target: ({ params }) => params.rateLimitKey,
  run: async ({ rateLimits, rateLimitStore }, { params: { rateLimitKey } }) => {
    const key = keyOf('rate limit', rateLimitKey)
    if (!key.ok) return key
    if (!(await rateLimitStore.delete(key.value))) return noSuchRateLimit(rateLimitKey)
    await rateLimits.changed()
    return success(undefined)
  },
})
