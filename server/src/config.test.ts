import { availableParallelism } from 'node:os'
import { describe, expect, test } from 'vitest'
import { parseConfig } from './config.ts'

describe('configuration', () => {
  test('has defaults for everything', () => {
    expect(parseConfig({ PATH: '/bin' })).toEqual({
      ok: true,
      value: {
        runMode: 'ALL',
        port: 8080,
        portIsFixed: false,
        host: '127.0.0.1',
        dataDir: '.braid',
        registration: 'closed',
        rateLimits: true,
        trustedProxies: [],
        workerTags: [],
        applicationsDir: 'applications',
        watchApplications: true,
        allowPrivateEgress: [],
        scripts: {
          isolation: 'auto',
          allowUnconfined: false,
          kubernetes: { namespace: 'braid-runs', images: [] },
          slots: 2 * availableParallelism(),
          bounds: {
            atOnce: 2 * availableParallelism(),
            atOncePerUser: Math.ceil(1.5 * availableParallelism()),
          },
          limits: { memoryBytes: 268_435_456, cpus: 1, outputBytes: 10_485_760 },
        },
        seed: true,
        controlledClock: false,
        logLevel: 'warn',
        applicationSettings: {},
        secrets: [],
      },
    })
  })

  test('reads every setting', () => {
    const parsed = parseConfig({
      BRAID_PORT: '9000',
      BRAID_HOST: '0.0.0.0',
      BRAID_DATA_DIR: '/data',
      BRAID_DATABASE_URL: 'postgres://localhost/braid',
      BRAID_ADMIN_API_KEY: 'a-key-of-sixteen',
      BRAID_REGISTRATION: 'open',
      BRAID_SEED: 'none',
      BRAID_CONTROLLED_CLOCK: 'true',
      BRAID_LOG_LEVEL: 'warn',
      BRAID_WORKER_TAGS: 'gpu, large,,gpu',
      BRAID_RATE_LIMITS: 'off',
      BRAID_REDIS_URL: 'redis://:a-password@redis:6379/1',
      BRAID_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
      RUN_MODE: 'WORKER',
    })
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        runMode: 'WORKER',
        port: 9000,
        portIsFixed: true,
        registration: 'open',
        workerTags: ['gpu', 'large'],
        rateLimits: false,
        redisUrl: 'redis://:a-password@redis:6379/1',
        trustedProxies: ['10.0.0.0/8', '::1'],
        secrets: ['a-key-of-sixteen', 'a-password'],
        applicationsDir: 'applications',
        watchApplications: false,
        allowPrivateEgress: [],
        seed: false,
        controlledClock: true,
        databaseUrl: 'postgres://localhost/braid',
      },
    })
  })

  test('takes an empty value as absent', () => {
    expect(parseConfig({ BRAID_PORT: '' })).toMatchObject({
      ok: true,
      value: { port: 8080, portIsFixed: false },
    })
  })

  test('names the nearest known setting for an unknown one', () => {
    expect(parseConfig({ BRAID_DATABSE_URL: 'postgres://x' })).toEqual({
      ok: false,
      error: ['BRAID_DATABSE_URL is not a setting; did you mean BRAID_DATABASE_URL?'],
    })
  })

  test('takes another database, a free port and a clock of its own for tests', () => {
    const parsed = parseConfig({
      RUN_MODE: 'TEST',
      BRAID_DATABASE_URL: 'postgres://localhost/precious',
      BRAID_TEST_DATABASE_URL: 'postgres://localhost/any',
    })
    const value = { port: 0, portIsFixed: true, seed: false, controlledClock: true }
    expect(parsed).toMatchObject({ ok: true, value: { ...value, databaseUrl: 'postgres://localhost/any' } })
    expect(
      parseConfig({ RUN_MODE: 'TEST', BRAID_DATABASE_URL: 'postgres://localhost/precious' }),
    ).not.toHaveProperty('value.databaseUrl')
  })

  test.each([
    ['BRAID_WORKER_TAGS', 'a b'],
    ['BRAID_PORT', '70000'],
    ['BRAID_PORT', '80a'],
    ['BRAID_CONTROLLED_CLOCK', 'yes'],
    ['BRAID_DATABASE_URL', 'mysql://x'],
    ['BRAID_ADMIN_API_KEY', 'short'],
    ['BRAID_REGISTRATION', 'maybe'],
    ['BRAID_LOG_LEVEL', 'loud'],
    ['BRAID_RATE_LIMITS', 'maybe'],
    ['BRAID_REDIS_URL', 'http://redis'],
    ['BRAID_REDIS_URL', 'redis://host:port'],
    ['BRAID_TRUSTED_PROXIES', 'loopback'],
    ['BRAID_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['RUN_MODE', 'SOME'],
  ])('refuses %s=%s by name', (name, value) => {
    const parsed = parseConfig({ [name]: value })
    expect(parsed.ok).toBe(false)
    if (!parsed.ok) expect(parsed.error.join()).toContain(name)
  })
})
