import { z } from 'zod'
import { outputPageOf, outputRange, taskOutput } from './dag-run.ts'
import { processEvent } from './event.ts'
import { incident, incidentSearch } from './incident.ts'
import { migrationPlan } from './migration.ts'
import { processInstanceModification } from './modification.ts'
import { empty, json, route } from './route.ts'
import {
  choiceFilter,
  dateTime,
  dateTimeFilter,
  id,
  integerFilter,
  jsonObject,
  key,
  keyFilter,
  operationReference,
  queryInteger,
  searchRequest,
  searchResponse,
  tenantId,
  text,
  textFilter,
  variableFilter,
} from './schema.ts'
import { processInstanceFrame } from './stream.ts'

export const processInstanceStates = ['ACTIVE', 'SUSPENDED', 'COMPLETED', 'TERMINATED'] as const

export const processInstance = z.object({
  processInstanceKey: key,
  processDefinitionKey: key,
  processDefinitionId: id,
  processDefinitionName: z.string().optional(),
  processDefinitionVersion: z.int(),
  processDefinitionVersionTag: z.string().optional(),
  state: z.enum(processInstanceStates),
  hasIncident: z.boolean(),
  startDate: dateTime,
  endDate: dateTime.optional(),
  parentProcessInstanceKey: key.optional(),
  parentElementInstanceKey: key.optional(),
  businessId: z.string().optional(),
  tenantId,
})
export type ProcessInstance = z.output<typeof processInstance>

const creation = {
  variables: jsonObject.optional(),
  /** At most one: the start event to begin at. */
  startInstructions: z
    .array(z.strictObject({ elementId: id }))
    .max(1)
    .optional(),
  /** Answer after the end, with `fetchVariables` or all variables of the process. */
  awaitCompletion: z.boolean().optional(),
  /** Milliseconds to wait for the end; 0 or absent: 30 s. */
  requestTimeout: z.int().min(0).max(600_000).optional(),
  fetchVariables: z.array(id).max(1000).optional(),
  /** The caller's own id of what the instance is about. */
  businessId: text(255).min(1).optional(),
  tenantId: tenantId.optional(),
  operationReference: operationReference.optional(),
}

export const processInstanceCreation = z.union(
  [
    z.strictObject({
      processDefinitionKey: key,
      processDefinitionVersion: z.literal(-1).optional(),
      ...creation,
    }),
    z.strictObject({
      processDefinitionId: id,
      /** -1 or absent: the latest. */
      processDefinitionVersion: z.int().min(-1).optional(),
      ...creation,
    }),
  ],
  { error: 'expected an object with either processDefinitionKey or processDefinitionId' },
)

export const createdProcessInstance = z.object({
  processInstanceKey: key,
  processDefinitionKey: key,
  processDefinitionId: id,
  processDefinitionVersion: z.int(),
  /** Of the ended instance with `awaitCompletion`, else empty. */
  variables: jsonObject,
  tenantId,
})

export const processInstanceFilter = z.strictObject({
  processInstanceKey: keyFilter.optional(),
  processDefinitionKey: keyFilter.optional(),
  processDefinitionId: textFilter.optional(),
  processDefinitionName: textFilter.optional(),
  processDefinitionVersion: integerFilter.optional(),
  processDefinitionVersionTag: textFilter.optional(),
  parentProcessInstanceKey: keyFilter.optional(),
  parentElementInstanceKey: keyFilter.optional(),
  state: choiceFilter(processInstanceStates).optional(),
  hasIncident: z.boolean().optional(),
  startDate: dateTimeFilter.optional(),
  endDate: dateTimeFilter.optional(),
  businessId: textFilter.optional(),
  /** Instances with a living element instance of this element. */
  elementId: textFilter.optional(),
  variables: z.array(variableFilter).max(20).optional(),
  tenantId: tenantId.optional(),
})

/** The definition is in the path. */
const definitionStatisticsFilter = processInstanceFilter.omit({ processDefinitionKey: true })

export const processInstanceSearch = searchRequest(processInstanceFilter, [
  'processInstanceKey',
  'processDefinitionId',
  'processDefinitionName',
  'processDefinitionVersion',
  'processDefinitionKey',
  'parentProcessInstanceKey',
  'state',
  'startDate',
  'endDate',
  'businessId',
  'hasIncident',
])

