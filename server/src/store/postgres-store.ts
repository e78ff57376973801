/** Composes the PostgreSQL store; the statements are in the files it imports. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Activity } from './activity.ts'
import type { BatchStore } from './batch-port.ts'
import {
  type BatchControl,
  claimBatchItems,
  controlBatch,
  createBatch,
  type NewBatch,
  settleBatchItems,
} from './batch-store.ts'
import { createCommit } from './commit/commit.ts'
import type { DagRunStore } from './dag-run-port.ts'
import { createDagRunStore } from './dag-run-store.ts'
import { type ConnectionState, type Database, openEngineDatabase, openSearchDatabase } from './database.ts'
import { conditionalDefinitions, findDefinition, loadDefinition } from './definition-store.ts'
import { deleteInstance } from './deletion-store.ts'
import { type DeploymentInput, deploy, type StoredDeployment } from './deploy.ts'
import { heldInstances, history, loadInstances } from './instance-store.ts'
import { claimJobs, extendLeases, findJobOwners } from './job-store.ts'
import { allocateKeys } from './key-sequence.ts'
import { expireMessages, match, publish, takersOf } from './message-store.ts'
import { heartbeat, nodes, removeNode } from './node-store.ts'
import { listen, type Notice, type Notifications, notifyDefinitions } from './notifications.ts'
import { pendingOutbox, removeOutbox } from './outbox-store.ts'
import type { ExecutionStore } from './port.ts'
import { deleteResource, type ResourceDeletion, removeDeletedDefinitions } from './resource-store.ts'
import type { ScheduleStore } from './schedule-port.ts'
import {
  addBackfill,
  advanceSchedules,
  nextScheduled,
  returnRuns,
  settleRuns,
  takeRuns,
  timesWithoutRun,
} from './schedule-runs.ts'
import { changeSchedule, createSchedule, deleteSchedule, findSchedule } from './schedule-store.ts'
import { createReads, type PostgresReads } from './search/reads.ts'
import { searchRecords } from './search/records.ts'
import type { TaskOutputStore } from './task-output-port.ts'
import { addOutput, touchJobs } from './task-output-store.ts'
import { claimTimers, moveStartTimer, nextTimer, removeStartTimer } from './timer-store.ts'

export type PostgresStoreOptions = {
  readonly url: string
  /** Signs the notices to other nodes; different for each node. */
  readonly node: string
  /** Other nodes fire the timers that this one arms, and are told of them. */
  readonly tellTimers?: boolean
  /** Learns of the engine's statements. */
  readonly activity?: Activity
  /** Connections of the engine; searches have half as many of their own. */
  readonly poolSize?: number
}

type SearchOfRecords = Parameters<typeof searchRecords> extends [unknown, ...infer Rest] ? Rest : never

export type PostgresStore = ExecutionStore &
  BatchStore &
  TaskOutputStore &
  ScheduleStore & {
    /** Of the engine's connections. */
    readonly state: ConnectionState
    readonly dagRuns: DagRunStore
    /** For tables beside the engine's. */
    readonly database: Database
    /** On connections of their own, which a long search may hold. */
    readonly reads: PostgresReads
    searchRecords(...of: SearchOfRecords): ReturnType<typeof searchRecords>
    deploy(input: DeploymentInput): Promise<StoredDeployment>
    /** Latest versions with conditional start events. */
    conditionalDefinitions(): Promise<readonly Key[]>
    deleteResource(request: Parameters<typeof deleteResource>[1]): Promise<ResourceDeletion>
    /** Stores it with all its items; their number, or undefined when there are too many. */
    createBatch(batch: NewBatch): Promise<number | undefined>
    controlBatch(key: Key, control: BatchControl, now: Instant): Promise<boolean>
    /** Notices of other nodes, until closed. */
    listen(onNotice: (notice: Notice) => void): Promise<Notifications>
    close(): Promise<void>
  }

const defaultPoolSize = 8

