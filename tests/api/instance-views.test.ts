/** What is told about several process instances together, through the API of a running node. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, createApi, eventually } from '../support/api.ts'
import { processXml, serviceTask } from '../support/process-xml.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let api: Api
let workKey: string
const call = (id: string, processId: string) =>
  `<callActivity id="${id}"><extensionElements><zeebe:calledElement processId="${processId}" /></extensionElements>
  </callActivity>`

beforeAll(async () => {
  server = await createTestServer({ controlledClock: true })
  api = createApi(server)
  workKey = await api.deploy(
    'w.bpmn',
    processXml(
      'w',
      `<startEvent id="s" />${serviceTask('work')}<endEvent id="e" />`,
      's -> work',
      'work -> e',
    ),
  )
  await api.deploy('m.bpmn', processXml('middle', `<startEvent id="s" />${call('inner', 'w')}`, 's -> inner'))
  await api.deploy(
    't.bpmn',
    processXml('top', `<startEvent id="s" />${call('outer', 'middle')}`, 's -> outer'),
  )
})
afterAll(() => server?.stop())

async function childOf(parentProcessInstanceKey: string): Promise<string> {
  const found = () => api.items('/process-instances/search', { parentProcessInstanceKey })
  await eventually(async () => (await found()).length, 1)
  return String((await found())[0]?.processInstanceKey)
}
const statistics = async (filter: object) => {
  const response = await fetch(`${server.url}/api/v1/process-instances/statistics`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ filter }),
  })
  return response.json()
}

describe('of called instances', () => {
  test('the hierarchy is told from the top, and an incident is seen up to there', async () => {
    const top = await api.start('top')
    const middle = await childOf(top)
    const inner = await childOf(middle)
    expect((await api.get(`/process-instances/${inner}/call-hierarchy`)).body).toMatchObject([
      { processInstanceKey: top, processDefinitionName: 'top' },
      { processInstanceKey: middle },
      { processInstanceKey: inner, processDefinitionKey: workKey },
    ])
    expect((await api.get('/process-instances/9007199254740991/call-hierarchy')).status).toBe(404)
    const withIncident = async (hasIncident: boolean) => {
      const found = await api.items('/process-instances/search', { hasIncident })
      return found.map(({ processInstanceKey }) => processInstanceKey).toSorted()
    }
    expect(await withIncident(true)).toEqual([])
    const job = await api.takeJob('work')
    await api.post(`/jobs/${job}/failure`, { retries: 0 })
    expect(await withIncident(true)).toEqual([top, middle, inner].toSorted())
    expect(await withIncident(false)).toEqual([])
    expect((await api.get(`/process-instances/${top}`)).body).toMatchObject({ hasIncident: true })
    await api.post(`/process-instances/${top}/cancellation`)
    await eventually(() => withIncident(true), [])
  })
})

describe('statistics', () => {
  test('count instances by state, with the rate of those that went wrong', async () => {
    const keys = await Promise.all(Array.from({ length: 6 }, () => api.start('w', { group: 1 })))
    const filter = { variables: [{ name: 'group', value: '1' }] }
    const jobs = await Promise.all(keys.map(() => api.takeJob('work')))
    await api.post(`/jobs/${jobs[0]}/failure`, { retries: 0 })
    for (const job of jobs.slice(1, 4)) await api.post(`/jobs/${job}/completion`)
    expect(await statistics(filter)).toEqual({
      total: 6,
      active: 3,
      suspended: 0,
      completed: 3,
      terminated: 0,
      withIncident: 1,
      errorRate: 16.67,
    })
    const path = `/process-definitions/${workKey}/statistics/element-instances`
    expect((await api.post(path, { filter })).body).toEqual({
      items: [
        { elementId: 'e', active: 0, completed: 3, canceled: 0, incidents: 0 },
        { elementId: 's', active: 0, completed: 6, canceled: 0, incidents: 0 },
        { elementId: 'work', active: 3, completed: 3, canceled: 0, incidents: 1 },
      ],
    })
    expect((await api.post(path, { filter: { processDefinitionKey: '1' } })).status).toBe(400)
    expect((await api.post('/process-definitions/5/statistics/element-instances')).status).toBe(404)
    expect(await statistics({ businessId: 'nobody' })).toMatchObject({ total: 0, errorRate: 0 })
  })
})

test('a timer start event makes up a bounded number of the firings that a standstill missed', async () => {
  const timer =
    '<startEvent id="s"><timerEventDefinition><timeCycle>R/PT1M</timeCycle></timerEventDefinition></startEvent>'
  await api.deploy('tick.bpmn', processXml('tick', `${timer}<endEvent id="e" />`, 's -> e'))
  await api.put('/clock', { timestamp: Date.now() + 24 * 3_600_000 })
  const total = async () => {
    const { body } = await api.post('/process-instances/search', {
      filter: { processDefinitionId: 'tick' },
      page: { limit: 0 },
    })
    return (body.page as { readonly totalItems: number }).totalItems
  }
  await eventually(total, 100)
  await api.put('/clock', { timestamp: Date.now() + 24 * 3_600_000 + 120_000 })
  await eventually(total, 102)
})
