/** The OpenAPI 3.1 description of the API, derived from the route table. */

import type { JsonObject } from '@braid/core/base/json.ts'
import { z } from 'zod'
import { problem } from './problem.ts'
import type { Route } from './route.ts'
import { routes } from './routes.ts'

type Side = 'input' | 'output'

const schemaOf = (schema: z.ZodType, io: Side): JsonObject => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    target: 'draft-2020-12',
  })
  return rest as JsonObject
}

const problemResponse = {
  description: 'A refusal: problem details (RFC 9457) with a stable `code`.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

/** `version` is that of the server, `path` where its API is mounted. */
export function openApiDocument({
  version,
  path,
}: {
  readonly version: string
  readonly path: string
}): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {}
  for (const [operationId, route] of Object.entries<Route>(routes)) {
    paths[route.path] ??= {}
    const item = paths[route.path]
    if (item !== undefined) item[route.method.toLowerCase()] = operationOf(operationId, route)
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Braid',
      version,
      description: 'Processes on one durable engine. Keys are strings of decimal digits, times ISO 8601.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: path }],
    security: [{ apiKey: [] }, { apiKeyHeader: [] }, { session: [], csrfToken: [] }],
    paths,
    components: {
      schemas: { Problem: schemaOf(problem, 'output') },
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key.' },
        apiKeyHeader: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        session: { type: 'apiKey', in: 'cookie', name: 'braid_session' },
        csrfToken: { type: 'apiKey', in: 'header', name: 'x-csrf-token' },
      },
    },
  }
}

function operationOf(operationId: string, route: Route): JsonObject {
  const body = bodyOf(route)
  return {
    operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.permission === 'public' ? { security: [] } : { 'x-permission': route.permission }),
    ...(route.anonymous === undefined ? {} : { 'x-anonymous': route.anonymous }),
    parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
    ...(body === undefined ? {} : { requestBody: body }),
    responses: { [String(route.response.status)]: successOf(route), default: problemResponse },
  }
}

function parametersOf(schema: z.ZodObject | undefined, place: 'path' | 'query'): readonly JsonObject[] {
  if (schema === undefined) return []
  return Object.entries(schema.shape).map(([name, field]) => {
    const value = field as z.ZodType
    const required = place === 'path' || !value.safeParse(undefined).success
    return { name, in: place, required, schema: schemaOf(value, place === 'path' ? 'input' : 'output') }
  })
}

function bodyOf(route: Route): JsonObject | undefined {
  if (route.body === undefined) return undefined
  if (route.bodyKind === 'multipart') {
    const file = { type: 'string', contentMediaType: 'application/octet-stream' }
    const schema = {
      type: 'object',
      required: ['resources'],
      properties: { resources: { type: 'array', items: file }, tenantId: { type: 'string' } },
    }
    return { required: true, content: { 'multipart/form-data': { schema } } }
  }
  return {
    required: !route.body.safeParse(undefined).success,
    content: { 'application/json': { schema: schemaOf(route.body, 'input') } },
  }
}

function successOf({ response, summary }: Route): JsonObject {
  if (response.kind === 'empty') return { description: 'Done.' }
  if (response.kind === 'text') {
    return { description: summary, content: { [response.contentType]: { schema: { type: 'string' } } } }
  }
  const schema = schemaOf(response.kind === 'json' ? response.schema : response.frame, 'output')
  const contentType = response.kind === 'json' ? 'application/json' : response.contentType
  return { description: summary, content: { [contentType]: { schema } } }
}
