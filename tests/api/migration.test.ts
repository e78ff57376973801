/** Migrating process instances to another definition, through the API of a running node. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, createApi, eventually } from '../support/api.ts'
import { processXml, serviceTask } from '../support/process-xml.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let api: Api
let second: string
const message =
  '<message id="m" name="note"><extensionElements><zeebe:subscription correlationKey="=id" /></extensionElements></message>'
const version = (task: string, event: string) =>
  processXml(
    'p',
    `<startEvent id="s" />${serviceTask(task)}<userTask id="u"><extensionElements><zeebe:userTask /></extensionElements></userTask>
    <boundaryEvent id="${event}" attachedToRef="${task}" cancelActivity="false"><messageEventDefinition messageRef="m" /></boundaryEvent>`,
    `s -> ${task}`,
    `${event} -> u`,
  ).replace('<process', `${message}<process`)

beforeAll(async () => {
  server = await createTestServer()
  api = createApi(server)
  await api.deploy('v1.bpmn', version('old', 'noted'))
})
afterAll(() => server?.stop())

const migrate = (key: string, mapping: Readonly<Record<string, string>>, target = second) =>
  api.post(`/process-instances/${key}/migration`, {
    targetProcessDefinitionKey: target,
    mappingInstructions: Object.entries(mapping).map(([sourceElementId, targetElementId]) => ({
      sourceElementId,
      targetElementId,
    })),
  })

describe('migration', () => {
  test('moves instances with their jobs, tasks, subscriptions and incidents', async () => {
    const key = await api.start('p', { id: 7 })
    const quiet = await api.start('p', { id: 8 })
    const job = await api.takeJob('old')
    const broken = await api.takeJob('old')
    await api.post(`/jobs/${broken}/failure`, { retries: 0, errorMessage: 'no' })
    await api.post('/messages/publication', { name: 'note', correlationKey: '7', timeToLive: 60_000 })
    await eventually(() => api.active(key), ['old', 'u'])
    second = await api.deploy('v2.bpmn', version('new', 'seen'))
    expect(await migrate(key, { u: 'u' })).toMatchObject({
      status: 409,
      body: {
        code: 'INVALID_STATE',
        detail: `'old': it is active: expected a mapping for it`,
        errors: [{ path: 'old', message: 'it is active: expected a mapping for it' }],
      },
    })
    expect((await migrate(key, { old: 'new', u: 'u', noted: 'seen' })).status).toBe(204)
    expect((await migrate(quiet, { old: 'new' })).status).toBe(204)
    expect((await api.get(`/process-instances/${key}`)).body).toMatchObject({
      processDefinitionKey: second,
      processDefinitionVersion: 2,
    })
    expect(await api.items('/jobs/search', { elementId: 'new' })).toHaveLength(2)
    expect(await api.items('/user-tasks/search', { processInstanceKey: key })).toMatchObject([
      { elementId: 'u', processDefinitionKey: second },
    ])
    expect(await api.items('/incidents/search', { processDefinitionKey: second })).toMatchObject([
      { elementId: 'new' },
    ])
    const elements = await api.items('/element-instances/search', { processInstanceKey: key })
    expect(elements.map(({ elementId, type, state }) => [elementId, type, state])).toContainEqual([
      'noted',
      'BOUNDARY_EVENT',
      'COMPLETED',
    ])
    expect(elements.map(({ elementId, type, state }) => [elementId, type, state])).toContainEqual([
      'new',
      'SERVICE_TASK',
      'ACTIVE',
    ])
    // One is subscribed as before, the other anew: both are met.
    for (const correlationKey of ['7', '8'])
      await api.post('/messages/publication', { name: 'note', correlationKey, timeToLive: 60_000 })
    await eventually(() => api.active(key), ['new', 'u', 'u'])
    await eventually(() => api.active(quiet), ['new', 'u'])
    expect((await api.post(`/jobs/${job}/completion`)).status).toBe(204)
    await eventually(async () => (await api.active(key)).length + (await api.active(quiet)).length, 4)
  })

  test('of many says what is in the way of each', async () => {
    const first = (
      await api.items('/process-definitions/search', { processDefinitionId: 'p', version: 1 })
    )[0]
    const keys: string[] = []
    for (let index = 0; index < 3; index++) {
      const { body } = await api.post('/process-instances', {
        processDefinitionKey: first?.processDefinitionKey,
        variables: { id: `m${index}` },
      })
      keys.push(String(body.processInstanceKey))
    }
    await api.post('/messages/publication', { name: 'note', correlationKey: 'm1', timeToLive: 60_000 })
    await eventually(() => api.active(keys[1] ?? ''), ['old', 'u'])
    const { body } = await api.post('/process-instances/migration', {
      filter: { processInstanceKey: { $in: keys } },
      migrationPlan: {
        targetProcessDefinitionKey: second,
        mappingInstructions: [{ sourceElementId: 'old', targetElementId: 'new' }],
      },
    })
    const batch = async () => (await api.get(`/batch-operations/${String(body.batchOperationKey)}`)).body
    const counts = { operationsTotalCount: 3, operationsCompletedCount: 2, operationsFailedCount: 1 }
    await eventually(batch, expect.objectContaining({ state: 'COMPLETED', ...counts }))
    const failed = { batchOperationKey: body.batchOperationKey, state: 'FAILED' }
    expect(await api.items('/batch-operation-items/search', failed)).toMatchObject([
      { processInstanceKey: keys[1], errorMessage: `'u': it is active: expected a mapping for it` },
    ])
    await Promise.all([0, 2].map((index) => eventually(() => api.active(keys[index] ?? ''), ['new'])))
  })

  test('needs a definition that can be run', async () => {
    const key = await api.start('p', { id: 9 })
    expect((await migrate(key, {}, '9007199254740991')).status).toBe(404)
    expect((await migrate(key, { new: 'new' })).body).toMatchObject({ code: 'INVALID_STATE' })
    expect((await migrate('9007199254740991', {})).status).toBe(404)
    expect((await api.post(`/process-instances/${key}/migration`, {})).status).toBe(400)
  })
})
