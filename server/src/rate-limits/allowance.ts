/** What a rate limit comes to for somebody, with an override of theirs. */
import { maxRateLimitRequests, type RateLimitOverrideContent } from '@braid/contract/rate-limit.ts'
import type { RateLimitContent, StoredRateLimit } from '../store/rate-limit-store.ts'
import type { Allowance } from './count.ts'

/** Undefined: the override lets everything pass. */
export function allowanceOf(
  rateLimit: StoredRateLimit,
  override: RateLimitOverrideContent | undefined,
): Allowance | undefined {
  const isMeant = override?.rateLimitKey === undefined || override.rateLimitKey === String(rateLimit.key)
  if (override === undefined || !isMeant) return allowance(rateLimit, 1)
  switch (override.mode) {
    case 'bypass':
      return undefined
    case 'multiplier':
      return allowance(rateLimit, override.multiplier)
    case 'limit':
      return allowance({ ...rateLimit, limit: override.limit, burst: override.limit }, 1)
  }
}

function allowance(
  { algorithm, limit, burst = limit, windowSeconds }: RateLimitContent,
  factor: number,
): Allowance {
  const times = (requests: number): number =>
    Math.min(maxRateLimitRequests, Math.max(1, Math.round(requests * factor)))
  if (algorithm === 'sliding-window') return { algorithm, size: times(limit), seconds: windowSeconds }
  const size = times(burst)
  return { algorithm, size, seconds: (size * windowSeconds) / times(limit) }
}
