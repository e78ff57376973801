/** Deleting what was deployed, through the API of running nodes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, createApi, eventually } from '../support/api.ts'
import { processXml, serviceTask } from '../support/process-xml.ts'
import { createTestServer, startNode, type TestServer } from '../support/server.ts'

let server: TestServer
let api: Api
beforeAll(async () => {
  server = await createTestServer()
  api = createApi(server)
})
afterAll(() => server?.stop())

const version = (id: string, task: string) =>
  processXml(id, `<startEvent id="s" />${serviceTask(task)}`, `s -> ${task}`)
const remove = (key: string, body: object = {}) => api.post(`/resources/${key}/deletion`, body)
const versionsOf = async (processDefinitionId: string) =>
  (await api.items('/process-definitions/search', { processDefinitionId })).map((found) => found.version)
const startByKey = async (processDefinitionKey: string) =>
  (await api.post('/process-instances', { processDefinitionKey })).status

describe('deleting a process definition', () => {
  test('makes the version before the latest one, with its start events', async () => {
    const message = `<message id="m" name="go" />`
    const byMessage = processXml(
      'again',
      '<startEvent id="s"><messageEventDefinition messageRef="m" /></startEvent><userTask id="u"><extensionElements><zeebe:userTask /></extensionElements></userTask>',
      's -> u',
    ).replace('<process', `${message}<process`)
    await api.deploy('v1.bpmn', byMessage)
    const second = await api.deploy('v2.bpmn', version('again', 'work'))
    expect((await remove(second)).body).toEqual({ resourceKey: second, batchOperation: null })
    expect(await versionsOf('again')).toEqual([1])
    expect(await startByKey(second)).toBe(404)
    expect((await remove(second)).status).toBe(404)
    await api.post('/messages/publication', { name: 'go', correlationKey: '', timeToLive: 10_000 })
    const running = () => api.items('/process-instances/search', { processDefinitionId: 'again' })
    await eventually(async () => (await running()).length, 1)
    // Its number is not given again.
    await api.deploy('v3.bpmn', version('again', 'work'))
    expect(await versionsOf('again')).toEqual([1, 3])
  })

  test('is refused while instances run, and keeps the history of those that ended', async () => {
    const key = await api.deploy('kept.bpmn', version('kept', 'work'))
    const instance = await api.start('kept')
    expect(await remove(key)).toMatchObject({
      status: 409,
      body: { detail: `1 instance runs of process definition ${key}: cancel first, or send cancelInstances` },
    })
    await api.post(`/process-instances/${instance}/cancellation`)
    expect((await remove(key)).status).toBe(200)
    expect((await api.get(`/process-instances/${instance}`)).body).toMatchObject({ state: 'TERMINATED' })
    expect(await versionsOf('kept')).toEqual([])
    expect((await api.post('/process-instances', { processDefinitionId: 'kept' })).status).toBe(404)
  })

  test('takes its instances along when asked to, running ones too', async () => {
    const key = await api.deploy('gone.bpmn', version('gone', 'work'))
    const ended = await api.start('gone')
    await api.post(`/process-instances/${ended}/cancellation`)
    await Promise.all([1, 2, 3].map(() => api.start('gone')))
    const { body } = await remove(key, { cancelInstances: true })
    expect(body.batchOperation).toMatchObject({ batchOperationType: 'DELETE_PROCESS_INSTANCE' })
    const { batchOperationKey } = body.batchOperation as { readonly batchOperationKey: string }
    const done = { state: 'COMPLETED', operationsTotalCount: 4, operationsFailedCount: 0 }
    await eventually(
      async () => (await api.get(`/batch-operations/${batchOperationKey}`)).body,
      expect.objectContaining(done),
    )
    expect(await api.items('/process-instances/search', { processDefinitionKey: key })).toEqual([])
  })

  test('is noticed by a node that hears of it', async () => {
    const other = await startNode(server.databaseUrl)
    const there = createApi({ url: other.url, apiKey: server.apiKey })
    const key = await api.deploy(
      'known.bpmn',
      processXml('known', '<startEvent id="s" /><endEvent id="e" />', 's -> e'),
    )
    const start = async () => (await there.post('/process-instances', { processDefinitionKey: key })).status
    expect(await start()).toBe(200)
    expect((await remove(key)).status).toBe(200)
    // Both nodes are in this process, so that they take each other's notices for their own.
    other.execution.heardOf({
      instances: [],
      jobTypes: [],
      canceled: [],
      outputs: [],
      definitions: true,
      rateLimits: false,
    })
    expect(await start()).toBe(404)
    await other.stop()
  })
})

test('what is no resource is not found', async () => {
  expect((await remove('9007199254740991')).status).toBe(404)
  expect((await remove('5', { cascade: true })).body).toMatchObject({ code: 'INVALID_REQUEST' })
})
