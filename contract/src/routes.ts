/** The route table: every operation of the API by its id. */
import { accessRoutes } from './access.ts'
import { applicationRoutes } from './application-api.ts'
import { batchOperationRoutes } from './batch-operation.ts'
import { clusterRoutes } from './cluster.ts'
import { conditionalRoutes } from './conditional.ts'
import { dagRoutes } from './dag.ts'
import { dagRunRoutes } from './dag-run.ts'
import { decisionRoutes } from './decision.ts'
import { deploymentRoutes } from './deployment.ts'
import { elementInstanceRoutes } from './element-instance.ts'
import { executionRoutes } from './execution.ts'
import { incidentRoutes } from './incident.ts'
import { jobRoutes } from './job.ts'
import { messageRoutes } from './message.ts'
import { processDefinitionRoutes } from './process-definition.ts'
import { processInstanceRoutes } from './process-instance.ts'
import { rateLimitRoutes } from './rate-limit.ts'
import type { Route } from './route.ts'
import { scheduleRoutes } from './schedule.ts'
import { scriptRoutes } from './script.ts'
import { userRoutes } from './user.ts'
import { userTaskRoutes } from './user-task.ts'
import { variableRoutes } from './variable.ts'
import { workerRoutes } from './worker.ts'

export const routes = {
  ...deploymentRoutes,
  ...processDefinitionRoutes,
  ...decisionRoutes,
  ...dagRoutes,
  ...dagRunRoutes,
  ...processInstanceRoutes,
  ...batchOperationRoutes,
  ...elementInstanceRoutes,
  ...jobRoutes,
  ...messageRoutes,
  ...conditionalRoutes,
  ...userTaskRoutes,
  ...incidentRoutes,
  ...variableRoutes,
  ...scheduleRoutes,
  ...applicationRoutes,
  ...clusterRoutes,
  ...workerRoutes,
  ...accessRoutes,
  ...userRoutes,
  ...scriptRoutes,
  ...rateLimitRoutes,
  ...executionRoutes,
} as const satisfies Readonly<Record<string, Route>>

export type Routes = typeof routes
export type OperationId = keyof Routes
