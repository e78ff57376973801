/** Puts a node together and takes it apart again: the only place that constructs. */
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import { createHealthServer } from './api/health.ts'
import { type ApiDependencies, createApiServer } from './api/server.ts'
import { runStarter } from './applications/run-starter.ts'
import type { TaskOutputPort } from './applications/task-output.ts'
import type { Config, RunMode } from './config.ts'
import { type Clock, createSystemClock } from './execution/clock.ts'
import { compileDecisions, compileDefinition } from './execution/compile-definition.ts'
import { createExecution } from './execution/create-execution.ts'
import { createDagRuns, type DagRunsDependencies } from './execution/dag-runs.ts'
import { handleDecisionTasks } from './execution/decision-tasks.ts'
import { createDecisions } from './execution/decisions.ts'
import type { Execution } from './execution/execution.ts'
import { createScheduleLoop } from './execution/schedule-loop.ts'
import { createScriptRuns } from './execution/script-runs.ts'
import {
  createVirtualTime,
  type VirtualTime,
  type VirtualTimeDependencies,
} from './execution/virtual-time.ts'
import { createWorkerRegistry } from './execution/worker-registry.ts'
import { listen } from './listen.ts'
import { createLog } from './log.ts'
import { isDead, nodeName } from './node-name.ts'
import type { ControlledClock } from './operations/dependencies.ts'
import { createRunStarter } from './operations/schedule/start-run.ts'
import { newApiKey } from './operations/secret.ts'
import { createSignInToken } from './operations/session/create-link.ts'
import { createNodeRateLimits } from './rate-limits/node-rate-limits.ts'
import { handleOrderDesk, orderDeskDeployment, placeSampleOrders } from './samples/order-desk/order-desk.ts'
import { deployExecution } from './scripts/deploy-execution.ts'
import { type RunningApplications, startApplications } from './start-applications.ts'
import { createScripts } from './start-scripts.ts'
import { type AccessStore, createAccessStore } from './store/access.ts'
import { type Activity, createActivity } from './store/activity.ts'
import { createDecisionStore } from './store/decision-store.ts'
import type { DeploymentInput } from './store/deploy.ts'
import { startEmbeddedPostgres } from './store/embedded/embedded-postgres.ts'
import { migrate } from './store/migrate.ts'
import { createPostgresStore, type PostgresStore } from './store/postgres-store.ts'
import { createRateLimitStore } from './store/rate-limit-store.ts'
import { createScriptRunStore } from './store/script-run-store.ts'
import { createScriptStore } from './store/script-store.ts'
import { StoreError } from './store/store-error.ts'
import { createThrowAwayDatabase } from './store/throw-away-database.ts'
import { createUserStore } from './store/user-store.ts'
import { createWorkerStore } from './store/worker-store.ts'

export type RunningServer = {
  /** Where it listens. */
  readonly url: string
  readonly execution: Execution
  /** With `RUN_MODE=TEST`. */
  readonly testing?: Testing
  /** An address that signs an administrator in, once. */
  createAdminLink(): Promise<string>
  stop(): Promise<void>
}

export type Testing = {
  readonly time: VirtualTime
  readonly adminApiKey: string
  /** Begins a run of a DAG with its input, or an instance of a process with its variables. */
  start(id: string, input: JsonObject): Promise<Key>
}

const webRoot = fileURLToPath(new URL('../../web/dist', import.meta.url))
/** Tests see the same times in each run. */
const testsBeginAt = Date.parse('2026-01-01T00:00:00Z')
const packageFile = new URL('../package.json', import.meta.url)

/** What each run mode does beside keeping its part of the engine. */
const duties: Readonly<Record<RunMode, { readonly serves: boolean; readonly works: boolean }>> = {
  ALL: { serves: true, works: true },
  API: { serves: true, works: false },
  WORKER: { serves: false, works: true },
  TEST: { serves: true, works: true },
}

type Step = () => Promise<unknown>

