import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type RedisServer, redisMissing, startRedisServer } from '../../../tests/support/redis-server.ts'
import type { Allowance } from './count.ts'
import { createCounters } from './counters.ts'
import { createMemoryCounters } from './memory-counters.ts'
import { connectRedis, type RedisCounters } from './redis-counters.ts'

const window: Allowance = { algorithm: 'sliding-window', size: 20, seconds: 60 }
const bucket: Allowance = { algorithm: 'token-bucket', size: 20, seconds: 60 }

describe.skipIf(redisMissing)('counting in Redis', () => {
  let redis: RedisServer
  let counters: RedisCounters
  let others: RedisCounters
  beforeAll(async () => {
    redis = await startRedisServer()
    counters = await connectRedis(redis.url)
    others = await connectRedis(redis.url)
  })
  afterAll(async () => {
    counters?.close()
    others?.close()
    await redis?.stop()
  })

  test.each([window, bucket])(
    'of many at once from two nodes, exactly the size of a $algorithm pass',
    async (allowance) => {
      const key = `race-${allowance.algorithm}`
      const all = await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          (index % 2 === 0 ? counters : others).count(key, allowance, true),
        ),
      )
      expect(all.filter(({ allowed }) => allowed)).toHaveLength(20)
      expect(await others.count(key, allowance, true)).toMatchObject({ allowed: false, used: 20 })
    },
  )

  test.each([
    { ...window, size: 3, seconds: 1 },
    { ...bucket, size: 3, seconds: 1 },
    // Full again in less than a second.
    { ...bucket, size: 3, seconds: 0.3 },
  ])(
    'a $algorithm of $size in $seconds s lets that many pass, and again when it says so',
    async (allowance) => {
      const key = `size-${allowance.algorithm}-${allowance.seconds}`
      const take = () => counters.count(key, allowance, true)
      for (const used of [1, 2, 3]) expect(await take()).toMatchObject({ allowed: true, used })
      const refused = await take()
      expect(refused).toMatchObject({ allowed: false, used: 3 })
      expect(refused.resetMs).toBeGreaterThan(0)
      expect(refused.resetMs).toBeLessThanOrEqual(allowance.seconds * 1_000)
      await new Promise((resolve) => setTimeout(resolve, refused.resetMs))
      expect(await take()).toMatchObject({ allowed: true })
    },
  )

  test('a window that was made smaller waits until there is room again', async () => {
    const take = (size: number) => counters.count('smaller', { ...window, size, seconds: 30 }, true)
    for (const size of [3, 3, 3]) await take(size)
    expect(await take(1)).toMatchObject({ allowed: false, used: 1 })
    expect(await take(4)).toMatchObject({ allowed: true, used: 4 })
  })

  test.each([window, bucket])('looking at a $algorithm counts nothing', async (allowance) => {
    const key = `look-${allowance.algorithm}`
    expect(await counters.count(key, allowance, false)).toMatchObject({ used: 0, resetMs: 0 })
    await counters.count(key, allowance, true)
    expect(await counters.count(key, allowance, false)).toMatchObject({ used: 1 })
    expect(await counters.count(key, allowance, true)).toMatchObject({ used: 2 })
  })
})

describe.skipIf(redisMissing)('without Redis for a while', () => {
  test.each(['stopped', 'hanging'] as const)(
    'when it is %s, this node counts, says so once, and goes back',
    async (how) => {
      const redis = await startRedisServer()
      const connected = await connectRedis(redis.url)
      const log = { info: vi.fn(), warn: vi.fn() }
      const now = () => performance.now()
      const counters = createCounters({ memory: createMemoryCounters(now), redis: connected, now, log })
      const three: Allowance = { algorithm: 'sliding-window', size: 3, seconds: 60 }
      const take = () => counters.count('k', three, true)
      try {
        expect(await take()).toMatchObject({ allowed: true, used: 1 })
        expect(counters.scope()).toBe('cluster')
        if (how === 'stopped') await redis.stop()
        else redis.pause()
        for (const used of [1, 2, 3]) expect(await take()).toMatchObject({ allowed: true, used })
        expect(await take()).toMatchObject({ allowed: false })
        expect(counters.scope()).toBe('node')
        expect(log.warn).toHaveBeenCalledTimes(1)
        if (how === 'stopped') await redis.start()
        else redis.resume()
        await vi.waitFor(
          async () => {
            await counters.count('other', three, false)
            expect(counters.scope()).toBe('cluster')
          },
          { timeout: 20_000, interval: 100 },
        )
        expect(log.info).toHaveBeenCalledTimes(1)
        expect(await take()).toMatchObject({ allowed: true })
      } finally {
        connected.close()
        await redis.stop()
      }
    },
  )

  test('that is not there at the start, a node starts all the same', async () => {
    const connected = await connectRedis('redis://127.0.0.1:1')
    expect(connected.isConnected).toBe(false)
    await expect(connected.count('k', window, true)).rejects.toThrow()
    connected.close()
  })
})
