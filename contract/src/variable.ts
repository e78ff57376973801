import { z } from 'zod'
import { json, route } from './route.ts'
import { id, key, keyFilter, searchRequest, searchResponse, tenantId, textFilter } from './schema.ts'

const fields = {
  variableKey: key,
  name: id,
  /** JSON text. */
  value: z.string(),
  /** Element instance that owns it; the process instance for variables of the process. */
  scopeKey: key,
  processInstanceKey: key,
  tenantId,
}

export const fullVariable = z.object(fields)
/** In lists, long values are cut. */
export const variable = z.object({ ...fields, isTruncated: z.boolean() })
export type Variable = z.output<typeof variable>

export const variableSearchFilter = z.strictObject({
  variableKey: keyFilter.optional(),
  name: textFilter.optional(),
  value: textFilter.optional(),
  scopeKey: keyFilter.optional(),
  processInstanceKey: keyFilter.optional(),
  isTruncated: z.boolean().optional(),
  tenantId: tenantId.optional(),
})

export const variableSearch = searchRequest(variableSearchFilter, [
  'variableKey',
  'name',
  'value',
  'scopeKey',
  'processInstanceKey',
  'tenantId',
])

const tag = 'Variables'

export const variableRoutes = {
  searchVariables: route({
    method: 'POST',
    path: '/variables/search',
    tag,
    summary: 'Search variables',
    permission: 'variable:read',
    surface: 'field',
    query: z.strictObject({
      /** `false`: whole values. */
      truncateValues: z.enum(['true', 'false']).optional(),
    }),
    body: variableSearch.optional(),
    response: json(searchResponse(variable)),
  }),
  getVariable: route({
    method: 'GET',
    path: '/variables/{variableKey}',
    tag,
    summary: 'Get a variable with its whole value',
    permission: 'variable:read',
    surface: 'field',
    params: z.object({ variableKey: key }),
    response: json(fullVariable),
  }),
} as const
