/** Rate limits of two nodes that count in one Redis. */
import type { RateLimit } from '@braid/contract/rate-limit.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { call, type LimitedServer, limit, startLimited } from '../support/rate-limits.ts'
import { type RedisServer, redisMissing, startRedisServer } from '../support/redis-server.ts'
import { startNode, type TestServer } from '../support/server.ts'

const target = { pathPrefix: '/topology' }

describe.skipIf(redisMissing)('two nodes with one Redis', () => {
  let redis: RedisServer
  let first: LimitedServer
  let second: TestServer
  beforeAll(async () => {
    redis = await startRedisServer()
    first = await startLimited({ redisUrl: redis.url })
    second = await startNode(first.databaseUrl, { rateLimits: true, redisUrl: redis.url })
  })
  afterAll(async () => {
    await second?.stop()
    await first?.stop()
    await redis?.stop()
  })
  afterEach(() => first.forgetAll())

  const ask = (node: TestServer) => call(node, 'GET', '/api/v1/topology')
  const scopeOf = async (node: TestServer) => (await call(node, 'GET', '/api/v1/rate-limits')).body.scope
  const hasHeard = (node: TestServer, { rateLimitKey }: RateLimit) =>
    vi.waitFor(async () => {
      const { body } = await call(node, 'GET', '/api/v1/rate-limits/usage/admin')
      expect(body.items).toContainEqual(expect.objectContaining({ rateLimitKey }))
    }, 10_000)

  test.each([{ algorithm: 'sliding-window' }, { algorithm: 'token-bucket', burst: 10 }])(
    'of forty requests at once to both, exactly ten pass a $algorithm',
    async (how) => {
      const added = await first.add(limit({ target, limit: 10, windowSeconds: 600, ...how }))
      await hasHeard(second, added)
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, index) => ask(index % 2 === 0 ? first : second)),
      )
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(10)
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(30)
      for (const node of [first, second]) {
        expect((await call(node, 'GET', '/api/v1/rate-limits/usage/admin')).body).toMatchObject({
          scope: 'cluster',
          items: expect.arrayContaining([expect.objectContaining({ name: 'test', used: 10, remaining: 0 })]),
        })
      }
      await first.forgetUsage('admin')
      await vi.waitFor(async () => expect((await ask(second)).status).toBe(200), 10_000)
    },
  )

  test('that goes away, each node counts for itself, and both together again when it is back', async () => {
    await hasHeard(second, await first.add(limit({ target, limit: 2, windowSeconds: 600 })))
    expect((await ask(first)).status).toBe(200)
    await redis.stop()
    for (const node of [first, second]) {
      const statuses = []
      for (let index = 0; index < 3; index += 1) statuses.push((await ask(node)).status)
      expect(statuses).toEqual([200, 200, 429])
      expect(await scopeOf(node)).toBe('node')
    }
    await redis.start()
    for (const node of [first, second]) {
      await vi.waitFor(async () => expect(await scopeOf(node)).toBe('cluster'), {
        timeout: 20_000,
        interval: 200,
      })
    }
    expect((await ask(first)).status).toBe(200)
    expect((await ask(second)).status).toBe(200)
    expect((await ask(first)).status).toBe(429)
  })
})
