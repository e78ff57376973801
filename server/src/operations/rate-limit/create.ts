import { maxRateLimits } from '@braid/contract/rate-limit.ts'
import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'
import { contentFlaw, nameTaken, shownRateLimit } from './rate-limit.ts'

export const createRateLimit = operation({
  id: 'createRateLimit',
  target: (_, answer) => answer.rateLimitKey,
  run: async ({ rateLimits, rateLimitStore, now }, { body }) => {
    const flaw = contentFlaw(body)
    if (flaw !== undefined) return flaw
    const stored = await rateLimitStore.create(body, now())
    if (stored === 'taken') return nameTaken()
    if (stored === 'full') {
      return refuse('INVALID_STATE', `there are ${maxRateLimits} rate limits, as many as there may be`)
    }
    await rateLimits.changed()
    return success(shownRateLimit(stored))
  },
})
