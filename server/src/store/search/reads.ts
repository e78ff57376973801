/** All searches and lookups of committed data, in the words of the API. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Database } from '../database.ts'
import { readOutput } from '../task-output-store.ts'
import { getBatchOperation, searchBatchOperationItems, searchBatchOperations } from './batch-operations.ts'
import { getCallHierarchy } from './call-hierarchy.ts'
import { getDagRun, searchDagRuns } from './dag-runs.ts'
import { createRunViews } from './dag-tasks.ts'
import { getDag, searchDags } from './dags.ts'
import { getDecisionInstance, searchDecisionInstances } from './decision-instances.ts'
import {
  getDecisionDefinition,
  getDecisionRequirements,
  getDecisionXml,
  getRequirementsXml,
  searchDecisionDefinitions,
  searchDecisionRequirements,
} from './decisions.ts'
import { createElementInstances } from './element-instances.ts'
import { getExecution, getExecutionQueue, searchExecutions, type Viewer } from './executions.ts'
import { getForm, getStartForm } from './forms.ts'
import { getIncident, searchIncidents } from './incidents.ts'
import { searchJobs } from './jobs.ts'
import { getOverview } from './overview.ts'
import {
  getProcessDefinition,
  getProcessDefinitionXml,
  getStartableDefinition,
  searchProcessDefinitions,
} from './process-definitions.ts'
import { getProcessInstance, type InstanceFilter, searchProcessInstances } from './process-instances.ts'
import { createPrograms } from './programs.ts'
import { getSchedule, searchSchedules } from './schedules.ts'
import { getScript, getScriptVersion, getScriptVersions, searchScripts } from './scripts.ts'
import { countElementsOf, countInstances } from './statistics.ts'
import { getAttempts } from './task-attempts.ts'
import { getUserTask, searchUserTasks } from './user-tasks.ts'
import { getUser, searchUsers } from './users.ts'
import { getVariable, searchVariables } from './variables.ts'

type Argument<F extends (...given: never[]) => unknown, N extends number> = Parameters<F>[N]

export type PostgresReads = ReturnType<typeof createReads>

/** Searches throw `SearchRefused` for what only they can see to be wrong with a request, such as a foreign cursor. */
export function createReads(database: Database) {
  const programs = createPrograms(database)
  const elements = createElementInstances(database, programs)
  const { search: searchRuns, ...runReads } = createRunReads(database)
  return {
    search: {
      processDefinitions: (request: Argument<typeof searchProcessDefinitions, 1>) =>
        searchProcessDefinitions(database, request),
      decisionDefinitions: (request: Argument<typeof searchDecisionDefinitions, 1>) =>
        searchDecisionDefinitions(database, request),
      decisionRequirements: (request: Argument<typeof searchDecisionRequirements, 1>) =>
        searchDecisionRequirements(database, request),
      decisionInstances: (request: Argument<typeof searchDecisionInstances, 1>) =>
        searchDecisionInstances(database, request),
      processInstances: (request: Argument<typeof searchProcessInstances, 1>) =>
        searchProcessInstances(database, request),
      elementInstances: elements.search,
      ...searchRuns,
      jobs: (request: Argument<typeof searchJobs, 2>) => searchJobs(database, programs, request),
      userTasks: (request: Argument<typeof searchUserTasks, 2>) =>
        searchUserTasks(database, programs, request),
      incidents: (request: Argument<typeof searchIncidents, 1>) => searchIncidents(database, request),
      batchOperations: (request: Argument<typeof searchBatchOperations, 1>) =>
        searchBatchOperations(database, request),
      batchOperationItems: (request: Argument<typeof searchBatchOperationItems, 1>) =>
        searchBatchOperationItems(database, request),
      ...searchesOfScripts(database),
      users: (request: Argument<typeof searchUsers, 1>) => searchUsers(database, request),
      variables: (request: Argument<typeof searchVariables, 1>, truncate: boolean) =>
        searchVariables(database, request, truncate),
      schedules: (request: Argument<typeof searchSchedules, 1>, now: Instant) =>
        searchSchedules(database, request, now),
    },
    getProcessDefinition: (key: Argument<typeof getProcessDefinition, 1>) =>
      getProcessDefinition(database, key),
    getStartableDefinition: (key: Argument<typeof getStartableDefinition, 1>) =>
      getStartableDefinition(database, key),
    getProcessDefinitionXml: (key: Argument<typeof getProcessDefinitionXml, 1>) =>
      getProcessDefinitionXml(database, key),
    getProcessInstance: (key: Argument<typeof getProcessInstance, 1>) => getProcessInstance(database, key),
    getCallHierarchy: (key: Argument<typeof getCallHierarchy, 1>) => getCallHierarchy(database, key),
    countInstances: (filter: InstanceFilter) => countInstances(database, filter),
    countElements: (filter: InstanceFilter) => countElementsOf(database, filter),
    ...runReads,
    getElementInstance: elements.get,
    getElementStatistics: elements.statistics,
    getTakenFlows: elements.takenFlows,
    getBatchOperation: (key: Argument<typeof getBatchOperation, 1>) => getBatchOperation(database, key),
    getUserTask: (key: Argument<typeof getUserTask, 2>) => getUserTask(database, programs, key),
    getIncident: (key: Argument<typeof getIncident, 1>) => getIncident(database, key),
    getVariable: (key: Argument<typeof getVariable, 1>) => getVariable(database, key),
    getForm: (key: Argument<typeof getForm, 1>) => getForm(database, key),
    getStartForm: (definitionKey: Argument<typeof getStartForm, 2>, start?: string) =>
      getStartForm(database, programs, definitionKey, start),
    ...decisionReads(database),
    ...scriptReads(database),
    getUser: (username: string) => getUser(database, username),
    getSchedule: (key: Argument<typeof getSchedule, 1>, now: Instant) => getSchedule(database, key, now),
    getOverview: (now: Instant) => getOverview(database, now),
  }
}

