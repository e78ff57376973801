/**
 * A server for the tests of applications: `RUN_MODE=TEST` in this process, with the applications of a folder, a database of its
 * own and a clock that stands still until it is told to move.
 */
import { type Client, createClient } from '@braid/contract/client.ts'
import { addDuration, parseDuration } from '@braid/core/base/duration.ts'
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'
import { formatKey, type Key } from '@braid/core/base/key.ts'
import { testConfig } from './config.ts'
import type { InstanceSummary } from './execution/execution.ts'
import { type RunningServer, startServer, type Testing } from './start-server.ts'

export type ApplicationTest = {
  readonly url: string
  readonly adminApiKey: string
  /** Every operation of the API, as an administrator. */
  readonly client: Client
  /** Milliseconds since 1970, as timers and tasks see it. */
  now(): Instant
  /**
   * Moves the clock by an ISO 8601 duration, from one time when something is due to the next. Resolves when all that
   * follows has happened.
   */
  advance(duration: string): Promise<void>
  /** Begins a run of a DAG (`<application>/<dag>`), or an instance of a process with the input as its variables. */
  startRun(id: string, input?: JsonObject): Promise<TestRun>
  stop(): Promise<void>
}

export type TestRun = {
  readonly key: string
  /** Resolves at the run's end. Throws what stands in the way when it can't end without somebody, or more time. */
  end(): Promise<EndedRun>
}

export type EndedRun = {
  readonly status: 'completed' | 'terminated'
  /** What the run of a DAG gives. */
  readonly output: JsonValue | undefined
  /** All variables: of a DAG, what each node gave by its id. */
  readonly variables: JsonObject
}

export type ApplicationTestOptions = {
  /** Folder of the folders of applications. */
  readonly applicationsDir: string
  /** By their names: `BRAID_APP_<APPLICATION>_<FIELD>` and others. */
  readonly settings?: Readonly<Record<string, string>>
}

/** Real time that a run's handlers may take at rest. */
const patienceMs = 10_000
const lookMs = 100

export async function startApplicationTest(options: ApplicationTestOptions): Promise<ApplicationTest> {
  const config = testConfig({
    BRAID_APPLICATIONS_DIR: options.applicationsDir,
    BRAID_WATCH_APPLICATIONS: 'false',
    ...options.settings,
  })
  if (!config.ok) throw new Error(config.error.join('\n'))
  const server = await startServer(config.value)
  const { testing } = server
  if (testing === undefined) throw new Error('expected a server in RUN_MODE=TEST')
  return testOf(server, testing)
}

function testOf(server: RunningServer, { time, adminApiKey, start }: Testing): ApplicationTest {
  const { url, execution } = server
  /** Gives up when nobody is at work any more. */
  const endOf = async (key: Key): Promise<InstanceSummary | undefined> => {
    for (let waitedMs = 0; ; waitedMs += lookMs) {
      const ended = await execution.awaitEnd(key, lookMs)
      const isOver = execution.facts().running === 0 || waitedMs >= patienceMs
      if (ended !== undefined || isOver) return ended
    }
  }
  const client = createClient({ baseUrl: `${url}/api/v1`, apiKey: adminApiKey })
  return {
    url,
    adminApiKey,
    client,
    now: time.now,
    advance: async (duration) => time.moveTo(after(time.now(), duration)),
    startRun: async (id, input = {}) => {
      const key = await start(id, input)
      return {
        key: formatKey(key),
        end: async () => {
          await time.rest()
          await refuseIncidents(client, formatKey(key))
          const ended = await endOf(key)
          if (ended === undefined || ended.status === 'active') throw await waiting(client, formatKey(key))
          const { status, variables: all } = ended
          return { status, output: all.output, variables: all }
        },
      }
    },
    stop: server.stop,
  }
}

function after(now: Instant, text: string): Instant {
  const duration = parseDuration(text)
  const end = duration.ok ? addDuration(now, duration.value) : undefined
  if (end === undefined || end < now)
    throw new Error(`expected an ISO 8601 duration such as PT1H, got ${text}`)
  return end
}

async function refuseIncidents(client: Client, processInstanceKey: string): Promise<void> {
  const { items } = await client.searchIncidents({
    body: { filter: { processInstanceKey, state: 'ACTIVE' } },
  })
  if (items.length === 0) return
  const reasons = items.map(({ elementId, errorMessage }) => `${elementId}: ${errorMessage}`)
  throw new Error(`run ${processInstanceKey} can't go on:\n${reasons.join('\n')}`)
}

async function waiting(client: Client, processInstanceKey: string): Promise<Error> {
  await refuseIncidents(client, processInstanceKey)
  const { items } = await client.searchElementInstances({
    body: { filter: { processInstanceKey, state: 'ACTIVE' } },
  })
  const places = items.filter(({ type }) => type !== 'PROCESS').map(({ elementId }) => elementId)
  return new Error(
    `run ${processInstanceKey} waits at ${places.join(', ')}: advance the clock, or do what it waits for`,
  )
}
