/** One thing done to all process instances that a filter finds: in the background, by all nodes, item by item. */
import { z } from 'zod'
import { migrationPlan } from './migration.ts'
import { batchMoveInstructions } from './modification.ts'
import type { Permission } from './permission.ts'
import { processInstanceFilter } from './process-instance.ts'
import { empty, json, route } from './route.ts'
import {
  choiceFilter,
  dateTime,
  key,
  keyFilter,
  operationReference,
  searchRequest,
  searchResponse,
  textFilter,
} from './schema.ts'

export const batchOperationTypes = [
  'CANCEL_PROCESS_INSTANCE',
  'RESOLVE_INCIDENT',
  'MIGRATE_PROCESS_INSTANCE',
  'MODIFY_PROCESS_INSTANCE',
  'SUSPEND_PROCESS_INSTANCE',
  'RESUME_PROCESS_INSTANCE',
  'DELETE_PROCESS_INSTANCE',
  'UPDATE_JOB_RETRIES',
] as const
export type BatchOperationType = (typeof batchOperationTypes)[number]
export const batchOperationStates = ['ACTIVE', 'SUSPENDED', 'COMPLETED', 'CANCELED'] as const
export const batchOperationItemStates = ['ACTIVE', 'COMPLETED', 'FAILED', 'CANCELED'] as const

export const batchOperation = z.object({
  batchOperationKey: key,
  batchOperationType: z.enum(batchOperationTypes),
  /** COMPLETED: every item was tried; the counts say how that went. */
  state: z.enum(batchOperationStates),
  /** Who asked for it. */
  actorId: z.string(),
  startDate: dateTime,
  endDate: dateTime.optional(),
  operationsTotalCount: z.int(),
  operationsCompletedCount: z.int(),
  operationsFailedCount: z.int(),
  /** Of the operation as a whole: always empty, for an operation that can't begin is refused. */
  errors: z.array(z.object({ type: z.string(), message: z.string() })),
})
export type BatchOperation = z.output<typeof batchOperation>

export const batchOperationItem = z.object({
  batchOperationKey: key,
  operationType: z.enum(batchOperationTypes),
  /** The process instance, incident or job. */
  itemKey: key,
  processInstanceKey: key,
  state: z.enum(batchOperationItemStates),
  processedDate: dateTime.optional(),
  /** Why it failed. */
  errorMessage: z.string().optional(),
})
export type BatchOperationItem = z.output<typeof batchOperationItem>

const type = choiceFilter(batchOperationTypes)

export const batchOperationSearch = searchRequest(
  z.strictObject({
    batchOperationKey: keyFilter.optional(),
    operationType: type.optional(),
    state: choiceFilter(batchOperationStates).optional(),
    actorId: textFilter.optional(),
  }),
  ['batchOperationKey', 'operationType', 'state', 'startDate', 'endDate', 'actorId'],
)

export const batchOperationItemSearch = searchRequest(
  z.strictObject({
    batchOperationKey: keyFilter.optional(),
    operationType: type.optional(),
    itemKey: keyFilter.optional(),
    processInstanceKey: keyFilter.optional(),
    state: choiceFilter(batchOperationItemStates).optional(),
  }),
  ['batchOperationKey', 'itemKey', 'processInstanceKey', 'processedDate', 'state'],
)

export const createdBatchOperation = z.object({
  batchOperationKey: key,
  batchOperationType: z.enum(batchOperationTypes),
})

/** Which instances; those that are in no state for it are left out. */
const selection = {
  filter: processInstanceFilter,
  operationReference: operationReference.optional(),
}

const tag = 'Batch operations'
const params = z.object({ batchOperationKey: key })
const reference = z.strictObject({ operationReference: operationReference.optional() }).optional()

const toMany = <const P extends Permission>(path: string, summary: string, permission: P) =>
  route({
    method: 'POST',
    path: `/process-instances/${path}`,
    tag,
    summary,
    permission,
    surface: 'field',
    body: z.strictObject(selection),
    response: json(createdBatchOperation),
  })

