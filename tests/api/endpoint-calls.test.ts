/** Endpoints that call endpoints of other applications. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, createApi } from '../support/api.ts'
import { type ApplicationsFolder, createApplicationsFolder } from '../support/applications.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

let folder: ApplicationsFolder
let server: TestServer
let administrator: Api

const desk = `
const relay = endpoint({
  method: 'POST', path: 'relay', summary: 'Asks the archive',
  input: z.object({ path: z.string(), given: z.any() }), output: z.any(),
  handle: async ({ path, given }, { callEndpoint }) => {
    try { return { answer: await callEndpoint('archive', path, given) } } catch (error) { return { refused: error.message } }
  },
})`
const archive = `
const open = endpoint({
  method: 'POST', path: 'open', summary: 'Says who asks', input: z.object({ n: z.number() }), output: z.any(),
  handle: async ({ n }, { caller }) => ({ twice: n * 2, by: caller.name }),
})
const closed = endpoint({
  method: 'POST', path: 'closed', summary: 'Not for all', permission: 'record:update', input: z.any(), output: z.any(),
  handle: async () => 'kept',
})
const circle = endpoint({
  method: 'POST', path: 'circle', summary: 'Calls itself', input: z.any(), output: z.any(),
  handle: async (_, { callEndpoint }) => {
    globalThis.braidCircles = (globalThis.braidCircles ?? 0) + 1
    return callEndpoint('archive', 'circle', null)
  },
})`

beforeAll(async () => {
  folder = await createApplicationsFolder()
  await folder.define('desk', desk, 'endpoints: [relay]')
  await folder.define('archive', archive, 'endpoints: [open, closed, circle]')
  server = await createTestServer({ applicationsDir: folder.path })
  administrator = createApi(server, '/api/v1')
})
afterAll(async () => {
  await server?.stop()
  await folder?.drop()
})

const relay = async (api: Api, path: string, given: unknown = null): Promise<unknown> =>
  (await api.post('/applications/desk/endpoints/relay', { path, given })).body

describe('an endpoint of another application', () => {
  test('answers as it answers the caller', async () => {
    const direct = (await administrator.post('/applications/archive/endpoints/open', { n: 21 })).body
    expect(direct).toMatchObject({ twice: 42, by: expect.any(String) })
    expect(await relay(administrator, 'open', { n: 21 })).toEqual({ answer: direct })
  })

  test('says what input it wants, and that it is not there', async () => {
    expect(await relay(administrator, 'open', { n: 'many' })).toEqual({
      refused: 'archive/open: body.n: expected number, got a string',
    })
    expect(await relay(administrator, 'other')).toEqual({
      refused: 'archive/other: there is no endpoint POST other of an application archive',
    })
  })

  test('is called with no more than the caller may', async () => {
    const grants = ['application:use']
    const { secret } = (await administrator.post('/api-keys', { name: 'guest', grants })).body
    const guest = createApi({ url: server.url, apiKey: String(secret) }, '/api/v1')
    expect(await relay(guest, 'open', { n: 1 })).toMatchObject({ answer: { twice: 2, by: 'guest' } })
    expect(await relay(guest, 'closed')).toEqual({
      refused: 'archive/closed: this needs the permission record:update',
    })
    expect(await relay(administrator, 'closed')).toEqual({ answer: 'kept' })
  })

  test('is not called for ever', async () => {
    const { status } = await administrator.post('/applications/archive/endpoints/circle')
    expect(status).toBe(502)
    expect(Reflect.get(globalThis, 'braidCircles')).toBe(5)
  })
})
