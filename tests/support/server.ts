/** A whole node for tests: API, execution and a database of its own, on a free port of this machine. */
import type { Config } from '../../server/src/config.ts'
import { type RunningServer, startServer } from '../../server/src/start-server.ts'
import { createTestDatabase } from './database.ts'

export type TestServer = RunningServer & {
  readonly apiKey: string
  /** Further nodes can be started on it. */
  readonly databaseUrl: string
}

const apiKey = 'braid_administrators-test-key'

/** Trying out what confines scripts takes a while, and most tests run none. */
const noScripts: Config['scripts'] = {
  isolation: 'none',
  allowUnconfined: false,
  kubernetes: { namespace: 'braid-runs', images: [] },
  slots: 4,
  bounds: { atOnce: 4, atOncePerUser: 3 },
  limits: { memoryBytes: 256 * 1024 * 1024, cpus: 1, outputBytes: 10 * 1024 * 1024 },
}

/** For tests that run scripts. */
export const withScripts = (changes: Partial<Config['scripts']> = {}): Pick<Config, 'scripts'> => ({
  scripts: { ...noScripts, isolation: 'sandbox', ...changes },
})

/** A node on a database that is there and stays. */
export async function startNode(databaseUrl: string, settings: Partial<Config> = {}): Promise<TestServer> {
  const server = await startServer({
    runMode: 'ALL',
    port: 0,
    portIsFixed: true,
    host: '127.0.0.1',
    dataDir: 'unused',
    databaseUrl,
    adminApiKey: apiKey,
    workerTags: [],
    registration: 'closed',
    // Tests ask more often than people.
    rateLimits: false,
    trustedProxies: [],
    watchApplications: false,
    allowPrivateEgress: [],
    scripts: noScripts,
    seed: false,
    controlledClock: false,
    logLevel: 'error',
    applicationSettings: {},
    secrets: [apiKey],
    ...settings,
  })
  return { ...server, apiKey, databaseUrl }
}

export async function createTestServer(settings: Partial<Config> = {}): Promise<TestServer> {
  const database = await createTestDatabase()
  const server = await startNode(database.url, settings)
  return {
    ...server,
    stop: async () => {
      await server.stop()
      await database.drop()
    },
  }
}