export const elementStatistics = z.object({
  elementId: id,
  active: z.int(),
  completed: z.int(),
  canceled: z.int(),
  incidents: z.int(),
})
export type ElementStatistics = z.output<typeof elementStatistics>

export const instanceStatistics = z.object({
  total: z.int(),
  active: z.int(),
  suspended: z.int(),
  completed: z.int(),
  terminated: z.int(),
  /** Running ones that need somebody. */
  withIncident: z.int(),
  /** Per cent of all that were terminated or have an incident, with two decimals. */
  errorRate: z.number(),
})
export type InstanceStatistics = z.output<typeof instanceStatistics>

export const callHierarchyEntry = z.object({
  processInstanceKey: key,
  processDefinitionKey: key,
  /** Its id when it has no name. */
  processDefinitionName: z.string(),
})
export type CallHierarchyEntry = z.output<typeof callHierarchyEntry>

export const takenSequenceFlow = z.object({
  sequenceFlowId: z.string(),
  elementId: id,
  processInstanceKey: key,
  processDefinitionKey: key,
  processDefinitionId: id,
  tenantId,
})

export const historyEntry = z.object({
  /** Counts the commits of the instance from 1. */
  version: z.int(),
  timestamp: dateTime,
  events: z.array(processEvent),
})
export type HistoryEntry = z.output<typeof historyEntry>

const params = z.object({ processInstanceKey: key })
const operation = z.strictObject({ operationReference: operationReference.optional() })
const { taskKey: _, nodeId: __, ...outputFields } = taskOutput.shape
export const processInstanceOutput = z.object({ ...outputFields, elementInstanceKey: key, elementId: id })
export type ProcessInstanceOutput = z.output<typeof processInstanceOutput>

const tag = 'Process instances'