const control = (path: string, summary: string) =>
  route({
    method: 'POST',
    path: `/batch-operations/{batchOperationKey}/${path}`,
    tag,
    summary,
    permission: 'batch-operation:update',
    surface: 'field',
    params,
    body: reference,
    response: empty,
  })

export const batchOperationRoutes = {
  cancelProcessInstances: toMany(
    'cancellation',
    'Terminate all running process instances that a filter finds',
    'process-instance:cancel',
  ),
  resolveIncidents: toMany(
    'incident-resolution',
    'Resolve all incidents of the process instances that a filter finds; their jobs get a retry',
    'incident:resolve',
  ),
  suspendProcessInstances: toMany(
    'suspension',
    'Suspend all running process instances that a filter finds',
    'process-instance:suspend',
  ),
  resumeProcessInstances: toMany(
    'resumption',
    'Resume all suspended process instances that a filter finds',
    'process-instance:suspend',
  ),
  deleteProcessInstances: toMany(
    'deletion',
    'Delete all ended process instances that a filter finds, with everything that is stored of them',
    'process-instance:delete',
  ),
  migrateProcessInstances: route({
    method: 'POST',
    path: '/process-instances/migration',
    tag,
    summary: 'Let all running process instances that a filter finds go on in another definition',
    permission: 'process-instance:migrate',
    surface: 'field',
    body: z.strictObject({ ...selection, migrationPlan: z.strictObject(migrationPlan) }),
    response: json(createdBatchOperation),
  }),
  modifyProcessInstances: route({
    method: 'POST',
    path: '/process-instances/modification',
    tag,
    summary: 'Move the tokens of all running process instances that a filter finds',
    permission: 'process-instance:modify',
    surface: 'field',
    body: z.strictObject({ ...selection, moveInstructions: batchMoveInstructions }),
    response: json(createdBatchOperation),
  }),
  updateJobRetries: route({
    method: 'POST',
    path: '/process-instances/job-retries',
    tag,
    summary: 'Give retries to all jobs of the process instances that a filter finds',
    permission: 'job:update',
    surface: 'braid',
    body: z.strictObject({ ...selection, retries: z.int().min(1).max(1_000_000) }),
    response: json(createdBatchOperation),
  }),
  resolveProcessInstanceIncidents: route({
    method: 'POST',
    path: '/process-instances/{processInstanceKey}/incident-resolution',
    tag,
    summary: 'Resolve all incidents of a process instance',
    permission: 'incident:resolve',
    surface: 'field',
    params: z.object({ processInstanceKey: key }),
    body: reference,
    response: json(createdBatchOperation),
  }),
  getBatchOperation: route({
    method: 'GET',
    path: '/batch-operations/{batchOperationKey}',
    tag,
    summary: 'Get a batch operation and how far it is',
    permission: 'batch-operation:read',
    surface: 'field',
    params,
    response: json(batchOperation),
  }),
  searchBatchOperations: route({
    method: 'POST',
    path: '/batch-operations/search',
    tag,
    summary: 'Search batch operations',
    permission: 'batch-operation:read',
    surface: 'field',
    body: batchOperationSearch.optional(),
    response: json(searchResponse(batchOperation)),
  }),
  searchBatchOperationItems: route({
    method: 'POST',
    path: '/batch-operation-items/search',
    tag,
    summary: 'Search items of batch operations, with the errors of those that failed',
    permission: 'batch-operation:read',
    surface: 'field',
    body: batchOperationItemSearch.optional(),
    response: json(searchResponse(batchOperationItem)),
  }),
  cancelBatchOperation: control('cancellation', 'Leave the rest of a batch operation undone'),
  suspendBatchOperation: control('suspension', 'Let a batch operation wait'),
  resumeBatchOperation: control('resumption', 'Let a suspended batch operation go on'),
} as const
