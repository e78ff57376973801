import { z } from 'zod'
import { json, route } from './route.ts'
import {
  id,
  integerFilter,
  jsonObject,
  key,
  keyFilter,
  searchRequest,
  searchResponse,
  tenantId,
  textFilter,
} from './schema.ts'

export const processDefinition = z.object({
  processDefinitionKey: key,
  processDefinitionId: id,
  name: z.string().optional(),
  resourceName: z.string(),
  version: z.int(),
  versionTag: z.string().optional(),
  tenantId,
  hasStartForm: z.boolean(),
})
export type ProcessDefinition = z.output<typeof processDefinition>

export const processDefinitionFilter = z.strictObject({
  processDefinitionKey: keyFilter.optional(),
  processDefinitionId: textFilter.optional(),
  name: textFilter.optional(),
  resourceName: textFilter.optional(),
  version: integerFilter.optional(),
  versionTag: textFilter.optional(),
  isLatestVersion: z.boolean().optional(),
  tenantId: tenantId.optional(),
})

export const processDefinitionSearch = searchRequest(processDefinitionFilter, [
  'processDefinitionKey',
  'processDefinitionId',
  'name',
  'resourceName',
  'version',
  'versionTag',
  'tenantId',
])

export const form = z.object({
  formKey: key,
  formId: id,
  version: z.int(),
  tenantId,
  /** A form-js schema. */
  schema: jsonObject,
})
export type Form = z.output<typeof form>

const params = z.object({ processDefinitionKey: key })

export const processDefinitionRoutes = {
  searchProcessDefinitions: route({
    method: 'POST',
    path: '/process-definitions/search',
    tag: 'Process definitions',
    summary: 'Search process definitions',
    permission: 'process-definition:read',
    surface: 'field',
    body: processDefinitionSearch.optional(),
    response: json(searchResponse(processDefinition)),
  }),
  getProcessDefinition: route({
    method: 'GET',
    path: '/process-definitions/{processDefinitionKey}',
    tag: 'Process definitions',
    summary: 'Get a process definition',
    permission: 'process-definition:read',
    surface: 'field',
    params,
    response: json(processDefinition),
  }),
  getProcessDefinitionXml: route({
    method: 'GET',
    path: '/process-definitions/{processDefinitionKey}/xml',
    tag: 'Process definitions',
    summary: 'Get the BPMN file of a process definition',
    permission: 'process-definition:read',
    surface: 'field',
    params,
    response: { kind: 'text', status: 200, contentType: 'text/xml' },
  }),
  getStartForm: route({
    method: 'GET',
    path: '/process-definitions/{processDefinitionKey}/form',
    tag: 'Process definitions',
    summary: 'Get the form of the start event; 204 when it has none',
    permission: 'process-definition:read',
    surface: 'field',
    params,
    response: json(form.optional()),
  }),
} as const
