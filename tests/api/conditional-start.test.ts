/** Conditional start events, asked through the API of a running node. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, createApi } from '../support/api.ts'
import { processXml } from '../support/process-xml.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let api: Api
beforeAll(async () => {
  server = await createTestServer()
  api = createApi(server)
})
afterAll(() => server?.stop())

const start = (id: string, condition: string): string =>
  `<startEvent id="${id}"><conditionalEventDefinition><condition xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:type="tFormalExpression">=${condition}</condition></conditionalEventDefinition></startEvent>`
const task = '<userTask id="look"><extensionElements><zeebe:userTask /></extensionElements></userTask>'
const alarm = (limit: number) =>
  processXml(
    'alarm',
    `${start('hot', `temperature &gt; ${limit}`)}${start('loud', 'noise = "high"')}${task}`,
    'hot -> look',
    'loud -> look',
  )
const evaluate = (body: object) => api.post('/conditionals/evaluation', body)

describe('evaluating conditions', () => {
  test('starts an instance for each start event that holds, with the variables', async () => {
    const key = await api.deploy('alarm.bpmn', alarm(30))
    expect((await evaluate({ variables: { temperature: 20 } })).body).toMatchObject({ processInstances: [] })
    expect((await evaluate({ variables: {} })).body).toMatchObject({ processInstances: [] })
    const { status, body } = await evaluate({ variables: { temperature: 31, noise: 'high' } })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      conditionalEvaluationKey: expect.stringMatching(/^\d+$/),
      processInstances: [{ processDefinitionKey: key }, { processDefinitionKey: key }],
      tenantId: '<default>',
    })
    const [first] = body.processInstances as { readonly processInstanceKey: string }[]
    const processInstanceKey = first?.processInstanceKey ?? ''
    expect(await api.active(processInstanceKey)).toEqual(['look'])
    expect(await api.items('/variables/search', { processInstanceKey, name: 'temperature' })).toMatchObject([
      { value: '31' },
    ])
  })

  test('asks the latest version, or the one that is named', async () => {
    const [first] = await api.items('/process-definitions/search', { processDefinitionId: 'alarm' })
    await api.deploy('alarm2.bpmn', alarm(100))
    expect((await evaluate({ variables: { temperature: 50 } })).body).toMatchObject({ processInstances: [] })
    const processDefinitionKey = first?.processDefinitionKey
    expect((await evaluate({ variables: { temperature: 50 }, processDefinitionKey })).body).toMatchObject({
      processInstances: [{ processDefinitionKey }],
    })
  })

  test('refuses what it can not read', async () => {
    expect((await evaluate({})).body).toMatchObject({ code: 'INVALID_REQUEST' })
    expect((await evaluate({ variables: {}, processDefinitionKey: '9007199254740991' })).status).toBe(404)
  })
})
