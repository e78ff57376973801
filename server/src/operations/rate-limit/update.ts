import type { rateLimitRoutes } from '@braid/contract/rate-limit.ts'
import type { RouteRequest } from '@braid/contract/route.ts'
import { success } from '@braid/core/base/result.ts'
import type { RateLimitContent, StoredRateLimit } from '../../store/rate-limit-store.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { contentFlaw, nameTaken, noSuchRateLimit, shownRateLimit } from './rate-limit.ts'

type Change = RouteRequest<(typeof rateLimitRoutes)['updateRateLimit']>['body']

export const updateRateLimit = operation({
  id: 'updateRateLimit',
  target: ({ params }) => params.rateLimitKey,
  run: async ({ rateLimits, rateLimitStore, now }, { params: { rateLimitKey }, body }) => {
    const key = keyOf('rate limit', rateLimitKey)
    if (!key.ok) return key
    const found = (await rateLimitStore.load()).rateLimits.find((one) => one.key === key.value)
    if (found === undefined) return noSuchRateLimit(rateLimitKey)
    const content = withChange(found, body)
    const flaw = contentFlaw(content)
    if (flaw !== undefined) return flaw
    const stored = await rateLimitStore.replace(key.value, content, now())
    if (stored === 'taken') return nameTaken()
    if (stored === undefined) return noSuchRateLimit(rateLimitKey)
    await rateLimits.changed()
    return success(shownRateLimit(stored))
  },
})

/** A burst of null goes. */
function withChange(found: StoredRateLimit, change: Change): RateLimitContent {
  const burst = change.burst === undefined ? found.burst : (change.burst ?? undefined)
  return {
    name: change.name ?? found.name,
    target: change.target ?? found.target,
    algorithm: change.algorithm ?? found.algorithm,
    limit: change.limit ?? found.limit,
    windowSeconds: change.windowSeconds ?? found.windowSeconds,
    ...(burst === undefined ? {} : { burst }),
    enabled: change.enabled ?? found.enabled,
    priority: change.priority ?? found.priority,
  }
}
