/** What operations need of the rest of the server. `main` constructs it; tests give what they use. */

import type {
  BatchOperation,
  BatchOperationItem,
  batchOperationItemSearch,
  batchOperationSearch,
} from '@braid/contract/batch-operation.ts'
import type { Overview } from '@braid/contract/cluster.ts'
import type { Dag, dagRoutes } from '@braid/contract/dag.ts'
import type { DagRun, dagRunRoutes } from '@braid/contract/dag-run.ts'
import type {
  DecisionDefinition,
  DecisionInstance,
  DecisionInstanceDetails,
  DecisionRequirements,
  decisionDefinitionSearch,
  decisionInstanceSearch,
  decisionRequirementsSearch,
} from '@braid/contract/decision.ts'
import type { ElementInstance, elementInstanceSearch } from '@braid/contract/element-instance.ts'
import type {
  ExecutionDetail,
  ExecutionQueue,
  executionSearch,
  Execution as ScriptExecution,
} from '@braid/contract/execution.ts'
import type { Incident, incidentSearch } from '@braid/contract/incident.ts'
import type { Job, jobSearch } from '@braid/contract/job.ts'
import type { Form, ProcessDefinition, processDefinitionSearch } from '@braid/contract/process-definition.ts'
import type {
  CallHierarchyEntry,
  ElementStatistics,
  InstanceStatistics,
  ProcessInstance,
  processInstanceSearch,
} from '@braid/contract/process-instance.ts'
import type { Schedule, scheduleSearch } from '@braid/contract/schedule.ts'
import type {
  Script,
  ScriptVersion,
  ScriptVersionWithSource,
  ScriptWithSource,
  scriptSearch,
} from '@braid/contract/script.ts'
import type { User, userSearch } from '@braid/contract/user.ts'
import type { UserTask, userTaskSearch } from '@braid/contract/user-task.ts'
import type { Variable, variableSearch } from '@braid/contract/variable.ts'
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Result } from '@braid/core/base/result.ts'
import type { DagModel } from '@braid/core/model/dag.ts'
import type { DecisionModel } from '@braid/core/model/decision-model.ts'
import type { Program } from '@braid/core/model/program.ts'
import type { z } from 'zod'
import type { Config } from '../config.ts'
import type { DagRuns } from '../execution/dag-runs.ts'
import type { Decisions } from '../execution/decisions.ts'
import type { Execution } from '../execution/execution.ts'
import type { ScriptRuns } from '../execution/script-runs.ts'
import type { WorkerRegistry } from '../execution/worker-registry.ts'
import type { RateLimits } from '../rate-limits/rate-limits.ts'
import type { AccessStore } from '../store/access.ts'
import type { BatchStore } from '../store/batch-port.ts'
import type { BatchControl, NewBatch } from '../store/batch-store.ts'
import type { DeploymentInput, StoredDeployment } from '../store/deploy.ts'
import type { ExecutionStore } from '../store/port.ts'
import type { RateLimitStore } from '../store/rate-limit-store.ts'
import type { ResourceDeletion } from '../store/resource-store.ts'
import type { ScheduleStore } from '../store/schedule-port.ts'
import type { ScriptStore } from '../store/script-store.ts'
import type { FoundDagRun } from '../store/search/dag-runs.ts'
import type { RunView } from '../store/search/dag-tasks.ts'
import type { FoundDag } from '../store/search/dags.ts'
import type { Viewer } from '../store/search/executions.ts'
import type { Page } from '../store/search/page.ts'
import type { AttemptRow } from '../store/search/task-attempts.ts'
import type { OutputPage, OutputQuery, TaskOutputStore } from '../store/task-output-port.ts'
import type { UserStore } from '../store/user-store.ts'
import type { Applications } from './application/port.ts'

type SearchOf<Schema extends z.ZodType> = NonNullable<z.output<Schema>>
type Search<Schema extends z.ZodType, Item> = (request: SearchOf<Schema>) => Promise<Page<Item>>

type InstanceFilter = NonNullable<SearchOf<typeof processInstanceSearch>['filter']>

