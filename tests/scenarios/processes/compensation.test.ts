/** What undoes what was done: compensation, transactions and sagas, through the API of a running node. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../../support/server.ts'
import {
  boundary,
  bpmn,
  end,
  error,
  eventSubProcess,
  gateway,
  on,
  process,
  start,
  subProcess,
  task,
  throwing,
  transaction,
  undoable,
} from './bpmn-text.ts'
import { createRuns, type Runs } from './runs.ts'

let server: TestServer
let runs: Runs
beforeAll(async () => {
  server = await createTestServer({ controlledClock: true })
  runs = await createRuns(server)
})
afterAll(() => server?.stop())

/** Data that the only job waiting at an element sees. */
async function seenAt(run: string, elementId: string): Promise<unknown> {
  const [job] = await runs.items('/jobs/search', { processInstanceKey: run, elementId })
  expect(job, elementId).toBeDefined()
  return runs.variables(run, String(job?.elementInstanceKey))
}

/** Completes the handlers one after the other; each must be the only one that works. */
async function undo(run: string, thrower: string, ...tasks: readonly string[]): Promise<void> {
  for (const element of tasks) {
    await runs.waitsAt(run, ...thrower.split(' '), `undo_${element}`)
    await runs.complete(run, `undo_${element}`)
  }
}

describe('P27 handlers', () => {
  test('run in the reverse order of the completions, one after the other', async () => {
    await runs.deploy(
      'p27.bpmn',
      bpmn(
        process(
          'p27',
          ...[start('start'), gateway('parallel', 'split'), gateway('parallel', 'join')],
          ...[undoable('A'), undoable('B'), undoable('C'), throwing('undo', on.compensation()), end('end')],
          ...['split -> A -> join', 'split -> B -> join', 'split -> C -> join'],
          ...['start -> split', 'join -> undo -> end'],
        ),
      ),
    )
    for (const order of ['ABC', 'CAB']) {
      const run = await runs.start('p27')
      for (const element of order) await runs.complete(run, element)
      await undo(run, 'undo', ...[...order].reverse())
      await runs.ended(run)
    }
  })

  test('of a sub-process run in its own order, in its place', async () => {
    await runs.deploy(
      'p27_nested.bpmn',
      bpmn(
        process(
          'p27_nested',
          ...[start('start'), undoable('A'), undoable('D'), throwing('undo', on.compensation()), end('end')],
          subProcess('nested', start('n_start'), undoable('B'), undoable('C'), 'n_start -> B -> C'),
          'start -> A -> nested -> D -> undo -> end',
        ),
      ),
    )
    const run = await runs.start('p27_nested')
    for (const element of ['A', 'B', 'C', 'D']) await runs.complete(run, element)
    await undo(run, 'undo', 'D')
    await undo(run, 'undo nested', 'C', 'B')
    await undo(run, 'undo', 'A')
    await runs.ended(run)
  })
})

