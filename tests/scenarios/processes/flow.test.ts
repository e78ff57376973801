/** Sequences, start events, variables, gateways and cycles, through the API of a running node. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../../support/server.ts'
import { bpmn, end, gateway, process, script, start, task } from './bpmn-text.ts'
import { createRuns, type Runs } from './runs.ts'

let server: TestServer
let runs: Runs
beforeAll(async () => {
  server = await createTestServer({ controlledClock: true })
  runs = await createRuns(server)
})
afterAll(() => server?.stop())

/** Each test has a process of its own; returns its id. */
async function deploy(id: string, ...content: readonly string[]): Promise<string> {
  await runs.deploy(`${id}.bpmn`, bpmn(process(id, ...content)))
  return id
}

describe('sequence', () => {
  test('P1 start, task and end are passed in order, and no token is left', async () => {
    await deploy(
      'p1',
      ...[start('StartEvent_1'), task('Task_1'), end('EndEvent_1')],
      'StartEvent_1 -> Task_1 -> EndEvent_1',
    )
    const run = await runs.start('p1')
    await runs.waitsAt(run, 'Task_1')
    await runs.complete(run, 'Task_1')
    expect(await runs.stateOf(run)).toBe('COMPLETED')
    expect(await runs.path(run)).toEqual(['StartEvent_1', 'Task_1', 'EndEvent_1'])
    expect(await runs.active(run)).toEqual([])
  })

  test('P2 of two starts into one task, the one that is named begins', async () => {
    await deploy(
      'p2',
      ...[start('by_mail'), start('by_phone'), task('work')],
      ...['by_mail -> work', 'by_phone -> work'],
    )
    for (const at of ['by_mail', 'by_phone']) {
      const run = await runs.startAt('p2', at)
      await runs.complete(run, 'work')
      expect(await runs.path(run)).toEqual([at, 'work'])
    }
    expect((await runs.path(await runs.start('p2')))[0]).toBe('by_mail')
    const nowhere = { processDefinitionId: 'p2', startInstructions: [{ elementId: 'work' }] }
    expect(await runs.post('/process-instances', nowhere)).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('start event') },
    })
  })

  test('P3 a service task gets its property, and its result is stored', async () => {
    await deploy(
      'p3',
      ...[start('start'), task('test_task', { headers: { test_prop: 'test_value' } })],
      'start -> test_task',
    )
    const run = await runs.start('p3', { before: 1 })
    const { body } = await runs.post('/jobs/activation', {
      type: 'test_task',
      timeout: 60_000,
      maxJobsToActivate: 1,
    })
    const [job] = body.jobs as readonly Record<string, unknown>[]
    expect(job).toMatchObject({
      elementId: 'test_task',
      processInstanceKey: run,
      customHeaders: { test_prop: 'test_value' },
      variables: { before: 1 },
    })
    const completion = { variables: { result: { ok: true, items: [1, 'two', null] } } }
    expect((await runs.post(`/jobs/${String(job?.jobKey)}/completion`, completion)).status).toBe(204)
    expect(await runs.variables(run)).toEqual({ before: 1, ...completion.variables })
  })
})

