/** Runs of DAGs on one node: started, watched, queued, canceled. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, createApi, eventually } from '../../support/api.ts'
import { chainOf, deployDag } from '../../support/dag.ts'
import { createTestServer, type TestServer } from '../../support/server.ts'

let server: TestServer
let api: Api
beforeAll(async () => {
  server = await createTestServer()
  api = createApi(server, '/api/v1')
})
afterAll(() => server.stop())

const start = async (dagId: string, more: object = {}): Promise<Record<string, unknown>> =>
  (await api.post('/dag-runs', { dagId, ...more })).body
const runOf = async (key: unknown) => (await api.get(`/dag-runs/${key}`)).body
const stateOf = async (key: unknown) => (await runOf(key)).state

type Job = { readonly jobKey: string; readonly attempt: number; readonly variables: object }
const take = async (type: string, more: object = {}): Promise<Job> => {
  const request = { type, worker: 'w', timeout: 60_000, maxJobsToActivate: 1, requestTimeout: 5_000, ...more }
  const [job] = (await api.post('/jobs/activation', request)).body.jobs as Job[]
  if (job === undefined) throw new Error(`no job of type ${type}`)
  return job
}
const complete = (jobKey: string, output: unknown) =>
  api.post(`/jobs/${jobKey}/completion`, { variables: { output } })

describe('a run', () => {
  test('goes from node to node and shows where it is', async () => {
    const dagKey = await deployDag(
      server.databaseUrl,
      chainOf('shop/order', ['pay', 'ship'], { title: 'Order' }),
    )
    const started = await start('shop/order', { input: { id: 7 }, priority: 3 })
    expect(started).toMatchObject({ dagKey, dagId: 'shop/order', state: 'RUNNING' })
    const pay = await take('shop/order/pay')
    expect(pay).toMatchObject({ attempt: 1, variables: { input: { id: 7 } } })
    expect(await runOf(started.dagRunKey)).toMatchObject({
      dagTitle: 'Order',
      dagVersion: 1,
      state: 'RUNNING',
      trigger: 'manual',
      startedBy: expect.any(String),
      priority: 3,
      progress: 0,
      input: { id: 7 },
      nodes: [
        { nodeId: 'pay', state: 'running', counts: { running: 1 } },
        { nodeId: 'ship', state: 'waiting' },
      ],
    })
    await complete(pay.jobKey, 'paid')
    await eventually(async () => (await runOf(started.dagRunKey)).progress, 0.5)
    const ship = await take('shop/order/ship')
    await complete(ship.jobKey, 'shipped')
    await eventually(() => stateOf(started.dagRunKey), 'SUCCEEDED')
    const ended = await runOf(started.dagRunKey)
    expect(ended).toMatchObject({ progress: 1, nodes: [{ state: 'succeeded' }, { state: 'succeeded' }] })
    const { items } = (
      await api.post(`/dag-runs/${started.dagRunKey}/tasks/search`, { filter: { nodeId: 'pay' } })
    ).body
    expect(items).toMatchObject([{ nodeId: 'pay', kind: 'task', state: 'succeeded', item: [] }])
    const [task] = items as { readonly taskKey: string }[]
    expect((await api.get(`/dag-runs/${started.dagRunKey}/tasks/${task?.taskKey}`)).body).toMatchObject({
      input: { id: 7 },
      output: 'paid',
      attempts: [{ attempt: 1, worker: 'w', outcome: 'succeeded' }],
    })
    expect(await api.items('/dag-runs/search', { dagId: 'shop/order' })).toMatchObject([
      { dagRunKey: started.dagRunKey, state: 'SUCCEEDED', progress: 1, dagTitle: 'Order' },
    ])
    expect(await api.items('/dags/search', { application: 'shop' })).toMatchObject([
      { dagKey, dagId: 'shop/order', application: 'shop', title: 'Order', version: 1 },
    ])
  })

  test('is refused with input that the DAG does not want, each field by its name', async () => {
    const input = {
      type: 'object',
      required: ['to'],
      additionalProperties: false,
      properties: { to: { type: 'string' }, copies: { type: 'integer', maximum: 9 } },
    } as const
    const variants = { often: { copies: 9 } }
    await deployDag(server.databaseUrl, chainOf('letter', ['send'], { input, variants }))
    const refused = await api.post('/dag-runs', { dagId: 'letter', input: { copies: 10, form: 1 } })
    expect(refused.status).toBe(400)
    expect(refused.body.errors).toEqual([
      { path: 'body.input.to', message: 'expected a value, got nothing' },
      { path: 'body.input.copies', message: 'expected a number of at most 9' },
      { path: 'body.input.form', message: 'unknown field' },
    ])
    expect(await api.post('/dag-runs', { dagId: 'letter', variant: 'seldom' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'body.variant', message: 'expected a variant of the DAG (often)' }] },
    })
    expect((await api.post('/dag-runs', { dagId: 'nothing' })).status).toBe(404)
    expect((await api.post('/dag-runs', { dagId: 'letter', dagKey: '1' })).status).toBe(400)
    const { dagRunKey } = await start('letter', { input: { to: 'Ada' }, variant: 'often' })
    expect(await runOf(dagRunKey)).toMatchObject({ input: { to: 'Ada', copies: 9 }, variant: 'often' })
    await api.post(`/dag-runs/${dagRunKey}/cancellation`)
    expect(await stateOf(dagRunKey)).toBe('CANCELED')
  })
})

describe('a DAG with a bound', () => {
  test('starts its runs in the order of priority, then age, and forgets those that are canceled', async () => {
    await deployDag(server.databaseUrl, chainOf('narrow', ['work'], { maxActiveRuns: 1 }))
    const first = await start('narrow')
    const low = await start('narrow', { priority: -1 })
    const middle = await start('narrow')
    const high = await start('narrow', { priority: 5 })
    const unwanted = await start('narrow', { priority: 9 })
    expect([first.state, low.state, high.state]).toEqual(['RUNNING', 'QUEUED', 'QUEUED'])
    expect((await api.post(`/dag-runs/${unwanted.dagRunKey}/cancellation`)).status).toBe(204)
    expect(await runOf(unwanted.dagRunKey)).toMatchObject({
      state: 'CANCELED',
      nodes: [{ state: 'waiting' }],
    })
    const queued = await api.items('/dag-runs/search', { dagId: 'narrow', state: 'QUEUED' })
    expect(queued.map(({ dagRunKey }) => dagRunKey)).toEqual([low, middle, high].map((run) => run.dagRunKey))
    for (const run of [first, high, middle, low]) {
      await eventually(() => stateOf(run.dagRunKey), 'RUNNING')
      expect(await api.items('/dag-runs/search', { dagId: 'narrow', state: 'RUNNING' })).toHaveLength(1)
      await complete((await take('narrow/work')).jobKey, null)
    }
    await eventually(() => stateOf(low.dagRunKey), 'SUCCEEDED')
  })
})
