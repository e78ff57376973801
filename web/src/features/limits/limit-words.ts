/** Rate limits and overrides in words. */
import type { RateLimit, RateLimitOverrideContent, RateLimitTarget } from '@braid/contract/rate-limit.ts'

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

/** `a minute`, `in 90 seconds`. */
function perTime(seconds: number): string {
  const [unit, length] = units.find(([, each]) => seconds % each === 0) ?? units[3]
  const count = seconds / length
  return count === 1 ? `${unit === 'hour' ? 'an' : 'a'} ${unit}` : `in ${count.toLocaleString()} ${unit}s`
}

type Allowed = Pick<RateLimit, 'algorithm' | 'limit' | 'windowSeconds' | 'burst'>

export function allowedWords({ algorithm, limit, windowSeconds, burst = limit }: Allowed): string {
  const rate = `${limit.toLocaleString()} ${perTime(windowSeconds)}`
  return algorithm === 'sliding-window' ? rate : `${burst.toLocaleString()} at once, then ${rate}`
}

export function targetWords(target: RateLimitTarget): string {
  if ('tag' in target) return target.tag
  const path = target.pathPrefix === '/' ? 'everything' : target.pathPrefix
  return target.method === undefined ? path : `${target.method} ${path}`
}

export function overrideWords(override: RateLimitOverrideContent): string {
  switch (override.mode) {
    case 'bypass':
      return 'not limited'
    case 'multiplier':
      return `${override.multiplier.toLocaleString()} times as many`
    case 'limit':
      return `${override.limit.toLocaleString()} instead`
  }
}
