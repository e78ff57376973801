import { z } from 'zod'
import { empty, json, route } from './route.ts'
import {
  choiceFilter,
  dateTime,
  dateTimeFilter,
  id,
  key,
  keyFilter,
  operationReference,
  searchRequest,
  searchResponse,
  tenantId,
  textFilter,
} from './schema.ts'

export const incidentStates = ['ACTIVE', 'RESOLVED'] as const
export const incidentTypes = [
  'JOB_NO_RETRIES',
  'IO_MAPPING_ERROR',
  'CONDITION_ERROR',
  'EXTRACT_VALUE_ERROR',
  'CALLED_ELEMENT_ERROR',
  'UNHANDLED_ERROR_EVENT',
  'STEP_LIMIT',
  'DECISION_EVALUATION_ERROR',
] as const

export const incident = z.object({
  incidentKey: key,
  errorType: z.enum(incidentTypes),
  errorMessage: z.string(),
  state: z.enum(incidentStates),
  creationTime: dateTime,
  elementId: id,
  elementInstanceKey: key,
  processInstanceKey: key,
  processDefinitionKey: key,
  processDefinitionId: id,
  jobKey: key.optional(),
  tenantId,
})
export type Incident = z.output<typeof incident>

export const incidentFilter = z.strictObject({
  incidentKey: keyFilter.optional(),
  errorType: choiceFilter(incidentTypes).optional(),
  errorMessage: textFilter.optional(),
  state: choiceFilter(incidentStates).optional(),
  creationTime: dateTimeFilter.optional(),
  elementId: textFilter.optional(),
  elementInstanceKey: keyFilter.optional(),
  processInstanceKey: keyFilter.optional(),
  processDefinitionKey: keyFilter.optional(),
  processDefinitionId: textFilter.optional(),
  jobKey: keyFilter.optional(),
  tenantId: tenantId.optional(),
})

export const incidentSearch = searchRequest(incidentFilter, [
  'incidentKey',
  'errorType',
  'errorMessage',
  'state',
  'creationTime',
  'elementId',
  'elementInstanceKey',
  'processInstanceKey',
  'processDefinitionKey',
  'processDefinitionId',
  'jobKey',
  'tenantId',
])

const params = z.object({ incidentKey: key })
const tag = 'Incidents'

export const incidentRoutes = {
  searchIncidents: route({
    method: 'POST',
    path: '/incidents/search',
    tag,
    summary: 'Search incidents',
    permission: 'incident:read',
    surface: 'field',
    body: incidentSearch.optional(),
    response: json(searchResponse(incident)),
  }),
  getIncident: route({
    method: 'GET',
    path: '/incidents/{incidentKey}',
    tag,
    summary: 'Get an incident',
    permission: 'incident:read',
    surface: 'field',
    params,
    response: json(incident),
  }),
  resolveIncident: route({
    method: 'POST',
    path: '/incidents/{incidentKey}/resolution',
    tag,
    summary: 'Resolve an incident: the step that failed is tried again',
    permission: 'incident:resolve',
    surface: 'field',
    params,
    body: z
      .strictObject({
        operationReference: operationReference.optional(),
        /**
         * What the failed job has at least then. Given before, by a request of their own, they put the job on offer, and
         * a worker may be done before the resolution comes. Without, a job that has none left is refused, as by Camunda 8.
         * Of an incident without a job: nothing.
         */
        retries: z.int().min(1).max(1_000_000).optional(),
      })
      .optional(),
    response: empty,
  }),
} as const
