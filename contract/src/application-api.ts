/** Installed applications. */
import { z } from 'zod'
import { empty, json, route } from './route.ts'
import {
  dateTime,
  id,
  jsonObject,
  jsonValue,
  key,
  searchRequest,
  searchResponse,
  text,
  textFilter,
} from './schema.ts'

export const applicationStates = ['loaded', 'broken'] as const

export const application = z.object({
  name: id,
  title: z.string(),
  description: z.string().optional(),
  version: z.string().optional(),
  state: z.enum(applicationStates),
  /** Of a broken one: what is wrong, and where (file:line:column). */
  error: z.object({ message: z.string(), place: z.string().optional() }).optional(),
  tasks: z.array(
    z.object({
      name: id,
      title: z.string(),
      jobType: z.string(),
      tags: z.array(z.string()),
      inputSchema: jsonObject,
      outputSchema: jsonObject,
    }),
  ),
  dags: z.array(z.object({ dagId: z.string(), dagKey: key.optional(), title: z.string() })),
  processes: z.array(z.string()),
  forms: z.array(z.string()),
  routes: z.array(
    z.object({
      method: z.enum(['GET', 'POST']),
      path: z.string(),
      summary: z.string(),
      permission: z.string(),
      inputSchema: jsonObject,
      outputSchema: jsonObject,
    }),
  ),
  screens: z.array(
    z.object({
      name: id,
      title: z.string(),
      /** Path of an endpoint. */
      endpoint: z.string(),
      /** Fields of its answer. */
      show: z.object({
        text: z.string().optional(),
        items: z.string().optional(),
        itemTitle: z.string().optional(),
        itemText: z.string().optional(),
        itemScore: z.string().optional(),
        image: z.string().optional(),
      }),
    }),
  ),
  models: z.array(
    z.object({
      name: id,
      title: z.string(),
      /** JSON Schema of a record: forms and columns are made of it. */
      schema: jsonObject,
      /** Columns of the list. */
      columns: z.array(z.string()),
      /** DAGs that take a record as their input. */
      actions: z.array(
        z.object({
          name: id,
          title: z.string(),
          dagId: z.string(),
          /** Offered only for records with these values. */
          where: jsonObject.optional(),
        }),
      ),
    }),
  ),
  /** JSON Schema of the settings, and the present values without secrets. */
  settingsSchema: jsonObject.optional(),
  settings: jsonObject,
})
export type Application = z.output<typeof application>

export const recordSearch = searchRequest(
  z.strictObject({
    id: textFilter.optional(),
    /** Part of any text of the record. */
    text: text(1_000).optional(),
    /** Equal values by field. */
    data: jsonObject.optional(),
  }),
  ['id', 'label', 'createdAt', 'updatedAt'],
).optional()

export const applicationRecord = z.object({
  id,
  model: id,
  /** How people call it. */
  label: z.string(),
  data: jsonObject,
  createdAt: dateTime,
  updatedAt: dateTime,
  /** Raised by each change; a change names the one it saw. */
  version: z.int(),
})
export type ApplicationRecord = z.output<typeof applicationRecord>

const params = z.object({ application: id })
const modelParams = z.object({ application: id, model: id })
const endpointParams = z.object({ application: id, endpoint: id })
const recordParams = z.object({ application: id, model: id, recordId: id })
const tag = 'Applications'

export const applicationRoutes = {
  listApplications: route({
    method: 'GET',
    path: '/applications',
    tag,
    summary: 'List the installed applications, broken ones with their error',
    permission: 'application:read',
    surface: 'braid',
    response: json(z.object({ items: z.array(application) })),
  }),
  getApplication: route({
    method: 'GET',
    path: '/applications/{application}',
    tag,
    summary: 'Get an application',
    permission: 'application:read',
    surface: 'braid',
    params,
    response: json(application),
  }),
  searchRecords: route({
    method: 'POST',
    path: '/applications/{application}/models/{model}/records/search',
    tag,
    summary: 'Search records of a model',
    permission: 'record:read',
    surface: 'braid',
    params: modelParams,
    body: recordSearch,
    response: json(searchResponse(applicationRecord)),
  }),
  createRecord: route({
    method: 'POST',
    path: '/applications/{application}/models/{model}/records',
    tag,
    summary: 'Create a record',
    permission: 'record:update',
    surface: 'braid',
    params: modelParams,
    body: z.strictObject({ id: id.optional(), data: jsonObject }),
    response: json(applicationRecord),
  }),
  getRecord: route({
    method: 'GET',
    path: '/applications/{application}/models/{model}/records/{recordId}',
    tag,
    summary: 'Get a record',
    permission: 'record:read',
    surface: 'braid',
    params: recordParams,
    response: json(applicationRecord),
  }),
  updateRecord: route({
    method: 'PUT',
    path: '/applications/{application}/models/{model}/records/{recordId}',
    tag,
    summary: 'Change a record; refused when somebody else changed it meanwhile',
    permission: 'record:update',
    surface: 'braid',
    params: recordParams,
    body: z.strictObject({ data: jsonObject, version: z.int().optional() }),
    response: json(applicationRecord),
  }),
  deleteRecord: route({
    method: 'DELETE',
    path: '/applications/{application}/models/{model}/records/{recordId}',
    tag,
    summary: 'Delete a record',
    permission: 'record:update',
    surface: 'braid',
    params: recordParams,
    response: empty,
  }),
  readEndpoint: route({
    method: 'GET',
    path: '/applications/{application}/endpoints/{endpoint}',
    tag,
    summary: 'Call an endpoint of an application that reads; its input is the query',
    permission: 'signed-in',
    surface: 'braid',
    params: endpointParams,
    query: z.looseObject({}),
    response: json(jsonValue),
  }),
  callEndpoint: route({
    method: 'POST',
    path: '/applications/{application}/endpoints/{endpoint}',
    tag,
    summary: 'Call an endpoint of an application; the application says which permission it needs',
    permission: 'signed-in',
    surface: 'braid',
    params: endpointParams,
    body: jsonValue.optional(),
    response: json(jsonValue),
  }),
} as const
