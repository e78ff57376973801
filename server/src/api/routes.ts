/** Which operation answers which route. Sessions and streams, which need the transport itself, are in `server.ts`. */
import type { OperationId } from '@braid/contract/routes.ts'
import { createApiKey } from '../operations/api-key/create.ts'
import { listApiKeys } from '../operations/api-key/list.ts'
import { revokeApiKey } from '../operations/api-key/revoke.ts'
import { callEndpoint, readEndpoint } from '../operations/application/call-endpoint.ts'
import { createRecord } from '../operations/application/create-record.ts'
import { deleteRecord } from '../operations/application/delete-record.ts'
import { getApplication } from '../operations/application/get.ts'
import { getRecord } from '../operations/application/get-record.ts'
import { listApplications } from '../operations/application/list.ts'
import { searchRecords } from '../operations/application/search-records.ts'
import { updateRecord } from '../operations/application/update-record.ts'
import { cancelBatchOperation } from '../operations/batch-operation/cancel.ts'
import { cancelProcessInstances } from '../operations/batch-operation/cancel-instances.ts'
import { deleteProcessInstances } from '../operations/batch-operation/delete-instances.ts'
import { getBatchOperation } from '../operations/batch-operation/get.ts'
import { migrateProcessInstances } from '../operations/batch-operation/migrate-instances.ts'
import { modifyProcessInstances } from '../operations/batch-operation/modify-instances.ts'
import { resolveIncidents } from '../operations/batch-operation/resolve-incidents.ts'
import { resolveProcessInstanceIncidents } from '../operations/batch-operation/resolve-instance-incidents.ts'
import { resumeBatchOperation } from '../operations/batch-operation/resume.ts'
import { resumeProcessInstances } from '../operations/batch-operation/resume-instances.ts'
import { searchBatchOperations } from '../operations/batch-operation/search.ts'
import { searchBatchOperationItems } from '../operations/batch-operation/search-items.ts'
import { suspendBatchOperation } from '../operations/batch-operation/suspend.ts'
import { suspendProcessInstances } from '../operations/batch-operation/suspend-instances.ts'
import { updateJobRetries } from '../operations/batch-operation/update-job-retries.ts'
import { getLicense } from '../operations/cluster/get-license.ts'
import { getOverview } from '../operations/cluster/get-overview.ts'
import { getStatus } from '../operations/cluster/get-status.ts'
import { getTopology } from '../operations/cluster/get-topology.ts'
import { pinClock } from '../operations/cluster/pin-clock.ts'
import { resetClock } from '../operations/cluster/reset-clock.ts'
import { evaluateConditionals } from '../operations/conditional/evaluate.ts'
import { getDag, getDagDot, getDagSvg } from '../operations/dag/get.ts'
import { searchDags } from '../operations/dag/search.ts'
import { cancelDagRun } from '../operations/dag-run/cancel.ts'
import { getDagRun } from '../operations/dag-run/get.ts'
import { getDagRunSvg } from '../operations/dag-run/get-svg.ts'
import { getDagTask } from '../operations/dag-run/get-task.ts'
import { rerunDag } from '../operations/dag-run/rerun.ts'
import { searchDagRuns } from '../operations/dag-run/search.ts'
import { searchTaskOutput } from '../operations/dag-run/search-output.ts'
import { searchDagTasks } from '../operations/dag-run/search-tasks.ts'
import { startDagRun } from '../operations/dag-run/start.ts'
import { evaluateDecision } from '../operations/decision/evaluate.ts'
import { getDecisionDefinition } from '../operations/decision/get-definition.ts'
import { getDecisionDefinitionXml } from '../operations/decision/get-definition-xml.ts'
import { getDecisionInstance } from '../operations/decision/get-instance.ts'
import { getDecisionRequirements } from '../operations/decision/get-requirements.ts'
import { getDecisionRequirementsXml } from '../operations/decision/get-requirements-xml.ts'
import { searchDecisionDefinitions } from '../operations/decision/search-definitions.ts'
import { searchDecisionInstances } from '../operations/decision/search-instances.ts'
import { searchDecisionRequirements } from '../operations/decision/search-requirements.ts'
import { createDeployment } from '../operations/deployment/create.ts'
import { activateAdHocActivities } from '../operations/element-instance/activate-ad-hoc.ts'
import { getElementInstance } from '../operations/element-instance/get.ts'
import { searchElementInstances } from '../operations/element-instance/search.ts'
import { cancelExecution } from '../operations/execution/cancel.ts'
import { deleteExecution } from '../operations/execution/delete.ts'
import { executeScript } from '../operations/execution/execute.ts'
import { getExecution } from '../operations/execution/get.ts'
import { getExecutionEvents } from '../operations/execution/get-events.ts'
import { getExecutionQueue } from '../operations/execution/get-queue.ts'
import { getExecutionResult } from '../operations/execution/get-result.ts'
import { listExampleScripts } from '../operations/execution/list-examples.ts'
import { listRuntimes } from '../operations/execution/list-runtimes.ts'
import { retryExecution } from '../operations/execution/retry.ts'
import { searchExecutions } from '../operations/execution/search.ts'
import { getIncident } from '../operations/incident/get.ts'
import { resolveIncident } from '../operations/incident/resolve.ts'
import { searchIncidents } from '../operations/incident/search.ts'
import { activateJobs } from '../operations/job/activate.ts'
import { addJobItems } from '../operations/job/add-items.ts'
import { answerJobs } from '../operations/job/answer.ts'
import { completeJob } from '../operations/job/complete.ts'
import { failJob } from '../operations/job/fail.ts'
import { reportJobs } from '../operations/job/report.ts'
import { searchJobs } from '../operations/job/search.ts'
import { throwJobError } from '../operations/job/throw-error.ts'
import { updateJob } from '../operations/job/update.ts'
import { correlateMessage } from '../operations/message/correlate.ts'
import { publishMessage } from '../operations/message/publish.ts'
import type { Operation } from '../operations/operation.ts'
import { getProcessDefinition } from '../operations/process-definition/get.ts'
import { getStartForm } from '../operations/process-definition/get-start-form.ts'
import { getDefinitionStatistics } from '../operations/process-definition/get-statistics.ts'
import { getProcessDefinitionXml } from '../operations/process-definition/get-xml.ts'
import { searchProcessDefinitions } from '../operations/process-definition/search.ts'
import { cancelProcessInstance } from '../operations/process-instance/cancel.ts'
import { createProcessInstance } from '../operations/process-instance/create.ts'
import { deleteProcessInstance } from '../operations/process-instance/delete.ts'
import { getProcessInstance } from '../operations/process-instance/get.ts'
import { getCallHierarchy } from '../operations/process-instance/get-call-hierarchy.ts'
import { getElementStatistics } from '../operations/process-instance/get-element-statistics.ts'
import { getProcessInstanceEvents } from '../operations/process-instance/get-events.ts'
import { getInstanceStatistics } from '../operations/process-instance/get-instance-statistics.ts'
import { getSequenceFlows } from '../operations/process-instance/get-sequence-flows.ts'
import { migrateProcessInstance } from '../operations/process-instance/migrate.ts'
import { modifyProcessInstance } from '../operations/process-instance/modify.ts'
import { resumeProcessInstance } from '../operations/process-instance/resume.ts'
import { searchProcessInstances } from '../operations/process-instance/search.ts'
import { searchProcessInstanceIncidents } from '../operations/process-instance/search-incidents.ts'
import { searchProcessInstanceOutput } from '../operations/process-instance/search-output.ts'
import { suspendProcessInstance } from '../operations/process-instance/suspend.ts'
import { createRateLimit } from '../operations/rate-limit/create.ts'
import { deleteRateLimit } from '../operations/rate-limit/delete.ts'
import { deleteRateLimitOverride } from '../operations/rate-limit/delete-override.ts'
import { getRateLimitOverride } from '../operations/rate-limit/get-override.ts'
import { getRateLimitUsage } from '../operations/rate-limit/get-usage.ts'
import { listRateLimits } from '../operations/rate-limit/list.ts'
import { listRateLimitOverrides } from '../operations/rate-limit/list-overrides.ts'
import { resetAllRateLimitUsage } from '../operations/rate-limit/reset-all-usage.ts'
import { resetRateLimitUsage } from '../operations/rate-limit/reset-usage.ts'
import { setRateLimitOverride } from '../operations/rate-limit/set-override.ts'
import { updateRateLimit } from '../operations/rate-limit/update.ts'
import { deleteResource } from '../operations/resource/delete.ts'
import { backfillSchedule } from '../operations/schedule/backfill.ts'
import { createSchedule } from '../operations/schedule/create.ts'
import { deleteSchedule } from '../operations/schedule/delete.ts'
import { getSchedule } from '../operations/schedule/get.ts'
import { searchSchedules } from '../operations/schedule/search.ts'
import { updateSchedule } from '../operations/schedule/update.ts'
import { createScript } from '../operations/script/create.ts'
import { deleteScript } from '../operations/script/delete.ts'
import { getScript } from '../operations/script/get.ts'
import { getScriptVersion } from '../operations/script/get-version.ts'
import { listScriptVersions } from '../operations/script/list-versions.ts'
import { searchScripts } from '../operations/script/search.ts'
import { updateScript } from '../operations/script/update.ts'
import { getSession } from '../operations/session/get.ts'
import { getSignInOptions } from '../operations/session/get-options.ts'
import { listSessions } from '../operations/session/list.ts'
import { revokeSession } from '../operations/session/revoke.ts'
import { broadcastSignal } from '../operations/signal/broadcast.ts'
import { changePassword } from '../operations/user/change-password.ts'
import { createUser } from '../operations/user/create.ts'
import { deleteUser } from '../operations/user/delete.ts'
import { getUser } from '../operations/user/get.ts'
import { getCurrentUser } from '../operations/user/get-current.ts'
import { searchUsers } from '../operations/user/search.ts'
import { updateUser } from '../operations/user/update.ts'
import { assignUserTask } from '../operations/user-task/assign.ts'
import { completeUserTask } from '../operations/user-task/complete.ts'
import { getUserTask } from '../operations/user-task/get.ts'
import { getUserTaskForm } from '../operations/user-task/get-form.ts'
import { searchUserTasks } from '../operations/user-task/search.ts'
import { searchUserTaskVariables } from '../operations/user-task/search-variables.ts'
import { unassignUserTask } from '../operations/user-task/unassign.ts'
import { updateUserTask } from '../operations/user-task/update.ts'
import { getVariable } from '../operations/variable/get.ts'
import { searchVariables } from '../operations/variable/search.ts'
import { setVariables } from '../operations/variable/set.ts'
import { listWorkers } from '../operations/worker/list.ts'

