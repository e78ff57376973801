/** Batch operations and deletion through the API of running nodes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, createApi, eventually } from '../support/api.ts'
import { processXml, serviceTask } from '../support/process-xml.ts'
import { createTestServer, startNode, type TestServer } from '../support/server.ts'

let server: TestServer
let api: Api
beforeAll(async () => {
  server = await createTestServer()
  api = createApi(server)
  await api.deploy('w.bpmn', processXml('w', `<startEvent id="s" />${serviceTask('work')}`, 's -> work'))
  const call = `<callActivity id="call"><extensionElements><zeebe:calledElement processId="w" /></extensionElements>
    </callActivity>`
  await api.deploy('caller.bpmn', processXml('caller', `<startEvent id="s" />${call}`, 's -> call'))
})
afterAll(() => server?.stop())

const startSome = (count: number, batch: string) =>
  Promise.all(Array.from({ length: count }, () => api.start('w', { batch })))
const of = (batch: string) => ({ variables: [{ name: 'batch', value: JSON.stringify(batch) }] })

async function run(path: string, body: object): Promise<string> {
  const { status, body: answer } = await api.post(`/process-instances/${path}`, body)
  expect(status).toBe(200)
  return String(answer.batchOperationKey)
}
const batch = async (key: string) => (await api.get(`/batch-operations/${key}`)).body
const ended = (key: string, counts: object) =>
  eventually(() => batch(key), expect.objectContaining({ state: 'COMPLETED', ...counts }))
const statesOf = async (name: string): Promise<unknown[]> => {
  const found = await api.items('/process-instances/search', of(name))
  return [...new Set(found.map(({ state }) => state))]
}

describe('batch operations', () => {
  test('suspend, resume, cancel and delete what a filter finds', async () => {
    await startSome(120, 'a')
    const all = { operationsTotalCount: 120, operationsCompletedCount: 120, operationsFailedCount: 0 }
    await ended(await run('suspension', { filter: of('a') }), all)
    expect(await statesOf('a')).toEqual(['SUSPENDED'])
    await ended(await run('resumption', { filter: of('a') }), all)
    expect(await statesOf('a')).toEqual(['ACTIVE'])
    await ended(await run('cancellation', { filter: of('a') }), all)
    expect(await statesOf('a')).toEqual(['TERMINATED'])
    const deletion = await run('deletion', { filter: of('a') })
    await ended(deletion, {
      ...all,
      batchOperationType: 'DELETE_PROCESS_INSTANCE',
      actorId: expect.any(String),
    })
    expect(await statesOf('a')).toEqual([])
    await ended(await run('cancellation', { filter: of('a') }), { operationsTotalCount: 0 })
  })

  test('resolve incidents, giving their jobs a retry', async () => {
    await startSome(3, 'b')
    for (let job = 0; job < 3; job++)
      await api.post(`/jobs/${await api.takeJob('work')}/failure`, { retries: 0, errorMessage: 'broken' })
    const found = () => api.items('/process-instances/search', { ...of('b'), hasIncident: true })
    await eventually(async () => (await found()).length, 3)
    const [one] = await found()
    const single = await run(`${String(one?.processInstanceKey)}/incident-resolution`, {})
    await ended(single, { operationsTotalCount: 1, operationsCompletedCount: 1 })
    await ended(await run('incident-resolution', { filter: of('b') }), { operationsTotalCount: 2 })
    expect(await found()).toEqual([])
    expect(await api.items('/batch-operation-items/search', { batchOperationKey: single })).toMatchObject([
      { operationType: 'RESOLVE_INCIDENT', state: 'COMPLETED', processInstanceKey: one?.processInstanceKey },
    ])
    await ended(await run('cancellation', { filter: of('b') }), { operationsCompletedCount: 3 })
  })

  test('give retries to jobs', async () => {
    const [key = ''] = await startSome(1, 'c')
    const job = await api.takeJob('work')
    const retries = await fetch(`${server.url}/api/v1/process-instances/job-retries`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ filter: of('c'), retries: 7 }),
    })
    const { batchOperationKey } = (await retries.json()) as { readonly batchOperationKey: string }
    await ended(batchOperationKey, { operationsCompletedCount: 1 })
    expect(await api.items('/jobs/search', { processInstanceKey: key })).toMatchObject([
      { jobKey: job, retries: 7 },
    ])
    await ended(await run('cancellation', { filter: of('c') }), { operationsCompletedCount: 1 })
  })

  test('that are over can not be stopped', async () => {
    const key = await run('cancellation', { filter: of('nobody') })
    for (const verb of ['cancellation', 'suspension', 'resumption']) {
      const answer = await api.post(`/batch-operations/${key}/${verb}`)
      expect(answer).toMatchObject({ status: 409, body: { code: 'INVALID_STATE' } })
      expect(answer.body.detail).toMatch(`batch operation ${key} is COMPLETED, not `)
    }
  })

  test('are worked off by another node when the one that began them is gone', async () => {
    await startSome(200, 'e')
    const other = await startNode(server.databaseUrl)
    const begun = createApi({ url: other.url, apiKey: server.apiKey })
    const { body } = await begun.post('/process-instances/cancellation', { filter: of('e') })
    await other.stop()
    await ended(String(body.batchOperationKey), { operationsCompletedCount: 200 })
  })

  test('refuse what they can not read', async () => {
    expect(await api.post('/process-instances/cancellation', {})).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST' },
    })
    expect((await api.get('/batch-operations/9007199254740991')).status).toBe(404)
    expect((await api.post('/batch-operations/9007199254740991/cancellation')).status).toBe(404)
  })
})

describe('deletion', () => {
  test('takes everything of an ended instance, and of those that it called', async () => {
    const key = await api.start('caller')
    const children = () => api.items('/process-instances/search', { parentProcessInstanceKey: key })
    await eventually(async () => (await children()).length, 1)
    const [child] = await children()
    expect(await api.post(`/process-instances/${key}/deletion`)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('has not ended: cancel it first') },
    })
    await api.post(`/process-instances/${key}/cancellation`)
    await eventually(async () => (await children()).map(({ state }) => state), ['TERMINATED'])
    await eventually(async () => (await api.post(`/process-instances/${key}/deletion`)).status, 204)
    for (const gone of [key, String(child?.processInstanceKey)]) {
      expect((await api.get(`/process-instances/${gone}`)).status).toBe(404)
      expect(await api.items('/variables/search', { processInstanceKey: gone })).toEqual([])
    }
    expect((await api.post(`/process-instances/${key}/deletion`)).status).toBe(404)
  })
})
