/** Which rate limit decides about which route: by what the route is declared as, never by the text of a request. */
import type { RateLimitTarget } from '@braid/contract/rate-limit.ts'
import type { Route } from '@braid/contract/route.ts'
import { type OperationId, routes } from '@braid/contract/routes.ts'
import type { StoredRateLimit } from '../store/rate-limit-store.ts'

const all = Object.entries<Route>(routes) as readonly (readonly [OperationId, Route])[]

/** Whoever set a limit too low can always set it right. */
const isFree = ({ tag }: Route): boolean => tag === routes.listRateLimits.tag

const isBelow = (path: string, prefix: string): boolean => {
  const segments = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix
  return path === segments || path.startsWith(`${segments}/`)
}

function matches(target: RateLimitTarget, route: Route): boolean {
  if (isFree(route)) return false
  if ('tag' in target) return route.tag === target.tag
  if (target.method !== undefined && target.method !== route.method) return false
  return isBelow(route.path, target.pathPrefix)
}

/** Whether users are counted, and not only addresses: nobody is signed in for public routes. */
export const countsUsers = (target: RateLimitTarget): boolean =>
  all.some(([, route]) => matches(target, route) && route.permission !== 'public')

/** As people say them, such as `POST /jobs/activation`. */
export const routesOf = (target: RateLimitTarget): readonly string[] =>
  all.filter(([, route]) => matches(target, route)).map(([, { method, path }]) => `${method} ${path}`)

/** For each route that is limited, the enabled rate limit that decides. `rateLimits`: the highest priority first. */
export function decidingLimits(
  rateLimits: readonly StoredRateLimit[],
): ReadonlyMap<OperationId, StoredRateLimit> {
  const deciding = new Map<OperationId, StoredRateLimit>()
  for (const [id, route] of all) {
    const first = rateLimits.find(({ enabled, target }) => enabled && matches(target, route))
    if (first !== undefined) deciding.set(id, first)
  }
  return deciding
}
