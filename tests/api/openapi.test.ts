import { routes } from '@braid/contract/routes.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { asAdmin, createFakeServer, type FakeServer } from './fake-server.ts'

type Operation = {
  readonly operationId: string
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> }
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { schema: object }>> }>
  >
}
type Document = {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

let server: FakeServer
let document: Document
beforeAll(async () => {
  server = await createFakeServer()
  const response = await server.app.inject({ url: '/api/v1/openapi.json', headers: asAdmin })
  document = response.json()
})
afterAll(() => server.app.close())

const operations = () => Object.values(document.paths).flatMap((item) => Object.values(item))

describe('the OpenAPI document', () => {
  test('describes each route of the contract once', () => {
    expect(document.openapi).toBe('3.1.1')
    for (const [id, { method, path }] of Object.entries(routes)) {
      expect(document.paths[path]?.[method.toLowerCase()]?.operationId).toBe(id)
    }
    expect(operations().length).toBe(Object.keys(routes).length)
  })

  test('names every parameter of a path', () => {
    for (const [path, item] of Object.entries(document.paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      for (const { parameters } of Object.values(item)) {
        const described = parameters.filter((parameter) => parameter.in === 'path')
        expect(described.map(({ name }) => name)).toEqual(names)
        expect(described.every(({ required }) => required)).toBe(true)
      }
    }
  })

  test('holds schemas that can be read back', () => {
    const schemas = operations().flatMap(({ requestBody, responses }) =>
      [requestBody, ...Object.values(responses)].flatMap((part) =>
        Object.values(part?.content ?? {}).map(({ schema }) => schema as z.core.JSONSchema.JSONSchema),
      ),
    )
    for (const schema of schemas) {
      if (!('$ref' in schema)) expect(() => z.fromJSONSchema(schema)).not.toThrow()
    }
    expect(Object.keys(document.components.schemas)).toEqual(['Problem'])
  })
})
