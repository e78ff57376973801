/** Many instances: pages, filters, counts, standing still and deletion, through the API of a running node. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../support/api.ts'
import { createTestServer, type TestServer } from '../../support/server.ts'
import { bpmn, process, start, task } from './bpmn-text.ts'
import { createRuns, type Runs } from './runs.ts'

let server: TestServer
let runs: Runs
beforeAll(async () => {
  server = await createTestServer({ controlledClock: true })
  runs = await createRuns(server)
})
afterAll(() => server?.stop())

const unknown = '9007199254740991'
const deploy = (id: string): Promise<string> =>
  runs.deploy(`${id}.bpmn`, bpmn(process(id, start('start'), task('work'), 'start -> work')))

/** A second apart. */
async function startSome(id: string, count: number): Promise<readonly string[]> {
  const started: string[] = []
  for (let index = 0; index < count; index += 1) {
    started.push(await runs.start(id, { index }))
    await runs.advance(1_000)
  }
  return started
}

type Page = { readonly totalItems: number; readonly endCursor?: string; readonly startCursor?: string }

async function search(body: object): Promise<{ readonly keys: readonly string[]; readonly page: Page }> {
  const answer = await runs.post('/process-instances/search', body)
  expect(answer.status).toBe(200)
  const items = answer.body.items as readonly { readonly processInstanceKey: string }[]
  return { keys: items.map((item) => item.processInstanceKey), page: answer.body.page as Page }
}
const found = async (filter: object): Promise<readonly string[]> => (await search({ filter })).keys.toSorted()

describe('P33 a list of instances', () => {
  let all: readonly string[]
  let begun: number
  beforeAll(async () => {
    await deploy('p33')
    await deploy('p33_other')
    begun = runs.now()
    all = await startSome('p33', 15)
    await startSome('p33_other', 2)
  })

  test('of 15 has two pages, forwards and back', async () => {
    const filter = { processDefinitionId: 'p33' }
    const sort = [{ field: 'startDate', order: 'ASC' }]
    const first = await search({ filter, sort, page: { limit: 10 } })
    expect(first).toMatchObject({ keys: all.slice(0, 10), page: { totalItems: 15 } })
    const second = await search({ filter, sort, page: { limit: 10, after: first.page.endCursor } })
    expect(second).toMatchObject({ keys: all.slice(10), page: { totalItems: 15 } })
    const back = await search({ filter, sort, page: { limit: 10, before: second.page.startCursor } })
    expect(back.keys).toEqual(first.keys)
    expect((await search({ filter, sort, page: { limit: 10, from: 10 } })).keys).toEqual(second.keys)
    expect((await search({ filter, page: { limit: 10, from: 20 } })).keys).toEqual([])
  })

  test('is filtered by definition, state, date and variable', async () => {
    const [canceled = '', completed = ''] = all
    await runs.post(`/process-instances/${canceled}/cancellation`)
    await runs.complete(completed, 'work')
    expect(await found({ processDefinitionId: { $like: 'p33*' } })).toHaveLength(17)
    expect(await found({ processDefinitionId: 'p33', state: 'TERMINATED' })).toEqual([canceled])
    expect(await found({ processDefinitionId: 'p33', state: 'COMPLETED' })).toEqual([completed])
    expect(await found({ processDefinitionId: 'p33', state: 'ACTIVE' })).toEqual(all.slice(2).toSorted())
    const between = {
      $gte: new Date(begun + 5_000).toISOString(),
      $lt: new Date(begun + 8_000).toISOString(),
    }
    expect(await found({ processDefinitionId: 'p33', startDate: between })).toEqual(
      all.slice(5, 8).toSorted(),
    )
    const variables = [{ name: 'index', value: '7' }]
    expect(await found({ processDefinitionId: 'p33', variables })).toEqual([all[7]])
  })

  test('refuses what it does not know', async () => {
    for (const body of [{ filter: { state: 'LOST' } }, { filter: { nothing: 1 } }, { page: { limit: -1 } }])
      expect((await runs.post('/process-instances/search', body)).body.code).toBe('INVALID_REQUEST')
  })
})

test('P33 with 1 of 6 failed, the error rate is 16.67 per cent; states are counted', async () => {
  await deploy('p33_rate')
  const keys = await startSome('p33_rate', 6)
  const [failed = '', suspended = '', completed = ''] = keys
  await runs.fail(failed, 'work')
  expect((await runs.post(`/process-instances/${suspended}/suspension`)).status).toBe(204)
  await runs.complete(completed, 'work')
  const statistics = async () => {
    const filter = { processDefinitionId: 'p33_rate' }
    return (await runs.post('/process-instances/statistics', { filter })).body
  }
  const counts = { total: 6, active: 4, suspended: 1, completed: 1, terminated: 0 }
  expect(await statistics()).toEqual({ ...counts, withIncident: 1, errorRate: 16.67 })
  await runs.repair(failed)
  expect(await statistics()).toEqual({ ...counts, withIncident: 0, errorRate: 0 })
})

test('P33 a suspended instance stands still until it is resumed', async () => {
  await deploy('p33_suspended')
  const run = await runs.start('p33_suspended')
  expect((await runs.post(`/process-instances/${run}/suspension`)).status).toBe(204)
  expect(await runs.stateOf(run)).toBe('SUSPENDED')
  expect(await runs.items('/jobs/search', { processInstanceKey: run })).toEqual([])
  expect((await runs.post(`/process-instances/${run}/suspension`)).status).toBe(409)
  expect((await runs.post(`/process-instances/${run}/resumption`)).status).toBe(204)
  await runs.complete(run, 'work')
  await runs.ended(run)
})

test('P33 what does not exist is not found, and says what was looked for', async () => {
  for (const path of ['', '/events', '/call-hierarchy', '/sequence-flows', '/statistics/element-instances'])
    expect((await runs.get(`/process-instances/${unknown}${path}`)).status, path).toBe(404)
  for (const verb of ['cancellation', 'suspension', 'resumption', 'deletion'])
    expect((await runs.post(`/process-instances/${unknown}/${verb}`)).status, verb).toBe(404)
  expect((await runs.get(`/process-definitions/${unknown}`)).status).toBe(404)
  expect((await runs.get(`/incidents/${unknown}`)).status).toBe(404)
  expect(await runs.post('/process-instances', { processDefinitionId: 'nowhere' })).toMatchObject({
    status: 404,
    body: { code: 'NOT_FOUND', detail: expect.stringContaining('nowhere') },
  })
})

test('P33 deleting a definition is refused while instances run, and takes its instances when asked to', async () => {
  const key = await deploy('p33_deleted')
  const [ended = '', running = ''] = await startSome('p33_deleted', 2)
  await runs.complete(ended, 'work')
  expect(await runs.post(`/resources/${key}/deletion`)).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('1 instance runs') },
  })
  expect((await runs.post(`/resources/${key}/deletion`, { cancelInstances: true })).status).toBe(200)
  for (const run of [ended, running])
    await eventually(async () => (await runs.get(`/process-instances/${run}`)).status, 404)
  expect(await found({ processDefinitionId: 'p33_deleted' })).toEqual([])
  expect(await runs.items('/variables/search', { processInstanceKey: running })).toEqual([])
  expect(await runs.items('/process-definitions/search', { processDefinitionKey: key })).toEqual([])
  expect((await runs.post('/process-instances', { processDefinitionId: 'p33_deleted' })).status).toBe(404)
})