function decisionReads(database: Database) {
  return {
    getDecisionDefinition: (key: Argument<typeof getDecisionDefinition, 1>) =>
      getDecisionDefinition(database, key),
    getDecisionRequirements: (key: Argument<typeof getDecisionRequirements, 1>) =>
      getDecisionRequirements(database, key),
    getDecisionXml: (key: Argument<typeof getDecisionXml, 1>) => getDecisionXml(database, key),
    getRequirementsXml: (key: Argument<typeof getRequirementsXml, 1>) => getRequirementsXml(database, key),
    getDecisionInstance: (name: string) => getDecisionInstance(database, name),
  }
}

const searchesOfScripts = (database: Database) => ({
  scripts: (request: Argument<typeof searchScripts, 1>, userId: string) =>
    searchScripts(database, request, userId),
  executions: (request: Argument<typeof searchExecutions, 1>, viewer: Viewer) =>
    searchExecutions(database, request, viewer),
})

function scriptReads(database: Database) {
  return {
    getScript: (key: Argument<typeof getScript, 1>, userId: string) => getScript(database, key, userId),
    getScriptVersions: (key: Argument<typeof getScriptVersions, 1>, userId: string) =>
      getScriptVersions(database, key, userId),
    getScriptVersion: (key: Argument<typeof getScriptVersion, 1>, userId: string, version: number) =>
      getScriptVersion(database, key, userId, version),
    getExecution: (key: Argument<typeof getExecution, 1>, userId: string) =>
      getExecution(database, key, userId),
    getExecutionQueue: (viewer: Viewer, max: number) => getExecutionQueue(database, viewer, max),
  }
}

/** Of DAGs and their runs. */
function createRunReads(database: Database) {
  const views = createRunViews(database)
  return {
    search: {
      dags: (request: Argument<typeof searchDags, 1>) => searchDags(database, request),
      dagRuns: (request: Argument<typeof searchDagRuns, 1>) => searchDagRuns(database, request),
    },
    getDag: (key: Argument<typeof getDag, 1>) => getDag(database, key),
    getDagRun: (key: Argument<typeof getDagRun, 1>) => getDagRun(database, key),
    viewRun: views.of,
    getAttempts: (runKey: Argument<typeof getAttempts, 1>, taskKey: Argument<typeof getAttempts, 2>) =>
      getAttempts(database, runKey, taskKey),
    readOutput: (query: Argument<typeof readOutput, 1>) => readOutput(database, query),
  }
}
