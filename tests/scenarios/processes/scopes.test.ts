/** Sub-processes and called processes: what goes in, what comes out, through the API of a running node. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../../support/server.ts'
import {
  boundary,
  bpmn,
  call,
  end,
  error,
  gateway,
  io,
  on,
  process,
  start,
  subProcess,
  task,
  throwing,
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

const activeScope = async (run: string, elementId: string): Promise<string> => {
  const filter = { processInstanceKey: run, elementId, state: 'ACTIVE' }
  return String((await runs.items('/element-instances/search', filter))[0]?.elementInstanceKey)
}

test('P12 a sub-process hides its variables, sees those around it, and gives back what is mapped', async () => {
  await runs.deploy(
    'p12.bpmn',
    bpmn(
      process(
        'p12',
        start('start'),
        subProcess(
          'inside',
          io({ inputs: { hidden: '=outer * 2' }, outputs: { result: '=hidden + 1' } }),
          ...[start('i_start'), task('p12_work'), end('i_end'), 'i_start -> p12_work -> i_end'],
        ),
        ...[task('after'), 'start -> inside -> after'],
      ),
    ),
  )
  const run = await runs.start('p12', { outer: 20 })
  await runs.waitsAt(run, 'inside', 'p12_work')
  const { body } = await runs.post('/jobs/activation', {
    type: 'p12_work',
    timeout: 60_000,
    maxJobsToActivate: 1,
  })
  expect(body.jobs).toMatchObject([{ variables: { outer: 20, hidden: 40 } }])
  const scope = await activeScope(run, 'inside')
  expect(await runs.variables(run, scope)).toEqual({ hidden: 40 })
  expect(await runs.variables(run)).toEqual({ outer: 20 })
  await runs.complete(run, 'p12_work', { hidden: 41, outer: 21 })
  await runs.waitsAt(run, 'after')
  expect(await runs.variables(run)).toEqual({ outer: 21, result: 42 })
  // The scope is over: what it had can be read, and not changed any more.
  expect(await runs.variables(run, scope)).toEqual({ hidden: 41 })
  const late = await runs.put(`/element-instances/${scope}/variables`, { variables: { a: 1 }, local: true })
  expect(late.status).toBe(404)
  expect(await runs.path(run)).toEqual(['start', 'i_start', 'p12_work', 'i_end', 'inside'])
})

describe('P13 a called process', () => {
  beforeAll(async () => {
    const failing = [boundary('on_test', 'child_call', on.error('test_error'))]
    await runs.deploy(
      'p13_child.bpmn',
      bpmn(
        ...[error('test_error'), error('business_error')],
        process(
          'p13_child',
          ...[start('c_start'), task('c_work'), gateway('exclusive', 'c_how', 'c_end'), end('c_end')],
          ...[end('c_test', on.error('test_error')), end('c_business', on.error('business_error'))],
          'c_start -> c_work -> c_how -> c_end',
          ...['c_how -> c_test if =how = "test"', 'c_how -> c_business if =how = "business"'],
        ),
      ),
    )
    await runs.deploy(
      'p13.bpmn',
      bpmn(
        ...[error('test_error'), error('business_error')],
        process(
          'p13',
          ...[start('start'), undoable('book'), throwing('undo', on.compensation()), ...failing],
          call('child_call', 'p13_child', {
            inputs: { subprocess_var: '=parent_var' },
            outputs: { parent_result: '=result' },
          }),
          boundary('on_business', 'child_call', on.error('business_error')),
          ...[end('end'), task('handle'), end('undone')],
          ...['start -> book -> child_call -> end', 'on_test -> handle', 'on_business -> undo -> undone'],
        ),
      ),
    )
  })

  const startBoth = async (): Promise<{ readonly parent: string; readonly child: string }> => {
    const parent = await runs.start('p13', { parent_var: 'test_value', private: true })
    await runs.complete(parent, 'book', { booking: 'B-1' })
    await runs.waitsAt(parent, 'child_call')
    let child: unknown
    await expect
      .poll(async () => {
        const filter = { parentProcessInstanceKey: parent }
        child = (await runs.items('/process-instances/search', filter))[0]?.processInstanceKey
        return child
      })
      .toBeDefined()
    return { parent, child: String(child) }
  }

  test('gets what is mapped, gives back what is mapped, and is over', async () => {
    const { parent, child } = await startBoth()
    await runs.waitsAt(child, 'c_work')
    expect(await runs.variables(child)).toEqual({ subprocess_var: 'test_value' })
    await runs.complete(child, 'c_work', { result: 'success', how: 'well' })
    await runs.ended(parent)
    expect(await runs.stateOf(child)).toBe('COMPLETED')
    expect(await runs.path(child)).toEqual(['c_start', 'c_work', 'c_how', 'c_end'])
    expect(await runs.variables(parent)).toEqual({
      parent_var: 'test_value',
      private: true,
      booking: 'B-1',
      parent_result: 'success',
    })
  })

  test('throws an error that the boundary event with its code catches', async () => {
    const { parent, child } = await startBoth()
    await runs.complete(child, 'c_work', { how: 'test' })
    await runs.waitsAt(parent, 'handle')
    expect(await runs.stateOf(child)).toBe('TERMINATED')
    const caught = (await runs.events(parent)).filter(({ type }) => type === 'error-caught')
    expect(caught).toEqual([expect.objectContaining({ code: 'test_error', caughtBy: 'on_test' })])
    expect(await runs.incidents(parent)).toEqual([])
    expect(await runs.variables(parent)).not.toHaveProperty('parent_result')
  })

  test('throws a business error, after which what was done before is undone', async () => {
    const { parent, child } = await startBoth()
    await runs.complete(child, 'c_work', { how: 'business' })
    await runs.waitsAt(parent, 'undo', 'undo_book')
    await runs.complete(parent, 'undo_book')
    await runs.ended(parent)
    expect(await runs.path(parent)).toEqual(['start', 'book', 'on_business', 'undo_book', 'undo', 'undone'])
  })

  test('that nobody knows is an incident at the call, until it is deployed', async () => {
    await runs.deploy(
      'p13_u.bpmn',
      bpmn(process('p13_u', start('s'), call('missing', 'p13_late'), 's -> missing')),
    )
    const run = await runs.start('p13_u')
    await expect
      .poll(() => runs.incidents(run))
      .toMatchObject([{ at: 'missing', type: 'CALLED_ELEMENT_ERROR' }])
    await runs.deploy('p13_late.bpmn', bpmn(process('p13_late', start('s'), end('e'), 's -> e')))
    await runs.repair(run)
    await runs.ended(run)
  })
})