export type TransportOperationId =
  | 'createSession'
  | 'deleteSession'
  | 'streamProcessInstance'
  | 'streamJobs'
  | 'streamExecution'
export type PlainOperationId = Exclude<OperationId, TransportOperationId>

export const operations: { readonly [Id in PlainOperationId]: Operation<Id> } = {
  createDeployment,
  deleteResource,
  searchProcessDefinitions,
  getProcessDefinition,
  getProcessDefinitionXml,
  getStartForm,
  searchDecisionDefinitions,
  evaluateDecision,
  getDecisionDefinition,
  getDecisionDefinitionXml,
  searchDecisionRequirements,
  getDecisionRequirements,
  getDecisionRequirementsXml,
  searchDecisionInstances,
  getDecisionInstance,
  searchDags,
  getDag,
  getDagSvg,
  getDagDot,
  rerunDag,
  getDagRunSvg,
  startDagRun,
  searchDagRuns,
  getDagRun,
  cancelDagRun,
  searchDagTasks,
  getDagTask,
  searchTaskOutput,
  reportJobs,
  createProcessInstance,
  searchProcessInstances,
  getProcessInstance,
  cancelProcessInstance,
  deleteProcessInstance,
  cancelBatchOperation,
  cancelProcessInstances,
  deleteProcessInstances,
  getBatchOperation,
  resolveIncidents,
  resolveProcessInstanceIncidents,
  resumeBatchOperation,
  resumeProcessInstances,
  searchBatchOperations,
  searchBatchOperationItems,
  suspendBatchOperation,
  suspendProcessInstances,
  updateJobRetries,
  suspendProcessInstance,
  migrateProcessInstance,
  migrateProcessInstances,
  modifyProcessInstance,
  modifyProcessInstances,
  activateAdHocActivities,
  resumeProcessInstance,
  searchProcessInstanceIncidents,
  getElementStatistics,
  getSequenceFlows,
  getCallHierarchy,
  getInstanceStatistics,
  getDefinitionStatistics,
  getProcessInstanceEvents,
  searchProcessInstanceOutput,
  searchElementInstances,
  getElementInstance,
  setVariables,
  createSchedule,
  searchSchedules,
  getSchedule,
  updateSchedule,
  deleteSchedule,
  backfillSchedule,
  activateJobs,
  completeJob,
  failJob,
  throwJobError,
  addJobItems,
  updateJob,
  searchJobs,
  answerJobs,
  publishMessage,
  correlateMessage,
  broadcastSignal,
  evaluateConditionals,
  searchUserTasks,
  getUserTask,
  assignUserTask,
  unassignUserTask,
  updateUserTask,
  completeUserTask,
  getUserTaskForm,
  searchUserTaskVariables,
  searchIncidents,
  getIncident,
  resolveIncident,
  searchVariables,
  getVariable,
  listApplications,
  getApplication,
  searchRecords,
  createRecord,
  getRecord,
  updateRecord,
  deleteRecord,
  readEndpoint,
  callEndpoint,
  getTopology,
  listWorkers,
  getStatus,
  getLicense,
  pinClock,
  resetClock,
  getOverview,
  getSession,
  getSignInOptions,
  listSessions,
  revokeSession,
  createApiKey,
  listApiKeys,
  revokeApiKey,
  createUser,
  getUser,
  searchUsers,
  updateUser,
  deleteUser,
  getCurrentUser,
  changePassword,
  createScript,
  searchScripts,
  getScript,
  updateScript,
  deleteScript,
  listScriptVersions,
  getScriptVersion,
  listRateLimits,
  createRateLimit,
  updateRateLimit,
  deleteRateLimit,
  listRateLimitOverrides,
  getRateLimitOverride,
  setRateLimitOverride,
  deleteRateLimitOverride,
  getRateLimitUsage,
  resetRateLimitUsage,
  resetAllRateLimitUsage,
  executeScript,
  searchExecutions,
  getExecutionQueue,
  getExecution,
  getExecutionResult,
  getExecutionEvents,
  cancelExecution,
  retryExecution,
  deleteExecution,
  listRuntimes,
  listExampleScripts,
}
