/** Puts the rate limits of a node together. */
import { type CountersLog, createCounters } from './counters.ts'
import { createMemoryCounters } from './memory-counters.ts'
import { createRateLimits, type RateLimitsDependencies, type RunningRateLimits } from './rate-limits.ts'
import { connectRedis } from './redis-counters.ts'

type Options = Omit<RateLimitsDependencies, 'counters'> & {
  /** Absent: this node counts for itself. */
  readonly redisUrl: string | undefined
  /** Milliseconds of a clock that nobody sets back. */
  readonly monotonicNow: () => number
  readonly log: CountersLog
}

export async function createNodeRateLimits({
  redisUrl,
  monotonicNow: now,
  log,
  ...rest
}: Options): Promise<RunningRateLimits> {
  const redis = redisUrl === undefined || !rest.active ? undefined : await connectRedis(redisUrl)
  const counters = createCounters({ memory: createMemoryCounters(now), redis, now, log })
  const rateLimits = createRateLimits({ ...rest, counters })
  return {
    ...rateLimits,
    stop: () => {
      rateLimits.stop()
      redis?.close()
    },
  }
}