export const processInstanceRoutes = {
  createProcessInstance: route({
    method: 'POST',
    path: '/process-instances',
    tag,
    summary: 'Start a process instance, and wait for its end when asked to',
    permission: 'process-instance:create',
    surface: 'field',
    body: processInstanceCreation,
    response: json(createdProcessInstance),
  }),
  searchProcessInstances: route({
    method: 'POST',
    path: '/process-instances/search',
    tag,
    summary: 'Search process instances',
    permission: 'process-instance:read',
    surface: 'field',
    body: processInstanceSearch.optional(),
    response: json(searchResponse(processInstance)),
  }),
  getProcessInstance: route({
    method: 'GET',
    path: '/process-instances/{processInstanceKey}',
    tag,
    summary: 'Get a process instance',
    permission: 'process-instance:read',
    surface: 'field',
    params,
    response: json(processInstance),
  }),
  cancelProcessInstance: route({
    method: 'POST',
    path: '/process-instances/{processInstanceKey}/cancellation',
    tag,
    summary: 'Terminate a process instance and everything in it',
    permission: 'process-instance:cancel',
    surface: 'field',
    params,
    body: operation.optional(),
    response: empty,
  }),
  deleteProcessInstance: route({
    method: 'POST',
    path: '/process-instances/{processInstanceKey}/deletion',
    tag,
    summary: 'Delete an ended process instance, those that it called, and everything that is stored of them',
    permission: 'process-instance:delete',
    surface: 'field',
    params,
    body: operation.optional(),
    response: empty,
  }),
  migrateProcessInstance: route({
    method: 'POST',
    path: '/process-instances/{processInstanceKey}/migration',
    tag,
    summary: 'Let a process instance go on in another definition; what is in the way is listed',
    permission: 'process-instance:migrate',
    surface: 'field',
    params,
    body: z.strictObject({ ...migrationPlan, operationReference: operationReference.optional() }),
    response: empty,
  }),
  modifyProcessInstance: route({
    method: 'POST',
    path: '/process-instances/{processInstanceKey}/modification',
    tag,
    summary: 'Activate, terminate and move element instances: all instructions or none',
    permission: 'process-instance:modify',
    surface: 'field',
    params,
    body: processInstanceModification,
    response: empty,
  }),
  suspendProcessInstance: route({
    method: 'POST',
    path: '/process-instances/{processInstanceKey}/suspension',
    tag,
    summary: 'Let a process instance stand still until it is resumed; instances that it called run on',
    permission: 'process-instance:suspend',
    surface: 'field',
    params,
    body: operation.optional(),
    response: empty,
  }),
  resumeProcessInstance: route({
    method: 'POST',
    path: '/process-instances/{processInstanceKey}/resumption',
    tag,
    summary: 'Let a suspended process instance go on',
    permission: 'process-instance:suspend',
    surface: 'field',
    params,
    body: operation.optional(),
    response: empty,
  }),
  searchProcessInstanceIncidents: route({
    method: 'POST',
    path: '/process-instances/{processInstanceKey}/incidents/search',
    tag,
    summary: 'Search the incidents of a process instance',
    permission: 'incident:read',
    surface: 'field',
    params,
    body: incidentSearch.optional(),
    response: json(searchResponse(incident)),
  }),
  getElementStatistics: route({
    method: 'GET',
    path: '/process-instances/{processInstanceKey}/statistics/element-instances',
    tag,
    summary: 'Count the element instances of a process instance by element and state',
    permission: 'process-instance:read',
    surface: 'field',
    params,
    response: json(z.object({ items: z.array(elementStatistics) })),
  }),
  getCallHierarchy: route({
    method: 'GET',
    path: '/process-instances/{processInstanceKey}/call-hierarchy',
    tag,
    summary: 'List the instances above a process instance, from the one that nobody called down to itself',
    permission: 'process-instance:read',
    surface: 'field',
    params,
    response: json(z.array(callHierarchyEntry)),
  }),
  getInstanceStatistics: route({
    method: 'POST',
    path: '/process-instances/statistics',
    tag,
    summary: 'Count the process instances that a filter finds by state, with their error rate',
    permission: 'process-instance:read',
    surface: 'braid',
    body: z.strictObject({ filter: processInstanceFilter.optional() }).optional(),
    response: json(instanceStatistics),
  }),
  getDefinitionStatistics: route({
    method: 'POST',
    path: '/process-definitions/{processDefinitionKey}/statistics/element-instances',
    tag: 'Process definitions',
    summary: 'Count the element instances of a process definition by element and state, over a filter',
    permission: 'process-instance:read',
    surface: 'field',
    params: z.object({ processDefinitionKey: key }),
    body: z.strictObject({ filter: definitionStatisticsFilter.optional() }).optional(),
    response: json(z.object({ items: z.array(elementStatistics) })),
  }),
  getSequenceFlows: route({
    method: 'GET',
    path: '/process-instances/{processInstanceKey}/sequence-flows',
    tag,
    summary: 'List the sequence flows that tokens of a process instance took',
    permission: 'process-instance:read',
    surface: 'field',
    params,
    response: json(z.object({ items: z.array(takenSequenceFlow) })),
  }),
  searchProcessInstanceOutput: route({
    method: 'POST',
    path: '/process-instances/{processInstanceKey}/output/search',
    tag,
    summary: 'Read what script tasks of a process instance wrote, and what workers said of their jobs',
    permission: 'process-instance:read',
    surface: 'braid',
    params,
    body: z
      .strictObject({ elementInstanceKey: key.optional(), elementId: id.optional(), ...outputRange })
      .optional(),
    response: json(outputPageOf(processInstanceOutput)),
  }),
  getProcessInstanceEvents: route({
    method: 'GET',
    path: '/process-instances/{processInstanceKey}/events',
    tag,
    summary: 'Read the event log of a process instance, in order',
    permission: 'process-instance:read',
    surface: 'braid',
    params,
    query: z.strictObject({
      /** Only entries of a later version. */
      after: queryInteger({ min: 0, max: Number.MAX_SAFE_INTEGER }).optional(),
      limit: queryInteger({ min: 1, max: 1000 }).optional(),
    }),
    response: json(z.object({ items: z.array(historyEntry), hasMore: z.boolean() })),
  }),
  streamProcessInstance: route({
    method: 'GET',
    path: '/process-instances/{processInstanceKey}/stream',
    tag,
    summary: 'Follow a process instance by server-sent events, resumed by Last-Event-ID',
    permission: 'process-instance:read',
    surface: 'braid',
    params,
    response: { kind: 'stream', status: 200, contentType: 'text/event-stream', frame: processInstanceFrame },
  }),
} as const
