/** Counts in Redis, for all nodes together. */
import { createClient } from '@redis/client'
import { RateLimiterRedis, RateLimiterRes, RLWrapperTimeouts } from 'rate-limiter-flexible'
import type { Allowance, Count } from './count.ts'
import { scriptOf } from './redis-scripts.ts'

export type RedisCounters = {
  readonly isConnected: boolean
  /** Rejects when Redis does not answer in time, or with an error. */
  count(key: string, allowance: Allowance, counts: boolean): Promise<Count>
  close(): void
}

const keyPrefix = 'braid:rate-limit'
/** A request waits no longer for being counted. */
const answerMs = 250
const connectMs = 2_000
const longestPauseMs = 5_000
/** Of what is limited differently; more are made anew. */
const maxLimiters = 1_000

/** Tries to connect until it is closed; waits for the first try, so that a node that starts counts there at once. */
export async function connectRedis(url: string): Promise<RedisCounters> {
  const client = createClient({
    url,
    // What waits for a connection would be counted late; it is counted elsewhere instead.
    disableOfflineQueue: true,
    pingInterval: longestPauseMs,
    socket: {
      connectTimeout: connectMs,
      reconnectStrategy: (tries) => Math.min(longestPauseMs, 100 * 2 ** Math.min(tries, 10)),
    },
  })
  const tried = new Promise<void>((resolve) => {
    client.on('ready', resolve)
    client.on('error', () => resolve())
  })
  // Rejects when it is closed before it ever connected.
  client.connect().catch(() => undefined)
  await tried
  const limiterOf = createLimiters(client)
  return {
    get isConnected() {
      return client.isReady
    },
    async count(key, allowance, counts) {
      // The library counts in fixed windows: its own script is replaced, the rest of it is what we need.
      const options = { customDuration: Math.ceil(allowance.seconds) + 1 }
      const limiter = limiterOf(allowance)
      try {
        const counted = await (counts
          ? limiter.consume(key, 1, options)
          : // Nothing more is counted by a penalty of nothing.
            limiter.penalty(key, 0, options))
        return countOf(counted, allowance)
      } catch (error) {
        if (error instanceof RateLimiterRes) return { ...countOf(error, allowance), allowed: false }
        throw error
      }
    },
    close: () => client.destroy(),
  }
}

const countOf = ({ consumedPoints, msBeforeNext }: RateLimiterRes, { size }: Allowance): Count => ({
  allowed: true,
  used: Math.min(consumedPoints, size),
  resetMs: msBeforeNext,
})

function createLimiters(client: unknown): (allowance: Allowance) => RLWrapperTimeouts {
  const limiters = new Map<string, RLWrapperTimeouts>()
  return (allowance) => {
    const { algorithm, size, seconds } = allowance
    const name = `${algorithm}:${size}:${seconds}`
    const known = limiters.get(name)
    if (known !== undefined) return known
    const limiter = new RateLimiterRedis({
      storeClient: client,
      useRedisPackage: true,
      rejectIfRedisNotReady: true,
      keyPrefix,
      points: size,
      duration: seconds,
      customIncrTtlLuaScript: scriptOf(allowance),
    })
    const patient = new RLWrapperTimeouts({ limiter, timeoutMs: answerMs })
    if (limiters.size >= maxLimiters) limiters.clear()
    limiters.set(name, patient)
    return patient
  }
}
