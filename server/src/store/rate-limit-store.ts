/**
 * Rate limits and what users may do beside them, in PostgreSQL. Each change moves the version on and tells the other
 * nodes; what was counted is not here.
 */
import {
  maxRateLimits,
  type RateLimit,
  type RateLimitOverrideContent,
  type RateLimitTarget,
} from '@braid/contract/rate-limit.ts'
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Database } from './database.ts'
import { notifyRateLimits } from './notifications.ts'
import { StoreError } from './store-error.ts'

export type RateLimitContent = Omit<RateLimit, 'rateLimitKey' | 'routes' | 'createdAt' | 'updatedAt'>

export type StoredRateLimit = RateLimitContent & {
  readonly key: Key
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

export type StoredOverride = {
  /** Of the account: decimal digits. */
  readonly userId: string
  readonly username: string
  readonly content: RateLimitOverrideContent
  readonly updatedAt: Instant
}

export type RateLimitState = {
  /** Of the last change. */
  readonly version: number
  /** Counters of everybody begin anew with this version, those of a user with that in `resets`. */
  readonly resetVersion: number
  readonly resets: readonly { readonly userId: string; readonly version: number }[]
  /** The highest priority first. */
  readonly rateLimits: readonly StoredRateLimit[]
  /** By user name. */
  readonly overrides: readonly StoredOverride[]
}

export type RateLimitStore = ReturnType<typeof createRateLimitStore>

type RateLimitRow = Omit<StoredRateLimit, 'target' | 'burst'> & {
  readonly burst: number | null
  readonly tag: string | null
  readonly path_prefix: string
  readonly method: Extract<RateLimitTarget, { pathPrefix: string }>['method'] | null
}

const columns = `key, name, tag, path_prefix, method, algorithm, max_requests as "limit",
  window_seconds as "windowSeconds", burst, enabled, priority, created_at as "createdAt", updated_at as "updatedAt"`

const rateLimitOf = ({ tag, path_prefix, method, burst, ...row }: RateLimitRow): StoredRateLimit => ({
  ...row,
  target: tag === null ? { pathPrefix: path_prefix, ...(method === null ? {} : { method }) } : { tag },
  ...(burst === null ? {} : { burst }),
})

const valuesOf = ({ target, ...content }: RateLimitContent): readonly unknown[] => [
  content.name,
  'tag' in target ? target.tag : null,
  'tag' in target ? null : target.pathPrefix,
  'tag' in target ? null : (target.method ?? null),
  content.algorithm,
  content.limit,
  content.windowSeconds,
  content.burst ?? null,
  content.enabled,
  content.priority,
]

type OverrideRow = {
  readonly user_id: number
  readonly username: string
  readonly mode: RateLimitOverrideContent['mode']
  readonly multiplier: number | null
  readonly max_requests: number | null
  readonly rate_limit_key: number | null
  readonly updated_at: number
}

function overrideOf(row: OverrideRow): StoredOverride {
  const only = row.rate_limit_key === null ? {} : { rateLimitKey: String(row.rate_limit_key) }
  const { mode, multiplier, max_requests: limit } = row
  const content: RateLimitOverrideContent =
    mode === 'multiplier'
      ? { mode, multiplier: multiplier ?? 1, ...only }
      : mode === 'limit'
        ? { mode, limit: limit ?? 1, ...only }
        : { mode, ...only }
  return { userId: String(row.user_id), username: row.username, content, updatedAt: row.updated_at }
}

/** The new version. */
async function moveOn(transaction: Database): Promise<number> {
  const [row] = await transaction.run<{ version: number }>({
    text: 'update rate_limit_state set version = version + 1 returning version',
  })
  return row!.version
}

/** `node` signs what other nodes are told. */
export function createRateLimitStore(database: Database, node: string) {
  /** What `work` stores is in force everywhere soon after. */
  const change = async <T>(work: (transaction: Database, version: number) => Promise<T>): Promise<T> => {
    const done = await database.transaction(async (transaction) =>
      work(transaction, await moveOn(transaction)),
    )
    await notifyRateLimits(database, node)
    return done
  }
  const orTaken = <T>(stored: Promise<T>): Promise<T | 'taken'> =>
    stored.catch((error: unknown) => {
      if (error instanceof StoreError && error.kind === 'conflict') return 'taken'
      throw error
    })

  return {
    async version(): Promise<number> {
      const [row] = await database.run<{ version: number }>({
        name: 'rate-limit-version',
        text: 'select version from rate_limit_state',
      })
      return row!.version
    },

    /** The version is read first: what is stored meanwhile is seen as a change afterwards. */
    async load(): Promise<RateLimitState> {
      const [state] = await database.run<{ version: number; resetVersion: number }>({
        text: 'select version, reset_version as "resetVersion" from rate_limit_state',
      })
      const rateLimits = await database.run<RateLimitRow>({
        text: `select ${columns} from rate_limit order by priority desc, key`,
      })
      const overrides = await database.run<OverrideRow>({
        text: `select o.*, u.username from rate_limit_override o join user_account u on u.id = o.user_id
               order by lower(u.username)`,
      })
      const resets = await database.run<{ userId: string; version: number }>({
        text: 'select user_id::text as "userId", version from rate_limit_reset',
      })
      return {
        ...state!,
        resets,
        rateLimits: rateLimits.map(rateLimitOf),
        overrides: overrides.map(overrideOf),
      }
    },

    create(content: RateLimitContent, now: Instant): Promise<StoredRateLimit | 'taken' | 'full'> {
      return orTaken(
        change(async (transaction) => {
          const [row] = await transaction.run<RateLimitRow>({
            text: `insert into rate_limit (name, tag, path_prefix, method, algorithm, max_requests, window_seconds, burst,
                     enabled, priority, created_at, updated_at)
                   select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11
                   where (select count(*) from rate_limit) < ${maxRateLimits}
                   returning ${columns}`,
            values: [...valuesOf(content), now],
          })
          return row === undefined ? 'full' : rateLimitOf(row)
        }),
      )
    },

    /** Undefined when there is none. */
    replace(
      key: Key,
      content: RateLimitContent,
      now: Instant,
    ): Promise<StoredRateLimit | 'taken' | undefined> {
      return orTaken(
        change(async (transaction) => {
          const [row] = await transaction.run<RateLimitRow>({
            text: `update rate_limit set name = $1, tag = $2, path_prefix = $3, method = $4, algorithm = $5,
                     max_requests = $6, window_seconds = $7, burst = $8, enabled = $9, priority = $10, updated_at = $11
                   where key = $12
                   returning ${columns}`,
            values: [...valuesOf(content), now, key],
          })
          return row === undefined ? undefined : rateLimitOf(row)
        }),
      )
    },

    /** False when there is none. */
    delete(key: Key): Promise<boolean> {
      return change(async (transaction) => {
        const deleted = await transaction.run({
          text: 'delete from rate_limit where key = $1 returning key',
          values: [key],
        })
        return deleted.length === 1
      })
    },

    /** Undefined when the rate limit that it is for, or the user, is not there. */
    async setOverride(
      userId: string,
      content: RateLimitOverrideContent,
      now: Instant,
    ): Promise<StoredOverride | undefined> {
      return change(async (transaction) => {
        const [row] = await transaction.run<OverrideRow>({
          text: `insert into rate_limit_override as o
                   (user_id, mode, multiplier, max_requests, rate_limit_key, updated_at)
                 select id, $2, $3, $4, $5::bigint, $6 from user_account
                 where id = $1::bigint
                   and ($5::bigint is null or exists (select from rate_limit where key = $5::bigint))
                 on conflict (user_id) do update set mode = excluded.mode, multiplier = excluded.multiplier,
                   max_requests = excluded.max_requests, rate_limit_key = excluded.rate_limit_key,
                   updated_at = excluded.updated_at
                 returning o.*, (select username from user_account where id = o.user_id) as username`,
          values: [
            userId,
            content.mode,
            content.mode === 'multiplier' ? content.multiplier : null,
            content.mode === 'limit' ? content.limit : null,
            content.rateLimitKey ?? null,
            now,
          ],
        })
        return row === undefined ? undefined : overrideOf(row)
      })
    },

    /** False when there is none. */
    deleteOverride(userId: string): Promise<boolean> {
      return change(async (transaction) => {
        const deleted = await transaction.run({
          text: 'delete from rate_limit_override where user_id = $1::bigint returning user_id',
          values: [userId],
        })
        return deleted.length === 1
      })
    },

    /** Counters begin anew: those of one user, or all. */
    async reset(userId: string | undefined): Promise<void> {
      await change(async (transaction, version) => {
        if (userId === undefined) {
          await transaction.run({ text: 'update rate_limit_state set reset_version = version' })
          await transaction.run({ text: 'delete from rate_limit_reset' })
          return
        }
        await transaction.run({
          text: `insert into rate_limit_reset (user_id, version) values ($1::bigint, $2)
                 on conflict (user_id) do update set version = excluded.version`,
          values: [userId, version],
        })
      })
    },
  }
}