/** Reads of committed data, in the words of the API. */
export type Reads = {
  readonly search: {
    readonly processDefinitions: Search<typeof processDefinitionSearch, ProcessDefinition>
    readonly decisionDefinitions: Search<typeof decisionDefinitionSearch, DecisionDefinition>
    readonly decisionRequirements: Search<typeof decisionRequirementsSearch, DecisionRequirements>
    readonly decisionInstances: Search<typeof decisionInstanceSearch, DecisionInstance>
    readonly processInstances: Search<typeof processInstanceSearch, ProcessInstance>
    readonly elementInstances: Search<typeof elementInstanceSearch, ElementInstance>
    readonly dags: Search<(typeof dagRoutes)['searchDags']['body'], Dag>
    readonly dagRuns: Search<(typeof dagRunRoutes)['searchDagRuns']['body'], DagRun>
    readonly jobs: Search<typeof jobSearch, Job>
    readonly userTasks: Search<typeof userTaskSearch, UserTask>
    /** Those that the user may see. */
    readonly scripts: (request: SearchOf<typeof scriptSearch>, userId: string) => Promise<Page<Script>>
    readonly executions: (
      request: SearchOf<typeof executionSearch>,
      viewer: Viewer,
    ) => Promise<Page<ScriptExecution>>
    readonly users: Search<typeof userSearch, User>
    readonly incidents: Search<typeof incidentSearch, Incident>
    readonly batchOperations: Search<typeof batchOperationSearch, BatchOperation>
    readonly batchOperationItems: Search<typeof batchOperationItemSearch, BatchOperationItem>
    /** Values longer than a bound are cut when `truncate`. */
    readonly variables: (
      request: SearchOf<typeof variableSearch>,
      truncate: boolean,
    ) => Promise<Page<Variable>>
    /** Next times are by the clock of the engine. */
    readonly schedules: (request: SearchOf<typeof scheduleSearch>, now: Instant) => Promise<Page<Schedule>>
  }
  getProcessDefinition(key: Key): Promise<ProcessDefinition | undefined>
  /** Absent when it was deleted. */
  getStartableDefinition(key: Key): Promise<ProcessDefinition | undefined>
  getProcessDefinitionXml(key: Key): Promise<string | undefined>
  getProcessInstance(key: Key): Promise<ProcessInstance | undefined>
  getDag(key: Key): Promise<FoundDag | undefined>
  getDagRun(key: Key): Promise<FoundDagRun | undefined>
  /** What happened in a run, empty before it began. */
  viewRun(key: Key, now: Instant): Promise<RunView>
  getAttempts(runKey: Key, taskKey: Key): Promise<readonly AttemptRow[]>
  readOutput(query: OutputQuery): Promise<OutputPage>
  getElementInstance(key: Key): Promise<ElementInstance | undefined>
  getElementStatistics(processInstanceKey: Key): Promise<readonly ElementStatistics[]>
  getCallHierarchy(processInstanceKey: Key): Promise<readonly CallHierarchyEntry[]>
  countInstances(filter: InstanceFilter): Promise<InstanceStatistics>
  countElements(filter: InstanceFilter): Promise<readonly ElementStatistics[]>
  getTakenFlows(processInstanceKey: Key): Promise<readonly string[]>
  getBatchOperation(key: Key): Promise<BatchOperation | undefined>
  getUserTask(key: Key): Promise<UserTask | undefined>
  getIncident(key: Key): Promise<Incident | undefined>
  getVariable(key: Key): Promise<Variable | undefined>
  getForm(key: Key): Promise<Form | undefined>
  /** The version that its binding means; of one start event, or of the one that has a form. */
  getStartForm(processDefinitionKey: Key, start?: string): Promise<Form | undefined>
  getDecisionDefinition(key: Key): Promise<DecisionDefinition | undefined>
  getDecisionRequirements(key: Key): Promise<DecisionRequirements | undefined>
  /** The DMN file that a decision stands in. */
  getDecisionXml(key: Key): Promise<string | undefined>
  getRequirementsXml(key: Key): Promise<string | undefined>
  /** By `<key of the evaluation>-<position>`. */
  getDecisionInstance(name: string): Promise<DecisionInstanceDetails | undefined>
  /** Of scripts that the user may see. */
  getScript(key: Key, userId: string): Promise<ScriptWithSource | undefined>
  getScriptVersions(key: Key, userId: string): Promise<readonly ScriptVersion[]>
  getScriptVersion(key: Key, userId: string, version: number): Promise<ScriptVersionWithSource | undefined>
  /** Whoever asks. */
  getExecution(key: Key, userId: string): Promise<ExecutionDetail | undefined>
  getExecutionQueue(viewer: Viewer, max: number): Promise<Omit<ExecutionQueue, 'atOnce' | 'atOncePerUser'>>
  getUser(username: string): Promise<User | undefined>
  getSchedule(key: Key, now: Instant): Promise<Schedule | undefined>
  getOverview(now: Instant): Promise<Overview>
}