describe('data', () => {
  beforeAll(() =>
    deploy(
      'p4',
      ...[start('Init'), gateway('exclusive', 'Split'), gateway('exclusive', 'Merge'), end('End')],
      ...[script('Low', '=value * 2', 'value'), script('High', '=value + 10', 'value')],
      ...[script('LowTaken', '="low"', 'path_taken'), script('HighTaken', '="high"', 'path_taken')],
      script(
        'Final',
        '="Final value: " + string(value) + ", Path taken: " + path_taken + ", Original message: " + message',
        'summary',
      ),
      ...['Init -> Split', 'Split -> Low if =value <= 10', 'Split -> High if =value > 10'],
      ...['Low -> LowTaken -> Merge', 'High -> HighTaken -> Merge', 'Merge -> Final -> End'],
    ),
  )

  test.each([
    { value: 5, final: 10, taken: 'low' },
    { value: 20, final: 30, taken: 'high' },
  ])('P4 variables pass through the branch for $value', async ({ value, final, taken }) => {
    const message = 'Initial message'
    const run = await runs.start('p4', { value, message })
    await runs.ended(run)
    expect(await runs.variables(run)).toEqual({
      value: final,
      message,
      path_taken: taken,
      summary: `Final value: ${final}, Path taken: ${taken}, Original message: ${message}`,
    })
  })

  test.each([
    { amount: 99.99, valid: true, path: ['start', 'validate', 'valid', 'pay', 'fulfil', 'confirm', 'done'] },
    { amount: -1, valid: false, path: ['start', 'validate', 'valid', 'reject', 'rejected'] },
  ])('P5 an order over $amount goes its way', async ({ amount, valid, path }) => {
    await deploy(
      'p5',
      ...[start('start'), script('validate', '=amount > 0', 'order_valid')],
      ...[gateway('exclusive', 'valid', 'reject'), task('pay'), task('fulfil'), task('confirm')],
      ...[task('reject'), end('done'), end('rejected')],
      'start -> validate -> valid',
      ...['valid -> pay if =order_valid', 'valid -> reject', 'pay -> fulfil -> confirm -> done'],
      'reject -> rejected',
    )
    const run = await runs.start('p5', { order_id: 'O-1', amount })
    const tasks = valid ? ['pay', 'fulfil', 'confirm'] : ['reject']
    for (const element of tasks) await runs.complete(run, element, { last: element })
    await runs.ended(run)
    expect(await runs.path(run)).toEqual(path)
    expect(await runs.variables(run)).toEqual({
      order_id: 'O-1',
      amount,
      order_valid: valid,
      last: tasks.at(-1),
    })
  })
})

describe('cycles', () => {
  const cycle = (id: string, condition: string) =>
    deploy(
      id,
      ...[start('start'), script('count', '=n + 1', 'n'), gateway('exclusive', 'enough', 'end'), end('end')],
      ...['start -> count -> enough', `enough -> count if ${condition}`, 'enough -> end'],
    )

  test('P6 a cycle through an exclusive gateway goes round until its condition ends it', async () => {
    await cycle('p6', '=n < 100')
    const run = await runs.start('p6', { n: 0 })
    await runs.ended(run)
    expect(await runs.variables(run)).toEqual({ n: 100 })
    expect((await runs.path(run)).filter((element) => element === 'count')).toHaveLength(100)
  })

  test('P6 a runaway cycle stops with an incident that says so, and ends once it can', async () => {
    await cycle('p6_runaway', '=not(stop)')
    const run = await runs.start('p6_runaway', { n: 0, stop: false })
    expect(await runs.incidents(run)).toEqual([
      {
        at: expect.stringMatching(/count|enough/),
        type: 'STEP_LIMIT',
        message: expect.stringContaining('loop without an exit'),
      },
    ])
    expect(await runs.stateOf(run)).toBe('ACTIVE')
    expect(
      (await runs.put(`/element-instances/${run}/variables`, { variables: { stop: true } })).status,
    ).toBe(204)
    await runs.repair(run)
    await runs.ended(run)
    // The server has time for others meanwhile, and after it.
    await runs.ended(await runs.start('p6_runaway', { n: 0, stop: true }))
  })
})

