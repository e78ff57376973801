/** Which routes were chosen in the dialog of a limit. */
import type { RateLimitTarget, rateLimitMethods } from '@braid/contract/rate-limit.ts'
import { routes } from '@braid/contract/routes.ts'

/** What was chosen, also of the way that is not shown: going back finds it again. */
export type TargetEntry = {
  readonly by: 'path' | 'tag'
  readonly path: string
  /** Empty: any. */
  readonly method: '' | (typeof rateLimitMethods)[number]
  readonly tag: string
}

/** Rate limits themselves are never limited. */
export const limitedTags: readonly string[] = [...new Set(Object.values(routes).map(({ tag }) => tag))]
  .filter((tag) => tag !== routes.listRateLimits.tag)
  .sort()

const everything: TargetEntry = { by: 'path', path: '/', method: '', tag: limitedTags[0] ?? '' }

export function targetEntryOf(target: RateLimitTarget | undefined): TargetEntry {
  if (target === undefined) return everything
  if ('tag' in target) return { ...everything, by: 'tag', tag: target.tag }
  return { ...everything, path: target.pathPrefix, method: target.method ?? '' }
}

export function targetOf({ by, path, method, tag }: TargetEntry): RateLimitTarget {
  if (by === 'tag') return { tag }
  return { pathPrefix: path.trim(), ...(method === '' ? {} : { method }) }
}