describe('P28 a handler', () => {
  const branch = (id: string, work: string): string =>
    subProcess(id, start(`${id}_start`), undoable(work), `${id}_start -> ${work}`)

  test('sees the data that its activity had, whatever came later', async () => {
    const mapped = { inputs: { room: '=wanted' } }
    await runs.deploy(
      'p28.bpmn',
      bpmn(
        process(
          'p28',
          ...[start('start'), undoable('book', mapped), throwing('undo', on.compensation())],
          'start -> book -> undo',
        ),
      ),
    )
    const run = await runs.start('p28', { wanted: 101, total: 1 })
    await runs.complete(run, 'book', { booking: 'B-1', total: 2 })
    await runs.put(`/element-instances/${run}/variables`, {
      variables: { booking: 'B-2', wanted: 0, total: 3 },
    })
    expect(await seenAt(run, 'undo_book')).toEqual({ room: 101, booking: 'B-1', total: 2 })
    const request = { type: 'undo_book', timeout: 60_000, maxJobsToActivate: 1 }
    const { body } = await runs.post('/jobs/activation', request)
    expect(body.jobs).toMatchObject([{ variables: { room: 101, booking: 'B-1', total: 2, wanted: 0 } }])
    await runs.complete(run, 'undo_book', { refund: 5 })
    await runs.ended(run)
    // Its results go to those around it.
    expect(await runs.variables(run)).toMatchObject({ booking: 'B-2', refund: 5 })
  })

  test('of another sub-process than the one that is compensated does not run', async () => {
    await runs.deploy(
      'p28_scope.bpmn',
      bpmn(
        process(
          'p28_scope',
          ...[start('start'), branch('Subprocess_1', 'one'), branch('Subprocess_2', 'two')],
          ...[throwing('undo', on.compensation('Subprocess_1')), task('after')],
          'start -> Subprocess_1 -> Subprocess_2 -> undo -> after',
        ),
      ),
    )
    const run = await runs.start('p28_scope')
    await runs.complete(run, 'one', { data: 'of one' })
    await runs.complete(run, 'two', { data: 'of two' })
    expect(await seenAt(run, 'undo_one')).toEqual({ data: 'of one' })
    await undo(run, 'undo Subprocess_1', 'one')
    await runs.waitsAt(run, 'after')
    expect(await runs.path(run)).not.toContain('undo_two')
  })

  test('of one branch does not see the data of another', async () => {
    await runs.deploy(
      'p28_parallel.bpmn',
      bpmn(
        process(
          'p28_parallel',
          ...[start('start'), gateway('parallel', 'split'), gateway('parallel', 'join')],
          ...[branch('left', 'one'), branch('right', 'two'), throwing('undo', on.compensation())],
          ...['start -> split', 'split -> left -> join', 'split -> right -> join', 'join -> undo'],
        ),
      ),
    )
    const run = await runs.start('p28_parallel')
    await runs.complete(run, 'two', { value: 2 })
    await runs.complete(run, 'one', { value: 1 })
    expect(await seenAt(run, 'undo_one')).toEqual({ value: 1 })
    await undo(run, 'undo left', 'one')
    expect(await seenAt(run, 'undo_two')).toEqual({ value: 2 })
    await undo(run, 'undo right', 'two')
    await runs.ended(run)
  })
})

describe('P29 a transaction', () => {
  /** Two tasks; afterwards it ends well, or is canceled. */
  const work = (prefix: string): readonly string[] => [
    ...[start(`${prefix}start`), undoable(`${prefix}Task_1`), task(`${prefix}Task_2`)],
    ...[gateway('exclusive', `${prefix}ok`, `${prefix}done`), end(`${prefix}done`)],
    end(`${prefix}cancel`, on.cancel),
    `${prefix}start -> ${prefix}Task_1 -> ${prefix}Task_2 -> ${prefix}ok -> ${prefix}done`,
    `${prefix}ok -> ${prefix}cancel if =rollback = true`,
  ]

  beforeAll(async () => {
    await runs.deploy(
      'p29.bpmn',
      bpmn(
        process(
          'p29',
          ...[start('begin'), transaction('payment', ...work('')), end('paid'), task('apologise')],
          boundary('canceled', 'payment', on.cancel),
          ...['begin -> payment -> paid', 'canceled -> apologise'],
        ),
      ),
    )
    await runs.deploy(
      'p29_nested.bpmn',
      bpmn(
        process(
          'p29_nested',
          start('start'),
          transaction(
            'parent',
            ...[start('p_start'), undoable('first'), task('last'), end('p_done')],
            transaction('child', ...work('c_')),
            boundary('child_canceled', 'child', on.cancel),
            ...['p_start -> first -> child -> last -> p_done', 'child_canceled -> last'],
          ),
          'start -> parent',
        ),
      ),
    )
  })

  test('that is done undoes nothing', async () => {
    const run = await runs.start('p29')
    await runs.complete(run, 'Task_1')
    await runs.complete(run, 'Task_2', { rollback: false })
    await runs.ended(run)
    const path = await runs.path(run)
    expect(path).toContain('paid')
    expect(path).not.toContain('undo_Task_1')
  })

  test('that is rolled back undoes what was done, with its data, before its token goes on', async () => {
    const run = await runs.start('p29')
    await runs.complete(run, 'Task_1', { reservation: 'R-7' })
    await runs.complete(run, 'Task_2', { rollback: true })
    await runs.waitsAt(run, 'payment', 'undo_Task_1')
    expect(await seenAt(run, 'undo_Task_1')).toEqual({ reservation: 'R-7' })
    await runs.complete(run, 'undo_Task_1')
    await runs.waitsAt(run, 'apologise')
    const [payment] = await runs.items('/element-instances/search', {
      processInstanceKey: run,
      elementId: 'payment',
    })
    expect(payment).toMatchObject({ state: 'TERMINATED', type: 'SUB_PROCESS' })
  })

  test('inside of another is rolled back alone: the outer one goes on', async () => {
    const run = await runs.start('p29_nested')
    await runs.complete(run, 'first')
    await runs.complete(run, 'c_Task_1')
    await runs.complete(run, 'c_Task_2', { rollback: true })
    await runs.waitsAt(run, 'parent', 'child', 'undo_c_Task_1')
    await runs.complete(run, 'undo_c_Task_1')
    await runs.waitsAt(run, 'parent', 'last')
    await runs.complete(run, 'last')
    await runs.ended(run)
    expect(await runs.path(run)).not.toContain('undo_first')
  })
})

