/** Puts the parts of applications together. */
import { randomInt } from 'node:crypto'
import { type ApplicationHost, createApplicationHost } from './applications/application-host.ts'
import { applicationPort } from './applications/application-port.ts'
import { createEgress } from './applications/egress.ts'
import { egressRule } from './applications/egress-rule.ts'
import type { EndpointDependencies } from './applications/hosted-endpoint.ts'
import { installApplication } from './applications/install-application.ts'
import { createServices } from './applications/services.ts'
import { createTaskCache, type TaskCache } from './applications/task-cache.ts'
import type { TaskOutputPort } from './applications/task-output.ts'
import { createTaskRegistration, type TaskRegistration } from './applications/task-registration.ts'
import type { Config } from './config.ts'
import { type Clock, every } from './execution/clock.ts'
import { compileDag, compileDecisions, compileDefinition } from './execution/compile-definition.ts'
import type { Execution } from './execution/execution.ts'
import type { Applications } from './operations/application/port.ts'
import type { Dependencies, Log } from './operations/dependencies.ts'
import { deployResources } from './operations/deployment/create.ts'
import { createApplicationSchemas } from './store/application-schema.ts'
import type { PostgresStore } from './store/postgres-store.ts'
import { createRecordStore } from './store/record-store.ts'
import { createTaskCacheStore } from './store/task-cache-store.ts'
import { createTaskClassStore } from './store/task-class-store.ts'

export type ApplicationsOptions = {
  readonly config: Config
  readonly store: PostgresStore
  readonly databaseUrl: string
  readonly execution: Execution
  readonly clock: Clock
  readonly wall: Clock
  /** Otherwise they are there for the API alone. */
  readonly doesTasks: boolean
  readonly output: TaskOutputPort
  readonly startRun: EndpointDependencies['startRun']
  readonly log: Log
}

/** Of a node that does no tasks. */
const noTasks: TaskRegistration = { put: async () => undefined, remove: () => undefined }

const sweepMs = 60_000
const sweepSize = 1_000

export type RunningApplications = {
  readonly port: Applications
  /** With what is known of the tasks of applications. */
  readonly compileDag: Dependencies['compileDag']
  stop(): Promise<void>
}

/** Where there is no folder of applications, there are none. Resolves once all that can be loaded is loaded. */
export async function startApplications(options: ApplicationsOptions): Promise<RunningApplications> {
  const { config, store, execution, clock, wall, log } = options
  const rule = egressRule(config.allowPrivateEgress)
  if (!rule.ok) throw new Error(`BRAID_ALLOW_PRIVATE_EGRESS: ${rule.error}`)
  const egress = createEgress({
    rule: rule.value,
    onRefused: (target) => log.warn(target, 'an application was refused a private address'),
  })
  const schemas = createApplicationSchemas(store.database, options.databaseUrl)
  const directory = config.applicationsDir ?? ''
  const records = { store: createRecordStore(store.database), search: store.searchRecords }
  const cached = createTaskCacheStore(store.database)
  const deployer = {
    compile: compileDefinition,
    compileDecisions,
    compileDag: (text: string) => compileDag(text, host.tasks()),
    deploy: store.deploy,
    execution,
  }
  const host: ApplicationHost = createApplicationHost({
    directory,
    wall,
    log,
    settings: config.applicationSettings,
    servicesOf: createServices({
      schemas,
      records,
      fetch: egress.fetch,
      now: clock.now,
    }),
    install: installApplication({ schemas, deploy: (files) => deployResources(deployer, files) }),
    tasks: options.doesTasks ? tasksOf(options, createTaskCache(cached, clock)) : noTasks,
  })
  const sweep = async (): Promise<void> => {
    while (await cached.removeExpired(clock.now(), sweepSize)) {}
  }
  const stopSweeping = every(wall, sweepMs, sweep, (error) =>
    log.warn({ err: error }, 'the cache of tasks could not be swept'),
  )
  if (directory !== '') await host.start()
  if (directory !== '' && config.watchApplications) host.watch()
  return {
    compileDag: deployer.compileDag,
    port: applicationPort({ host, directory, records, now: clock.now, wall, startRun: options.startRun }),
    stop: async () => {
      stopSweeping()
      await host.stop()
      await egress.close()
      await schemas.close()
    },
  }
}

function tasksOf(options: ApplicationsOptions, cache: TaskCache): TaskRegistration {
  const { config, store, execution, wall, output } = options
  return createTaskRegistration({
    execution,
    workerTags: config.workerTags,
    output,
    cache,
    classes: createTaskClassStore(store.database),
    wall,
    random: () => randomInt(1_000_000) / 1_000_000,
  })
}
