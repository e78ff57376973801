/** What is typed in the dialog of a limit, and what it comes to. */
import type { RateLimit } from '@braid/contract/rate-limit.ts'
import { type TargetEntry, targetEntryOf, targetOf } from './target-entry.ts'

/** Numbers are texts, which may be empty while they are typed. */
export type LimitEntry = {
  readonly name: string
  readonly target: TargetEntry
  readonly algorithm: RateLimit['algorithm']
  readonly requests: string
  readonly seconds: string
  /** Empty: as many as requests. */
  readonly burst: string
  readonly priority: string
}

export type LimitContent = Omit<RateLimit, 'rateLimitKey' | 'routes' | 'createdAt' | 'updatedAt' | 'enabled'>

export const limitEntryOf = (limit: RateLimit | undefined): LimitEntry => ({
  name: limit?.name ?? '',
  target: targetEntryOf(limit?.target),
  algorithm: limit?.algorithm ?? 'sliding-window',
  requests: String(limit?.limit ?? 60),
  seconds: String(limit?.windowSeconds ?? 60),
  burst: String(limit?.burst ?? ''),
  priority: String(limit?.priority ?? 50),
})

export const limitContentOf = (entry: LimitEntry): LimitContent => ({
  name: entry.name.trim(),
  target: targetOf(entry.target),
  algorithm: entry.algorithm,
  limit: Number(entry.requests),
  windowSeconds: Number(entry.seconds),
  ...(entry.algorithm === 'token-bucket' && entry.burst !== '' ? { burst: Number(entry.burst) } : {}),
  priority: Number(entry.priority),
})