function executionStore(
  database: Database,
  { node, tellTimers = false }: PostgresStoreOptions,
): ExecutionStore {
  return {
    commit: createCommit(database, node, { tellTimers }),
    loadInstances: (keys) => loadInstances(database, keys),
    loadDefinition: (key) => loadDefinition(database, key),
    findDefinition: (query) => findDefinition(database, query),
    allocateKeys: (count) => allocateKeys(database, count),
    claimJobs: (request) => claimJobs(database, request),
    extendLeases: (leases) => extendLeases(database, leases),
    findJobOwners: (jobKeys) => findJobOwners(database, jobKeys),
    claimTimers: (request) => claimTimers(database, request),
    nextTimer: () => nextTimer(database),
    rescheduleStartTimer: (key, next) =>
      next === null ? removeStartTimer(database, key) : moveStartTimer(database, key, next),
    publish: (message) => publish(database, message),
    match: (request) => match(database, request),
    takersOf: (source) => takersOf(database, source),
    expireMessages: (now) => expireMessages(database, now),
    pendingOutbox: (request) => pendingOutbox(database, request),
    removeOutbox: (keys) => removeOutbox(database, keys),
    heartbeat: (request) => heartbeat(database, request),
    nodes: () => nodes(database),
    removeNode: (id) => removeNode(database, id),
    heldInstances: (holder, max) => heldInstances(database, holder, max),
    history: (request) => history(database, request),
  }
}

const scheduleStore = (database: Database): ScheduleStore => ({
  findSchedule: (key) => findSchedule(database, key),
  createSchedule: (schedule) => createSchedule(database, schedule),
  changeSchedule: (key, change, now) => changeSchedule(database, key, change, now),
  deleteSchedule: (key) => deleteSchedule(database, key),
  timesWithoutRun: (key, times) => timesWithoutRun(database, key, times),
  addBackfill: (key, times, now) => addBackfill(database, key, times, now),
  advanceSchedules: (now, max) => advanceSchedules(database, now, max),
  takeRuns: (request) => takeRuns(database, request),
  settleRuns: (runs, now) => settleRuns(database, runs, now),
  returnRuns: (runs, until) => returnRuns(database, runs, until),
  nextScheduled: (now) => nextScheduled(database, now),
})

/** Expects a migrated database (`migrate`). Connects with the first statement. */
export function createPostgresStore(options: PostgresStoreOptions): PostgresStore {
  const { url, node, poolSize = defaultPoolSize } = options
  const opened = openEngineDatabase({ url, max: poolSize, applicationName: 'braid-engine' })
  const engine = options.activity?.watch(opened) ?? opened
  const searches = openSearchDatabase({
    url,
    max: Math.max(2, Math.ceil(poolSize / 2)),
    applicationName: 'braid-search',
  })
  return {
    ...executionStore(engine, options),
    ...scheduleStore(engine),
    addOutput: (entries, { notify }) => addOutput(engine, entries, notify ? node : undefined),
    touchJobs: (jobs, worker) => touchJobs(engine, jobs, worker),
    claimBatchItems: (request) => claimBatchItems(engine, request),
    settleBatchItems: (items, now) => settleBatchItems(engine, items, now),
    deleteInstance: (key) => deleteInstance(engine, key),
    removeDeletedDefinitions: (before) => removeDeletedDefinitions(engine, before),
    conditionalDefinitions: () => conditionalDefinitions(engine),
    deleteResource: async (request) => {
      const deleted = await deleteResource(engine, request)
      if (deleted.kind === 'deleted') await notifyDefinitions(engine, node)
      return deleted
    },
    createBatch: (batch) => createBatch(engine, batch),
    controlBatch: (key, control, now) => controlBatch(engine, key, control, now),
    get state() {
      return engine.state
    },
    database: engine,
    dagRuns: createDagRunStore(engine),
    reads: createReads(searches),
    searchRecords: (kind, request) => searchRecords(searches, kind, request),
    deploy: async (input) => {
      const stored = await deploy(engine, input)
      await notifyDefinitions(engine, node)
      return stored
    },
    listen: (onNotice) => listen({ url, self: node, onNotice }),
    close: async () => {
      await Promise.all([engine.close(), searches.close()])
    },
  }
}
