/** Rate limits and overrides as the API shows them, and what they may say. */
import type { RateLimit, RateLimitOverride } from '@braid/contract/rate-limit.ts'
import { formatKey } from '@braid/core/base/key.ts'
import { routesOf } from '../../rate-limits/match.ts'
import type { RateLimitContent, StoredOverride, StoredRateLimit } from '../../store/rate-limit-store.ts'
import { notFound, refuse } from '../refusal.ts'

const isoTime = (at: number): string => new Date(at).toISOString()

export const shownRateLimit = ({ key, createdAt, updatedAt, ...content }: StoredRateLimit): RateLimit => ({
  rateLimitKey: formatKey(key),
  ...content,
  routes: [...routesOf(content.target)],
  createdAt: isoTime(createdAt),
  updatedAt: isoTime(updatedAt),
})

export const shownOverride = ({ username, content, updatedAt }: StoredOverride): RateLimitOverride => ({
  username,
  override: content,
  updatedAt: isoTime(updatedAt),
})

export const noSuchRateLimit = (key: string) => notFound('rate limit', key)

const refuseField = (path: string, message: string) =>
  refuse('INVALID_REQUEST', `${path}: ${message}`, { errors: [{ path, message }] })

export const nameTaken = () => {
  const [path, message] = ['body.name', 'expected another one: there is a rate limit with this name already']
  return refuse('ALREADY_EXISTS', `${path}: ${message}`, { errors: [{ path, message }] })
}

/** Undefined: it may be stored. */
export function contentFlaw({ target, algorithm, burst }: RateLimitContent) {
  if (algorithm === 'sliding-window' && burst !== undefined) {
    return refuseField('body.burst', 'expected none, for only a token bucket has it')
  }
  if (routesOf(target).length > 0) return undefined
  return 'tag' in target
    ? refuseField('body.target.tag', 'expected a tag of the OpenAPI document that has routes to limit')
    : refuseField('body.target.pathPrefix', 'expected whole segments of paths of the OpenAPI document')
}
