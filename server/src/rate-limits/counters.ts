/** Counts in Redis where there is one, and in memory while it is away: an outage of Redis is none of Braid. */
import type { rateLimitScope } from '@braid/contract/rate-limit.ts'
import type { z } from 'zod'
import type { Allowance, Count } from './count.ts'
import type { MemoryCounters } from './memory-counters.ts'
import type { RedisCounters } from './redis-counters.ts'

export type Scope = z.output<typeof rateLimitScope>

export type Counters = {
  /** `counts`: false only looks. */
  count(key: string, allowance: Allowance, counts: boolean): Promise<Count>
  /** Who counts now. */
  scope(): Scope
}

export type CountersLog = { info(message: string): void; warn(fields: object, message: string): void }

/** After it failed, Redis is not asked for so long. */
const restMs = 1_000

export function createCounters(dependencies: {
  readonly memory: MemoryCounters
  readonly redis: RedisCounters | undefined
  /** Milliseconds of a clock that nobody sets back. */
  readonly now: () => number
  readonly log: CountersLog
}): Counters {
  const { memory, redis, now, log } = dependencies
  let away: { until: number } | undefined

  const inRedis = async (...asked: Parameters<Counters['count']>): Promise<Count | undefined> => {
    if (redis === undefined || (away !== undefined && now() < away.until)) return undefined
    try {
      const count = await redis.count(...asked)
      if (away !== undefined) log.info('rate limits are counted in Redis again')
      away = undefined
      return count
    } catch (error) {
      if (away === undefined) {
        log.warn(
          { err: error },
          'Redis does not answer: until it does, this node counts rate limits for itself',
        )
      }
      away = { until: now() + restMs }
      return undefined
    }
  }

  return {
    count: async (...asked) => (await inRedis(...asked)) ?? memory.count(...asked),
    scope: () => (redis?.isConnected === true && away === undefined ? 'cluster' : 'node'),
  }
}
