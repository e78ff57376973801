/** Runs of DAGs on one node: started, watched, queued, canceled, repeated; what their tasks say. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, createApi, eventually } from '../../support/api.ts'
import { chainOf, dagApi, deployDag } from '../../support/dag.ts'
import { createTestServer, type TestServer } from '../../support/server.ts'

let server: TestServer
let api: Api
let dags: ReturnType<typeof dagApi>
beforeAll(async () => {
  server = await createTestServer()
  api = createApi(server, '/api/v1')
  dags = dagApi(api)
})
afterAll(() => server.stop())

describe('a run', () => {
  test('goes from node to node and shows where it is', async () => {
    await deployDag(api, chainOf('shop/order', ['pay', 'ship'], { title: 'Order', output: '= ship' }))
    const { dagRunKey, dagKey, ...started } = await dags.start('shop/order', {
      input: { id: 7 },
      priority: 3,
    })
    expect(started).toEqual({ dagId: 'shop/order', state: 'RUNNING' })
    const pay = await dags.take('shop-order/pay')
    expect(pay).toMatchObject({ attempt: 1, variables: { input: { id: 7 } } })
    expect(await dags.runOf(dagRunKey)).toMatchObject({
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
    await dags.complete(pay.jobKey, 'paid')
    await eventually(async () => (await dags.runOf(dagRunKey)).progress, 0.5)
    await dags.complete((await dags.take('shop-order/ship')).jobKey, 'shipped')
    await eventually(() => dags.stateOf(dagRunKey), 'SUCCEEDED')
    expect(await dags.runOf(dagRunKey)).toMatchObject({
      progress: 1,
      output: 'shipped',
      nodes: [{ state: 'succeeded' }, { state: 'succeeded' }],
    })
    expect(await dags.taskOf(dagRunKey, 'pay')).toMatchObject({
      kind: 'task',
      state: 'succeeded',
      item: [],
      input: { id: 7 },
      output: 'paid',
      attempts: [{ attempt: 1, worker: 'w', outcome: 'succeeded' }],
    })
    expect(await api.items('/dag-runs/search', { dagId: 'shop/order' })).toMatchObject([
      { dagRunKey, state: 'SUCCEEDED', progress: 1, dagTitle: 'Order' },
    ])
    expect(await api.items('/dags/search', { application: 'shop' })).toMatchObject([
      { dagKey, dagId: 'shop/order', application: 'shop', title: 'Order', version: 1 },
    ])
    expect((await api.get(`/dags/${dagKey}`)).body).toMatchObject({
      title: 'Order',
      variants: {},
      graph: { nodes: [{ id: 'pay' }, { id: 'ship' }], edges: [{ from: 'pay', to: 'ship' }] },
    })
  })

  test('is refused with input that the DAG does not want, each field by its name', async () => {
    const input = {
      type: 'object',
      required: ['to'],
      additionalProperties: false,
      properties: { to: { type: 'string' }, copies: { type: 'integer', maximum: 9 } },
    } as const
    const variants = { often: { copies: 9 } }
    await deployDag(api, chainOf('letter', ['send'], { input, variants }))
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
    const { dagRunKey } = await dags.start('letter', { input: { to: 'Ada' }, variant: 'often' })
    expect(await dags.runOf(dagRunKey)).toMatchObject({ input: { to: 'Ada', copies: 9 }, variant: 'often' })
  })

  test('takes no results of jobs once it was canceled', async () => {
    await deployDag(api, chainOf('doomed', ['work']))
    const { dagRunKey } = await dags.start('doomed')
    const { jobKey } = await dags.take('doomed/work')
    expect(await dags.cancel(dagRunKey)).toBe(204)
    expect(await dags.complete(jobKey, 1)).toBe(404)
    expect(await dags.runOf(dagRunKey)).toMatchObject({ state: 'CANCELED', nodes: [{ state: 'canceled' }] })
    expect((await api.post('/jobs/reports', { reports: [{ jobKey, entries: [] }] })).body).toEqual({
      gone: [jobKey],
    })
    expect(await dags.taskOf(dagRunKey, 'work')).toMatchObject({
      attempts: [{ worker: 'w', outcome: 'canceled' }],
    })
  })
})

describe('a DAG with a bound', () => {
  test('starts its runs in the order of priority, then age, and forgets those that are canceled', async () => {
    await deployDag(api, chainOf('narrow', ['work'], { maxActiveRuns: 1 }))
    const first = await dags.start('narrow')
    const low = await dags.start('narrow', { priority: -1 })
    const middle = await dags.start('narrow')
    const high = await dags.start('narrow', { priority: 5 })
    const unwanted = await dags.start('narrow', { priority: 9 })
    expect([first.state, low.state, high.state]).toEqual(['RUNNING', 'QUEUED', 'QUEUED'])
    expect(await dags.cancel(unwanted.dagRunKey)).toBe(204)
    expect(await dags.runOf(unwanted.dagRunKey)).toMatchObject({
      state: 'CANCELED',
      nodes: [{ state: 'waiting' }],
    })
    const queued = await api.items('/dag-runs/search', { dagId: 'narrow', state: 'QUEUED' })
    expect(queued.map(({ dagRunKey }) => dagRunKey)).toEqual([low, middle, high].map((run) => run.dagRunKey))
    for (const run of [first, high, middle, low]) {
      await eventually(() => dags.stateOf(run.dagRunKey), 'RUNNING')
      expect(await api.items('/dag-runs/search', { dagId: 'narrow', state: 'RUNNING' })).toHaveLength(1)
      await dags.complete((await dags.take('narrow/work')).jobKey, null)
    }
    await eventually(() => dags.stateOf(low.dagRunKey), 'SUCCEEDED')
  })
})

describe('what a task says', () => {
  test('is kept in order, with its progress, up to a bound', async () => {
    await deployDag(api, chainOf('talk', ['say']))
    const { dagRunKey } = await dags.start('talk')
    const { jobKey } = await dags.take('talk/say')
    const report = async (entries: readonly object[]) =>
      (await api.post('/jobs/reports', { worker: 'w', reports: [{ jobKey, entries }] })).body.gone
    const log = (message: string) => ({ kind: 'log', level: 'info', message })
    expect(
      await report([
        log('first'),
        { kind: 'value', value: { page: 1 } },
        { kind: 'progress', progress: 0.25 },
      ]),
    ).toEqual([])
    await eventually(async () => (await dags.outputOf(dagRunKey)).length, 3)
    const [first, value, progress] = await dags.outputOf(dagRunKey)
    expect([first, value, progress]).toMatchObject([
      { sequence: 1, nodeId: 'say', attempt: 1, kind: 'log', level: 'info', message: 'first' },
      { sequence: 2, kind: 'value', value: { page: 1 } },
      { sequence: 3, kind: 'progress', progress: 0.25 },
    ])
    expect(await dags.outputOf(dagRunKey, { after: 1, kind: 'value' })).toEqual([value])
    expect(await dags.runOf(dagRunKey)).toMatchObject({ progress: 0.25, nodes: [{ progress: 0.25 }] })
    for (let page = 0; page < 10; page++) {
      await report(Array.from({ length: 1_000 }, (_, line) => log(`${page * 1_000 + line}`)))
      const told = (page + 1) * 1_000
      const last = Math.min(told + 3, 10_001)
      await eventually(
        async () => (await dags.outputOf(dagRunKey, { after: last - 1 })).at(-1)?.sequence,
        last,
      )
    }
    await report([{ kind: 'progress', progress: 0.75 }])
    await eventually(async () => (await dags.runOf(dagRunKey)).progress, 0.75)
    const tail = await dags.outputOf(dagRunKey, { after: 9_999 })
    expect(tail.map(({ message }) => message)).toEqual([
      '9996',
      expect.stringContaining('more than 10000 entries'),
    ])
    expect(
      (await api.post('/jobs/reports', { worker: 'other', reports: [{ jobKey, entries: [] }] })).body.gone,
    ).toEqual([jobKey])
  })
})

describe('a run that is repeated', () => {
  test('takes over what does not come behind the node, which begins with the input that is given', async () => {
    const task = (id: string, after: readonly string[], input: string) =>
      ({ kind: 'task', id, task: `diamond/${id}`, after, input }) as const
    await deployDag(api, {
      id: 'diamond',
      nodes: [
        task('top', [], '= input'),
        task('left', ['top'], '= top'),
        task('right', ['top'], '= top'),
        task('bottom', ['left', 'right'], '= [left, right]'),
      ],
      output: '= bottom',
    })
    const original = await dags.start('diamond', { input: { n: 1 } })
    const answer = async (node: string, output: unknown) => {
      const job = await dags.take(`diamond/${node}`)
      await dags.complete(job.jobKey, output)
      return job.variables as { readonly input: unknown }
    }
    await answer('top', 'T')
    await answer('left', 'L')
    const early = await api.post(`/dag-runs/${original.dagRunKey}/rerun`, { from: 'left' })
    expect(early).toMatchObject({ status: 409, body: { detail: expect.stringContaining('right') } })
    await answer('right', 'R')
    await answer('bottom', 'B')
    await eventually(() => dags.stateOf(original.dagRunKey), 'SUCCEEDED')
    const again = (
      await api.post(`/dag-runs/${original.dagRunKey}/rerun`, { from: 'left', input: { edited: true } })
    ).body
    expect((await answer('left', 'L2')).input).toEqual({ edited: true })
    expect((await answer('bottom', 'B2')).input).toEqual(['L2', 'R'])
    await eventually(() => dags.stateOf(again.dagRunKey), 'SUCCEEDED')
    expect(await dags.runOf(again.dagRunKey)).toMatchObject({
      trigger: 'rerun',
      rerunOf: original.dagRunKey,
      rerunFrom: 'left',
      output: 'B2',
      nodes: ['top', 'left', 'right', 'bottom'].map((nodeId) => ({ nodeId, state: 'succeeded' })),
    })
    expect(await dags.tasksOf(again.dagRunKey)).toHaveLength(2)
    const whole = (await api.post(`/dag-runs/${original.dagRunKey}/rerun`)).body
    expect((await answer('top', 'T3')).input).toEqual({ n: 1 })
    expect(await dags.cancel(whole.dagRunKey)).toBe(204)
    const unknown = await api.post(`/dag-runs/${original.dagRunKey}/rerun`, { from: 'nowhere' })
    expect(unknown).toMatchObject({ status: 400, body: { errors: [{ path: 'body.from' }] } })
  })
})
