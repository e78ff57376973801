/** The rate limits in force on this node: what is stored, kept in memory, and the counters beside it. */
import type { RateLimitOverrideContent, RateLimitUsage } from '@braid/contract/rate-limit.ts'
import type { OperationId } from '@braid/contract/routes.ts'
import { type Clock, every } from '../execution/clock.ts'
import type { RateLimitState, RateLimitStore, StoredRateLimit } from '../store/rate-limit-store.ts'
import { allowanceOf } from './allowance.ts'
import type { Allowance, Count } from './count.ts'
import type { Counters, Scope } from './counters.ts'
import { countsUsers, decidingLimits } from './match.ts'

/** Whose requests are counted together. */
export type Requester = { readonly userId: string } | { readonly address: string }

export type Verdict = Count & {
  /** Of the rate limit. */
  readonly name: string
  /** What it comes to for this requester. */
  readonly allowance: Allowance
}

export type RateLimits = {
  /** False: this node limits nothing. */
  readonly active: boolean
  /** Counts a request; undefined when nothing limits it. */
  take(id: OperationId, requester: Requester): Promise<Verdict> | undefined
  usage(userId: string): Promise<{
    readonly items: readonly RateLimitUsage[]
    readonly override: RateLimitOverrideContent | undefined
    readonly scope: Scope
  }>
  scope(): Scope
  /** Something was changed; when the promise resolves, this node acts by it. */
  changed(): Promise<void>
}

export type RunningRateLimits = RateLimits & {
  /** Another node says that something was changed. */
  heardOfChange(): void
  start(): Promise<void>
  stop(): void
}

/** Notices of other nodes may be lost; this is how late a change comes then. */
const lookMs = 2_000

const oneASecond: Allowance = { algorithm: 'token-bucket', size: 1, seconds: 1 }

type InForce = {
  readonly version: number
  /** Those that are enabled and count users. */
  readonly ofUsers: readonly StoredRateLimit[]
  readonly deciding: ReadonlyMap<OperationId, StoredRateLimit>
  readonly overrides: ReadonlyMap<string, RateLimitOverrideContent>
  readonly resetVersion: number
  readonly resets: ReadonlyMap<string, number>
}

const inForceOf = ({ version, resetVersion, resets, rateLimits, overrides }: RateLimitState): InForce => ({
  version,
  ofUsers: rateLimits.filter(({ enabled, target }) => enabled && countsUsers(target)),
  deciding: decidingLimits(rateLimits),
  overrides: new Map(overrides.map(({ userId, content }) => [userId, content])),
  resetVersion,
  resets: new Map(resets.map((reset) => [reset.userId, reset.version])),
})

const nothing = inForceOf({ version: -1, resetVersion: 0, resets: [], rateLimits: [], overrides: [] })

export type RateLimitsDependencies = {
  readonly store: Pick<RateLimitStore, 'load' | 'version'>
  readonly counters: Counters
  readonly active: boolean
  readonly clock: Clock
  readonly onTrouble: (error: unknown) => void
}

export function createRateLimits(dependencies: RateLimitsDependencies): RunningRateLimits {
  const { store, counters, active, clock, onTrouble } = dependencies
  let inForce = nothing
  let stopLooking = (): void => {}

  const changed = async (): Promise<void> => {
    const loaded = await store.load()
    // Of two that overlap, the older may come last.
    if (loaded.version >= inForce.version) inForce = inForceOf(loaded)
  }
  const look = async (): Promise<void> => {
    if ((await store.version()) > inForce.version) await changed()
  }
  const lookAround = async (): Promise<void> => {
    // So that the scope is true also when nobody sends what is counted.
    await counters.count('look', oneASecond, false)
    await look()
  }

  return {
    active,
    changed,
    scope: counters.scope,
    take: (id, requester) => {
      const rateLimit = active ? inForce.deciding.get(id) : undefined
      if (rateLimit === undefined) return undefined
      const override = 'userId' in requester ? inForce.overrides.get(requester.userId) : undefined
      const allowance = allowanceOf(rateLimit, override)
      if (allowance === undefined) return undefined
      return counters
        .count(counterKey(inForce, rateLimit, requester), allowance, true)
        .then((count) => ({ ...count, name: rateLimit.name, allowance }))
    },
    usage: async (userId) => {
      const { ofUsers, overrides } = inForce
      const override = overrides.get(userId)
      const items = await Promise.all(
        ofUsers.map(async (rateLimit) => {
          const allowance = allowanceOf(rateLimit, override)
          const key = counterKey(inForce, rateLimit, { userId })
          return usageOf(rateLimit, allowance, allowance && (await counters.count(key, allowance, false)))
        }),
      )
      return { items, override, scope: counters.scope() }
    },
    start: async () => {
      await changed()
      stopLooking = every(clock, lookMs, lookAround, onTrouble)
    },
    heardOfChange: () => {
      if (inForce !== nothing) look().catch(onTrouble)
    },
    stop: () => stopLooking(),
  }
}

/** Another window, way of counting or reset is another counter; another limit is not. */
function counterKey(
  { resetVersion, resets }: InForce,
  { key, algorithm, windowSeconds }: StoredRateLimit,
  requester: Requester,
): string {
  const isUser = 'userId' in requester
  const reset = Math.max(resetVersion, isUser ? (resets.get(requester.userId) ?? 0) : 0)
  const whose = isUser ? `user:${requester.userId}` : `address:${requester.address}`
  return `${key}:${algorithm}:${windowSeconds}:${reset}:${whose}`
}

const usageOf = (
  { key, name }: StoredRateLimit,
  allowance: Allowance | undefined,
  count: Count | undefined,
): RateLimitUsage => ({
  rateLimitKey: String(key),
  name,
  used: count?.used ?? 0,
  resetSeconds: Math.ceil((count?.resetMs ?? 0) / 1000),
  ...(allowance === undefined ? {} : { limit: allowance.size }),
  ...(allowance === undefined || count === undefined ? {} : { remaining: allowance.size - count.used }),
})