/** What operations write to the log; pino has this shape. */
export type Log = {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Pins the time that timers and leases see. */
export type ControlledClock = { pin(time: Instant): void | Promise<void>; reset(): void }

export type Dependencies = {
  readonly execution: Pick<
    Execution,
    | 'submit'
    | 'createInstance'
    | 'awaitEnd'
    | 'publishMessage'
    | 'correlateMessage'
    | 'broadcastSignal'
    | 'activateJobs'
    | 'jobOwner'
    | 'variablesAt'
    | 'definitionsChanged'
    | 'onDefinitions'
    | 'program'
    | 'batchesChanged'
    | 'report'
    | 'reportFor'
    | 'onOutput'
    | 'onJobsCanceled'
    | 'livingJobs'
    | 'nextKey'
    | 'onCommit'
    | 'now'
    | 'clockMoved'
  >
  readonly dagRuns: Pick<DagRuns, 'start' | 'cancel'>
  readonly scriptRuns: Pick<ScriptRuns, 'start' | 'cancel' | 'offers' | 'bounds'>
  readonly reads: Reads
  readonly history: ExecutionStore['history']
  readonly extendLeases: ExecutionStore['extendLeases']
  readonly touchJobs: TaskOutputStore['touchJobs']
  readonly findDefinition: ExecutionStore['findDefinition']
  /** The nodes that live. */
  readonly nodes: ExecutionStore['nodes']
  readonly workers: WorkerRegistry
  /** Whether the database answers. */
  readonly isReady: () => Promise<boolean>
  /** Stores all or nothing. Unchanged files keep their version. */
  readonly deploy: (deployment: DeploymentInput) => Promise<StoredDeployment>
  /** Stores a batch operation with its items; their number, or undefined when there are too many. */
  readonly createBatch: (batch: NewBatch) => Promise<number | undefined>
  /** False when its state forbids it. */
  readonly controlBatch: (key: Key, control: BatchControl, now: Instant) => Promise<boolean>
  /** Latest versions with conditional start events. */
  readonly conditionalDefinitions: () => Promise<readonly Key[]>
  readonly deleteResource: (request: {
    readonly key: Key
    readonly at: Instant
    readonly engineNow: Instant
    readonly evenRunning: boolean
  }) => Promise<ResourceDeletion>
  readonly deleteInstance: BatchStore['deleteInstance']
  readonly schedules: Schedules
  readonly applications: Applications
  readonly compile: (xml: string) => Promise<Result<Compiled, readonly DefinitionFinding[]>>
  /** DMN files that import each other, or one; `file` of a finding is its position. */
  readonly compileDecisions: (
    texts: readonly string[],
  ) => Promise<Result<CompiledDecisions, readonly (DefinitionFinding & { readonly file: number })[]>>
  /** The text of a `.dag.yaml` or `.dag.json` file. */
  readonly compileDag: (text: string) => Promise<Result<CompiledDag, readonly DefinitionFinding[]>>
  readonly decisions: Decisions
  readonly access: AccessStore
  readonly users: UserStore
  readonly scripts: ScriptStore
  readonly rateLimits: RateLimits
  readonly rateLimitStore: RateLimitStore
  /** Real time: sessions and keys expire by it, whatever the engine's clock says. */
  readonly now: () => Instant
  /** Absent when the clock is the machine's. */
  readonly controlledClock?: ControlledClock
  readonly config: Pick<Config, 'host' | 'port' | 'adminApiKey' | 'registration' | 'trustedProxies'>
  readonly log: Log
  /** Of Braid. */
  readonly version: string
}

export type Schedules = Pick<
  ScheduleStore,
  'findSchedule' | 'createSchedule' | 'changeSchedule' | 'deleteSchedule' | 'timesWithoutRun' | 'addBackfill'
> & {
  /** Something may be due: schedules, or the time, were changed. */
  changed(): void
}

export type Compiled = {
  readonly programs: readonly Program[]
  readonly warnings: readonly DefinitionFinding[]
}

export type CompiledDag = {
  readonly program: Program
  readonly model: DagModel
  readonly warnings: readonly DefinitionFinding[]
}

export type CompiledDecisions = {
  readonly model: DecisionModel
  readonly warnings: readonly (DefinitionFinding & { readonly file: number })[]
}

export type DefinitionFinding = {
  readonly severity: 'error' | 'warning'
  readonly code: string
  readonly message: string
  readonly elementId?: string
  readonly line?: number
  readonly column?: number
}