describe('P30 a saga', () => {
  beforeAll(() =>
    runs.deploy(
      'p30.bpmn',
      bpmn(
        ...[error('failed'), error('compensated')],
        process(
          'p30',
          start('start'),
          subProcess(
            'saga',
            ...[start('s_start'), undoable('step_1'), undoable('step_2'), end('s_end')],
            's_start -> step_1 -> step_2 -> s_end',
            eventSubProcess(
              'rollback',
              ...[start('r_start', on.error('failed')), throwing('undo', on.compensation())],
              ...[end('r_end', on.error('compensated')), 'r_start -> undo -> r_end'],
            ),
          ),
          boundary('on_compensated', 'saga', on.error('compensated')),
          ...[
            end('COMPLETED'),
            end('COMPENSATED'),
            'start -> saga -> COMPLETED',
            'on_compensated -> COMPENSATED',
          ],
        ),
      ),
    ),
  )

  test('whose steps succeed is complete', async () => {
    const run = await runs.start('p30')
    await runs.complete(run, 'step_1')
    await runs.complete(run, 'step_2')
    await runs.ended(run)
    expect((await runs.path(run)).at(-1)).toBe('COMPLETED')
  })

  test('whose second step fails undoes the first, and tells the error', async () => {
    const run = await runs.start('p30')
    await runs.complete(run, 'step_1', { seat: '12A' })
    await runs.throwError(run, 'step_2', 'failed', { reason: 'card declined' })
    await runs.waitsAt(run, 'saga', 'rollback', 'undo', 'undo_step_1')
    expect(await seenAt(run, 'undo_step_1')).toEqual({ seat: '12A' })
    const filter = { processInstanceKey: run, elementId: 'rollback' }
    const [rollback] = await runs.items('/element-instances/search', filter)
    expect(await runs.variables(run, String(rollback?.elementInstanceKey))).toEqual({
      reason: 'card declined',
    })
    await runs.complete(run, 'undo_step_1')
    await runs.ended(run)
    const path = await runs.path(run)
    expect(path.at(-1)).toBe('COMPENSATED')
    expect(path).not.toContain('undo_step_2')
    const caught = (await runs.events(run)).filter(({ type }) => type === 'error-caught')
    expect(caught).toMatchObject([
      { code: 'failed', caughtBy: 'r_start' },
      { code: 'compensated', caughtBy: 'on_compensated' },
    ])
  })

  test('with parallel steps takes as long as the longest, not as all together', async () => {
    await runs.deploy(
      'p30_parallel.bpmn',
      bpmn(
        process(
          'p30_parallel',
          ...[start('start'), gateway('parallel', 'split'), gateway('parallel', 'join'), end('end')],
          ...[task('slow_1', { type: 'p30_slow' }), task('slow_2', { type: 'p30_slow' })],
          ...['start -> split', 'split -> slow_1 -> join', 'split -> slow_2 -> join', 'join -> end'],
        ),
      ),
    )
    const run = await runs.start('p30_parallel')
    const request = { type: 'p30_slow', timeout: 60_000, maxJobsToActivate: 10 }
    const jobs = (await runs.post('/jobs/activation', request)).body.jobs as readonly { jobKey: string }[]
    // Both are on offer at once, so that two workers do them side by side.
    expect(jobs).toHaveLength(2)
    await Promise.all(jobs.map(({ jobKey }) => runs.post(`/jobs/${jobKey}/completion`)))
    await runs.ended(run)
  })
})