/** Starts a node. What was started is stopped again when a later step fails. */
export async function startServer(config: Config): Promise<RunningServer> {
  const undo: Step[] = []
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const node = await createNode(config, undo)
    const { url } = await startNode(node, undo)
    const { execution, access, wall, testing } = node
    return {
      url,
      execution,
      ...(testing === undefined ? {} : { testing }),
      createAdminLink: () => createAdminLink(url, access, wall.now()),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

type Node = Awaited<ReturnType<typeof createNode>>

/** The parts of a node, none of which does anything yet. */
async function createNode(given: Config, undo: Step[]) {
  const config = given.runMode === 'TEST' ? { adminApiKey: newApiKey(), ...given } : given
  const log = createLog(config)
  const duty = duties[config.runMode]
  const databaseUrl = await provideDatabase(config, undo)
  const activity = createActivity()
  const node = randomUUID()
  const store = createPostgresStore({
    url: databaseUrl,
    node,
    tellTimers: !duty.works,
    activity,
  })
  undo.push(() => store.close())
  const wall = createSystemClock()
  const clock = config.controlledClock ? createSystemClock() : wall
  const onTrouble = (error: unknown): void => log.warn({ err: error }, 'trouble in execution')
  const execution = await createExecution({
    store,
    batches: store,
    output: store,
    clock,
    wall,
    nodeName: nodeName(),
    mode: config.runMode,
    tags: config.workerTags,
    isDead,
    isPassing: (error) => error instanceof StoreError && error.kind !== 'defect',
    onTrouble,
  })
  const rateLimitStore = createRateLimitStore(store.database, node)
  const { start, ...runs } = runsOf(config, { store, execution, clock: wall, onTrouble })
  return {
    ...{ config, log, duty, databaseUrl, store, wall, clock, execution },
    ...(config.runMode === 'TEST' && {
      testing: testingOf(config, { clock, wall, execution, store, activity }),
    }),
    schedules: createScheduleLoop({ store, clock, wall, start, onTrouble }),
    ...runs,
    rateLimitStore,
    rateLimits: await createNodeRateLimits({
      store: rateLimitStore,
      active: config.rateLimits && duty.serves,
      redisUrl: config.redisUrl,
      clock: wall,
      monotonicNow: () => performance.now(),
      log,
      onTrouble,
    }),
    access: createAccessStore(store.database),
    decisions: createDecisions({ store: createDecisionStore(store.database), clock }),
    workers: createWorkerRegistry({ store: createWorkerStore(store.database), clock, wall, onTrouble }),
  }
}

/** What waits in lines, and what puts runs there by the clock. */
function runsOf(
  config: Config,
  {
    store,
    ...parts
  }: Omit<DagRunsDependencies, 'store' | 'execution'> & {
    readonly store: PostgresStore
    readonly execution: Execution
  },
) {
  const dagRuns = createDagRuns({ ...parts, store: store.dagRuns })
  const scriptRunStore = createScriptRunStore(store.database)
  const scriptRuns = createScriptRuns({
    ...parts,
    store: scriptRunStore,
    dagRuns,
    bounds: config.scripts.bounds,
  })
  const scripts = createScriptStore(store.database)
  const { findDefinition, reads } = store
  const { execution } = parts
  const start = createRunStarter({ execution, findDefinition, reads, dagRuns, scriptRuns, scripts })
  return { dagRuns, scripts, scriptRuns, scriptRunStore, start }
}

/** Starts the parts, in the order in which they need each other. */
async function startNode(node: Node, undo: Step[]): Promise<{ readonly url: string }> {
  const { config, duty, store, clock, execution, decisions, workers, schedules, dagRuns, rateLimits } = node
  // Applications bring definitions of their own.
  const isEmpty = config.seed && duty.serves && (await hasNothing(store, clock))
  const applications = await loadApplications(node, undo)
  const dependencies = await apiDependencies(node, applications)
  const { facts } = execution
  const app = duty.serves
    ? await createApiServer(dependencies)
    : createHealthServer({ ...dependencies, facts })
  undo.push(() => app.close())
  handleDecisionTasks(execution, decisions)
  if (duty.works) handleOrderDesk(execution, clock)
  await deployExecution(node.scriptRunStore, store.deploy, clock.now())
  const scripts = createScripts({ ...node, store: node.scriptRunStore, nodes: store.nodes })
  undo.push(scripts.stop)
  await execution.start()
  undo.push(() => execution.stop())
  if (duty.works) scripts.start()
  workers.start()
  undo.push(async () => workers.stop())
  undo.push(dagRuns.begin())
  const stopSweeping = node.scriptRuns.begin()
  undo.push(async () => stopSweeping())
  if (duty.works) {
    execution.onDefinitions(schedules.wake)
    schedules.wake()
  }
  undo.push(() => schedules.stop())
  undo.push(async () => rateLimits.stop())
  if (duty.serves) await rateLimits.start()
  const notices = await store.listen((notice) => {
    execution.heardOf(notice)
    if (notice.rateLimits) rateLimits.heardOfChange()
  })
  undo.push(() => notices.close())
  if (isEmpty) await seed(store, execution, clock)
  return { url: await listen(app, config) }
}

async function loadApplications(node: Node, undo: Step[]): Promise<RunningApplications> {
  const { duty, execution, dagRuns } = node
  const applications = await startApplications({
    ...node,
    doesTasks: duty.works,
    output: outputOf(execution),
    startRun: runStarter(dagRuns),
  })
  undo.push(() => applications.stop())
  return applications
}

async function apiDependencies(
  node: Node,
  { port, compileDag }: RunningApplications,
): Promise<ApiDependencies> {
  const { config, log, duty, store, wall, execution, access, decisions, workers, schedules, dagRuns } = node
  const controlledClock = controlledClockOf(node)
  return {
    execution,
    dagRuns,
    scriptRuns: node.scriptRuns,
    ...ofStore(store),
    // Nodes that work look at them again and again.
    schedules: { ...store, changed: duty.works ? schedules.wake : () => undefined },
    workers,
    compile: compileDefinition,
    compileDecisions,
    compileDag,
    applications: port,
    decisions,
    access,
    users: createUserStore(store.database),
    scripts: node.scripts,
    rateLimits: node.rateLimits,
    rateLimitStore: node.rateLimitStore,
    now: wall.now,
    ...(controlledClock === undefined ? {} : { controlledClock }),
    config,
    log,
    version: await readVersion(),
    ...(existsSync(webRoot) ? { webRoot } : {}),
  }
}

/** What operations ask of the store itself. */
const ofStore = (store: PostgresStore) => ({
  reads: store.reads,
  history: store.history,
  extendLeases: store.extendLeases,
  touchJobs: store.touchJobs,
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

const doesAnswer = (store: PostgresStore): Promise<boolean> =>
  store.nodes().then(
    () => true,
    () => false,
  )

/** What tasks of applications say goes where that of other workers goes. */
const outputOf = (execution: Execution): TaskOutputPort => ({
  report: (job, _, entry) => execution.report(job, [entry]),
  cached: (job) =>
    execution.report(job, [
      { kind: 'log', level: 'info', message: 'the result was in the cache: nothing ran' },
    ]),
})

async function provideDatabase(config: Config, undo: Step[]): Promise<string> {
  if (config.runMode === 'TEST') {
    const database = await createThrowAwayDatabase(config.databaseUrl)
    undo.push(() => database.drop())
    return database.url
  }
  const url = config.databaseUrl ?? (await startDatabase(config.dataDir, undo))
  await migrate(url)
  return url
}

async function startDatabase(dataDir: string, undo: Step[]): Promise<string> {
  const postgres = await startEmbeddedPostgres({ dataDir })
  undo.push(() => postgres.stop())
  return postgres.url
}

type TestParts = Pick<VirtualTimeDependencies, 'clock'> & {
  readonly execution: Execution
  readonly store: PostgresStore
  readonly wall: Clock
  readonly activity: Activity
}

/** The clock stands still from the start, so that tests see the same times in each run. */
function testingOf({ adminApiKey = '' }: Config, parts: TestParts): Testing {
  const { clock, wall, execution, store, activity } = parts
  clock.pin(testsBeginAt)
  return {
    time: createVirtualTime({ clock, execution, busy: () => activity.busy, now: wall.now }),
    adminApiKey,
    start: async (processId, input) => {
      const definitionKey = await store.findDefinition({ processId, binding: 'latest' })
      if (definitionKey === undefined) throw new Error(`there is no DAG or process ${processId}`)
      // Of a DAG, the input is one variable.
      const isDag = (await store.loadDefinition(definitionKey))?.language === 'dag'
      const variables = isDag ? { input } : input
      const started = await execution.createInstance({ definitionKey, variables })
      if (!started.ok) throw new Error(started.error.message)
      return started.value.instanceKey
    },
  }
}

/** What moves the clock: in tests, from one time when something is due to the next. */
function controlledClockOf({ config, clock, testing }: Node): ControlledClock | undefined {
  if (testing !== undefined) return { pin: (at) => testing.time.moveTo(at), reset: () => clock.reset() }
  return config.controlledClock ? { pin: (at) => clock.pin(at), reset: () => clock.reset() } : undefined
}

const hasNothing = async (store: PostgresStore, clock: Clock): Promise<boolean> =>
  (await store.reads.getOverview(clock.now())).processDefinitions === 0

/** The sample comes with an empty installation only: whoever removed it doesn't want it back. */
async function seed(store: PostgresStore, execution: Execution, clock: Clock): Promise<void> {
  const deployed = await store.deploy(await orderDeskDeployment(clock.now()))
  execution.definitionsChanged()
  const [process] = deployed.processes
  if (process !== undefined) await placeSampleOrders(execution, process.processDefinitionKey)
}

const createAdminLink = async (url: string, access: AccessStore, now: number): Promise<string> =>
  `${url}/sign-in#token=${await createSignInToken(access, now)}`

async function readVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(packageFile, 'utf8')) as { version: string }
  return version
}