describe('gateways', () => {
  beforeAll(async () => {
    await deploy(
      'p9',
      ...[
        start('start'),
        gateway('exclusive', 'which', 'default'),
        end('large'),
        end('approved'),
        end('default'),
      ],
      ...['start -> which', 'which -> large if =amount > 1000'],
      ...['which -> approved if =status = "approved"', 'which -> default'],
    )
    await deploy(
      'p10',
      ...[
        start('start'),
        gateway('inclusive', 'which', 'Flow_default'),
        gateway('inclusive', 'join'),
        end('end'),
      ],
      ...['Flow_1', 'Flow_2', 'Flow_3', 'Flow_default'].map((id) => task(id)),
      ...['start -> which', 'which -> Flow_1 if =amount > 1000', 'which -> Flow_2 if =priority = "urgent"'],
      ...['which -> Flow_3 if =special', 'which -> Flow_default'],
      ...['Flow_1', 'Flow_2', 'Flow_3', 'Flow_default'].map((id) => `${id} -> join`),
      'join -> end',
    )
  })

  test.each([
    { amount: 500, status: 'pending', taken: 'default' },
    { amount: 1500, status: 'approved', priority: 'high', special: true, taken: 'large' },
    { amount: 500, status: 'approved', taken: 'approved' },
  ])(
    'P9 an exclusive gateway takes the first true flow, or the default: $taken',
    async ({ taken, ...variables }) => {
      const run = await runs.start('p9', variables)
      await runs.ended(run)
      expect(await runs.path(run)).toEqual(['start', 'which', taken])
    },
  )

  test.each([
    { amount: 1500, priority: 'urgent', special: true, taken: ['Flow_1', 'Flow_2', 'Flow_3'] },
    { amount: 500, priority: 'normal', special: false, taken: ['Flow_default'] },
    { amount: 1500, priority: 'normal', special: false, taken: ['Flow_1'] },
    { amount: 1500, priority: 'urgent', special: false, taken: ['Flow_1', 'Flow_2'] },
  ])('P10 an inclusive gateway takes every true flow: $taken', async ({ taken, ...variables }) => {
    const run = await runs.start('p10', variables)
    await runs.waitsAt(run, ...taken)
    for (const [index, element] of taken.entries()) {
      expect(await runs.stateOf(run), `${index} of ${taken.length} done`).toBe('ACTIVE')
      await runs.complete(run, element)
    }
    await runs.ended(run)
    expect((await runs.path(run)).filter((element) => element === 'end')).toHaveLength(1)
  })

  test('P11 a parallel split gives equal data to three tokens, and the join waits for all', async () => {
    await deploy(
      'p11',
      ...[start('start'), gateway('parallel', 'split'), gateway('parallel', 'join'), task('after')],
      ...['a', 'b', 'c'].map((id) => task(`p11_${id}`)),
      ...['a', 'b', 'c'].map((id) => `split -> p11_${id} -> join`),
      ...['start -> split', 'join -> after'],
    )
    const run = await runs.start('p11', { shared: 0, data: { deep: [1] } })
    await runs.waitsAt(run, 'p11_a', 'p11_b', 'p11_c')
    for (const type of ['p11_a', 'p11_b', 'p11_c']) {
      const { body } = await runs.post('/jobs/activation', { type, timeout: 60_000, maxJobsToActivate: 1 })
      expect(body.jobs).toMatchObject([{ variables: { shared: 0, data: { deep: [1] } } }])
    }
    const [first] = await runs.items('/jobs/search', { processInstanceKey: run, elementId: 'p11_a' })
    await runs.complete(run, 'p11_a', { var1: 1, shared: 'a' })
    await runs.complete(run, 'p11_b', { var2: 2, shared: 'b' })
    await runs.waitsAt(run, 'p11_c')
    // A branch that has arrived can't arrive again, nor one that never was.
    expect((await runs.post(`/jobs/${String(first?.jobKey)}/completion`)).status).toBe(404)
    expect((await runs.post('/jobs/9007199254740991/completion')).status).toBe(404)
    await runs.waitsAt(run, 'p11_c')
    await runs.complete(run, 'p11_c')
    await runs.waitsAt(run, 'after')
    expect(await runs.variables(run)).toEqual({ data: { deep: [1] }, var1: 1, var2: 2, shared: 'b' })
  })
})
