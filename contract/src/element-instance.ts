import { z } from 'zod'
import { empty, json, route } from './route.ts'
import {
  choiceFilter,
  dateTime,
  dateTimeFilter,
  id,
  jsonObject,
  key,
  keyFilter,
  operationReference,
  searchRequest,
  searchResponse,
  tenantId,
  textFilter,
} from './schema.ts'

export const elementInstanceStates = ['ACTIVE', 'COMPLETED', 'TERMINATED'] as const

export const elementInstanceTypes = [
  'UNSPECIFIED',
  'PROCESS',
  'SUB_PROCESS',
  'EVENT_SUB_PROCESS',
  'AD_HOC_SUB_PROCESS',
  'START_EVENT',
  'INTERMEDIATE_CATCH_EVENT',
  'INTERMEDIATE_THROW_EVENT',
  'BOUNDARY_EVENT',
  'END_EVENT',
  'SERVICE_TASK',
  'RECEIVE_TASK',
  'USER_TASK',
  'MANUAL_TASK',
  'TASK',
  'EXCLUSIVE_GATEWAY',
  'INCLUSIVE_GATEWAY',
  'PARALLEL_GATEWAY',
  'EVENT_BASED_GATEWAY',
  'SEQUENCE_FLOW',
  'MULTI_INSTANCE_BODY',
  'CALL_ACTIVITY',
  'BUSINESS_RULE_TASK',
  'SCRIPT_TASK',
  'SEND_TASK',
  'UNKNOWN',
] as const

export const elementInstance = z.object({
  elementInstanceKey: key,
  processInstanceKey: key,
  processDefinitionKey: key,
  processDefinitionId: id,
  elementId: id,
  elementName: z.string().optional(),
  type: z.enum(elementInstanceTypes),
  state: z.enum(elementInstanceStates),
  startDate: dateTime,
  endDate: dateTime.optional(),
  hasIncident: z.boolean(),
  incidentKey: key.optional(),
  /** Element instance of the containing scope; absent for the process itself. */
  elementInstanceScopeKey: key.optional(),
  tenantId,
})
export type ElementInstance = z.output<typeof elementInstance>

export const elementInstanceFilter = z.strictObject({
  elementInstanceKey: keyFilter.optional(),
  processInstanceKey: keyFilter.optional(),
  processDefinitionKey: keyFilter.optional(),
  processDefinitionId: textFilter.optional(),
  elementInstanceScopeKey: keyFilter.optional(),
  elementId: textFilter.optional(),
  elementName: textFilter.optional(),
  type: choiceFilter(elementInstanceTypes).optional(),
  state: choiceFilter(elementInstanceStates).optional(),
  hasIncident: z.boolean().optional(),
  incidentKey: keyFilter.optional(),
  startDate: dateTimeFilter.optional(),
  endDate: dateTimeFilter.optional(),
  tenantId: tenantId.optional(),
})

export const elementInstanceSearch = searchRequest(elementInstanceFilter, [
  'elementInstanceKey',
  'processInstanceKey',
  'processDefinitionKey',
  'processDefinitionId',
  'startDate',
  'endDate',
  'elementId',
  'elementName',
  'type',
  'state',
  'incidentKey',
  'tenantId',
])

const params = z.object({ elementInstanceKey: key })
const tag = 'Element instances'

export const elementInstanceRoutes = {
  activateAdHocActivities: route({
    method: 'POST',
    path: '/element-instances/ad-hoc-activities/{adHocSubProcessInstanceKey}/activation',
    tag,
    summary: 'Activate activities of an ad-hoc sub-process',
    permission: 'process-instance:modify',
    surface: 'field',
    params: z.object({ adHocSubProcessInstanceKey: key }),
    body: z.strictObject({
      elements: z
        .array(z.strictObject({ elementId: id, variables: jsonObject.optional() }))
        .min(1)
        .max(1_000),
      /** Ends what runs inside first. */
      cancelRemainingInstances: z.boolean().optional(),
    }),
    response: empty,
  }),
  searchElementInstances: route({
    method: 'POST',
    path: '/element-instances/search',
    tag,
    summary: 'Search element instances',
    permission: 'process-instance:read',
    surface: 'field',
    body: elementInstanceSearch.optional(),
    response: json(searchResponse(elementInstance)),
  }),
  getElementInstance: route({
    method: 'GET',
    path: '/element-instances/{elementInstanceKey}',
    tag,
    summary: 'Get an element instance',
    permission: 'process-instance:read',
    surface: 'field',
    params,
    response: json(elementInstance),
  }),
  setVariables: route({
    method: 'PUT',
    path: '/element-instances/{elementInstanceKey}/variables',
    tag: 'Variables',
    summary: 'Set variables at a process instance or element instance',
    permission: 'variable:update',
    surface: 'field',
    params,
    body: z.strictObject({
      variables: jsonObject,
      /** Into that scope itself; otherwise each goes to the nearest scope that has it, else to the process. */
      local: z.boolean().optional(),
      operationReference: operationReference.optional(),
    }),
    response: empty,
  }),
} as const
