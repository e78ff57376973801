/** Puts a node together and takes it apart again: the only place that constructs. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { createApiServer } from './api/server.ts'
import type { TaskOutputPort } from './applications/task-output.ts'
import type { Config } from './config.ts'
import { type Clock, createSystemClock } from './execution/clock.ts'
import { compileDag, compileDecisions, compileDefinition } from './execution/compile-definition.ts'
import { createExecution } from './execution/create-execution.ts'
import { handleDecisionTasks } from './execution/decision-tasks.ts'
import { createDecisions } from './execution/decisions.ts'
import type { Execution } from './execution/execution.ts'
import { createScheduleLoop } from './execution/schedule-loop.ts'
import { createLog } from './log.ts'
import type { Log } from './operations/dependencies.ts'
import { createRunStarter } from './operations/schedule/start-run.ts'
import { createSignInToken } from './operations/session/create-link.ts'
import { handleOrderDesk, orderDeskDeployment, placeSampleOrders } from './samples/order-desk/order-desk.ts'
import { startApplications } from './start-applications.ts'
import { type AccessStore, createAccessStore } from './store/access.ts'
import { createDecisionStore } from './store/decision-store.ts'
import type { DeploymentInput } from './store/deploy.ts'
import { startEmbeddedPostgres } from './store/embedded/embedded-postgres.ts'
import { migrate } from './store/migrate.ts'
import { createPostgresStore, type PostgresStore } from './store/postgres-store.ts'
import { createScriptStore } from './store/script-store.ts'
import { StoreError } from './store/store-error.ts'
import { createUserStore } from './store/user-store.ts'

export type RunningServer = {
  /** Where it listens. */
  readonly url: string
  readonly execution: Execution
  /** An address that signs an administrator in, once. */
  createAdminLink(): Promise<string>
  stop(): Promise<void>
}

const webRoot = fileURLToPath(new URL('../../web/dist', import.meta.url))
const packageFile = new URL('../package.json', import.meta.url)

/** Named so that another node of this host can tell whether it lives. */
const nodeName = (): string => `${hostname()}:${process.pid}`

/** True only when certain: a process of this host that has ended. */
function isDead(name: string): boolean {
  const [host, pid] = name.split(':')
  if (host !== hostname() || pid === undefined || !/^\d+$/.test(pid)) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}

type Step = () => Promise<unknown>

/** Starts a node. What was started is stopped again when a later step fails. */
export async function startServer(config: Config): Promise<RunningServer> {
  const log = createLog(config)
  const undo: Step[] = []
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const databaseUrl = config.databaseUrl ?? (await startDatabase(config.dataDir, undo))
    await migrate(databaseUrl)
    const store = createPostgresStore({ url: databaseUrl, node: nodeName() })
    undo.push(() => store.close())
    const wall = createSystemClock()
    const clock = config.controlledClock ? createSystemClock() : wall
    const onTrouble = (error: unknown): void => log.warn({ err: error }, 'trouble in execution')
    const execution = await createExecution({
      store,
      batches: store,
      clock,
      wall,
      nodeName: nodeName(),
      isDead,
      isPassing: (error) => error instanceof StoreError && error.kind !== 'defect',
      onTrouble,
    })
    const access = createAccessStore(store.database)
    const controlled = config.controlledClock ? { controlledClock: clockOf(clock) } : {}
    const decisions = createDecisions({ store: createDecisionStore(store.database), clock })
    const starter = createRunStarter({ execution, findDefinition: store.findDefinition, reads: store.reads })
    const scheduleLoop = createScheduleLoop({ store, clock, wall, start: starter, onTrouble })
    const app = await createApiServer({
      execution,
      ...ofStore(store),
      schedules: { ...store, changed: scheduleLoop.wake },
      compile: compileDefinition,
      compileDecisions,
      compileDag: (text) => compileDag(text),
      decisions,
      access,
      users: createUserStore(store.database),
      scripts: createScriptStore(store.database),
      now: wall.now,
      ...controlled,
      config,
      log,
      version: await readVersion(),
      ...(existsSync(webRoot) ? { webRoot } : {}),
    })
    undo.push(() => app.close())
    const { applicationsDir } = config
    if (applicationsDir !== undefined) {
      const applications = await startApplications({
        ...{ config: { ...config, applicationsDir }, store, databaseUrl, execution, clock, wall, log },
        output: loggedOutput(log),
      })
      undo.push(() => applications.stop())
    }
    handleDecisionTasks(execution, decisions)
    handleOrderDesk(execution, clock)
    await execution.start()
    undo.push(() => execution.stop())
    scheduleLoop.wake()
    undo.push(() => scheduleLoop.stop())
    const notices = await store.listen(execution.heardOf)
    undo.push(() => notices.close())
    if (config.seed) await seed(store, execution, clock)
    const url = await listen(app, config)
    return { url, execution, createAdminLink: () => createAdminLink(url, access, wall.now()), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const doesAnswer = (store: PostgresStore): Promise<boolean> =>
  store.nodes().then(
    () => true,
    () => false,
  )

/** What operations ask of the store itself. */
const ofStore = (store: PostgresStore) => ({
  reads: store.reads,
  history: store.history,
  extendLeases: store.extendLeases,
  findDefinition: store.findDefinition,
  nodes: store.nodes,
  isReady: () => doesAnswer(store),
  deploy: (deployment: DeploymentInput) => store.deploy(deployment),
  createBatch: store.createBatch,
  controlBatch: store.controlBatch,
  deleteInstance: store.deleteInstance,
  deleteResource: store.deleteResource,
  conditionalDefinitions: store.conditionalDefinitions,
})

async function startDatabase(dataDir: string, undo: Step[]): Promise<string> {
  const postgres = await startEmbeddedPostgres({ dataDir })
  undo.push(() => postgres.stop())
  return postgres.url
}

const loggedOutput = (log: Log): TaskOutputPort => ({
  report: ({ key }, attempt, entry) => log.debug({ job: key, attempt, ...entry }, 'a task said'),
  cached: ({ key }, attempt) => log.debug({ job: key, attempt }, 'a task was answered from the cache'),
})

const clockOf = (clock: ReturnType<typeof createSystemClock>) => ({
  pin: (time: number) => clock.pin(time),
  reset: () => clock.reset(),
})

/** The sample comes with an empty installation only: whoever removed it doesn't want it back. */
async function seed(store: PostgresStore, execution: Execution, clock: Clock): Promise<void> {
  const { processDefinitions } = await store.reads.getOverview(clock.now())
  if (processDefinitions > 0) return
  const deployed = await store.deploy(await orderDeskDeployment(clock.now()))
  execution.definitionsChanged()
  const [process] = deployed.processes
  if (process !== undefined) await placeSampleOrders(execution, process.processDefinitionKey)
}

async function listen(app: FastifyInstance, { host, port, portIsFixed }: Config): Promise<string> {
  for (let candidate = port; ; candidate += 1) {
    try {
      return await app.listen({ host, port: candidate })
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
      if (!taken) throw error
      if (portIsFixed)
        throw new Error(`port ${port} is taken: set BRAID_PORT to another one, or leave it out`)
      if (candidate >= port + 100)
        throw new Error(`the ports ${port} to ${candidate} are taken: set BRAID_PORT`)
    }
  }
}

const createAdminLink = async (url: string, access: AccessStore, now: number): Promise<string> =>
  `${url}/sign-in#token=${await createSignInToken(access, now)}`

async function readVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(packageFile, 'utf8')) as { version: string }
  return version
}
