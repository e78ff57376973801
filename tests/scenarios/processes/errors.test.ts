/** Errors and event sub-processes: who catches, and which tokens are left, through the API of a running node. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../../support/server.ts'
import {
  boundary,
  bpmn,
  end,
  error,
  eventSubProcess,
  message,
  on,
  process,
  start,
  subProcess,
  task,
} from './bpmn-text.ts'
import { createRuns, type Runs } from './runs.ts'

let server: TestServer
let runs: Runs
beforeAll(async () => {
  server = await createTestServer({ controlledClock: true })
  runs = await createRuns(server)
})
afterAll(() => server?.stop())

describe('P25 an error', () => {
  beforeAll(async () => {
    await runs.deploy(
      'p25.bpmn',
      bpmn(
        ...[error('rejected'), error('broken')],
        process(
          'p25',
          ...[start('start'), task('work'), end('end'), task('refused'), task('failed')],
          boundary('on_rejected', 'work', on.error('rejected')),
          boundary('on_broken', 'work', on.error('broken')),
          ...['start -> work -> end', 'on_rejected -> refused', 'on_broken -> failed'],
        ),
      ),
    )
    await runs.deploy(
      'p25_outer.bpmn',
      bpmn(
        ...[error('inner'), error('outer')],
        process(
          'p25_outer',
          start('start'),
          subProcess(
            'out',
            start('o_start'),
            ...[task('work'), task('beside'), task('repair')],
            boundary('on_inner', 'work', on.error('inner')),
            ...['o_start -> work', 'o_start -> beside', 'on_inner -> repair'],
          ),
          ...[boundary('on_outer', 'out', on.error('outer')), task('escaped')],
          ...['start -> out', 'on_outer -> escaped'],
        ),
      ),
    )
  })

  test.each([
    { code: 'rejected', element: 'refused' },
    { code: 'broken', element: 'failed' },
  ])('of two boundary events takes the one for its code: $code', async ({ code, element }) => {
    const run = await runs.start('p25', { kept: 1 })
    await runs.throwError(run, 'work', code, { why: 'because' })
    await runs.waitsAt(run, element)
    expect(await runs.variables(run)).toEqual({ kept: 1, why: 'because' })
    expect(await runs.incidents(run)).toEqual([])
  })

  test('of another code leaves the task in trouble until it is tried again', async () => {
    const run = await runs.start('p25')
    await runs.throwError(run, 'work', 'unknown')
    await runs.waitsAt(run, 'work')
    expect(await runs.incidents(run)).toEqual([
      { at: 'work', type: 'UNHANDLED_ERROR_EVENT', message: expect.stringContaining('unknown') },
    ])
    expect((await runs.get(`/process-instances/${run}`)).body).toMatchObject({
      state: 'ACTIVE',
      hasIncident: true,
    })
    await runs.repair(run)
    await runs.complete(run, 'work')
    await runs.ended(run)
  })

  test('that the task does not catch is caught at the sub-process, which ends with all in it', async () => {
    const run = await runs.start('p25_outer')
    await runs.throwError(run, 'work', 'outer')
    await runs.waitsAt(run, 'escaped')
    const found = await runs.items('/element-instances/search', { processInstanceKey: run })
    const states = Object.fromEntries(found.map(({ elementId, state }) => [elementId, state]))
    expect(states).toMatchObject({ out: 'TERMINATED', work: 'TERMINATED', beside: 'TERMINATED' })
  })

  test('that the task catches leaves the sub-process alone', async () => {
    const run = await runs.start('p25_outer')
    await runs.throwError(run, 'work', 'inner')
    await runs.waitsAt(run, 'out', 'beside', 'repair')
  })
})

describe('P26 an event sub-process', () => {
  test('that a message starts beside the rest gives a token more each time', async () => {
    await runs.deploy(
      'p26_message.bpmn',
      bpmn(
        message('note', '=order_id'),
        process(
          'p26_message',
          ...[start('start'), task('work'), 'start -> work'],
          eventSubProcess(
            'noting',
            ...[start('n_start', on.message('note'), { interrupting: false }), task('file')],
            'n_start -> file',
          ),
        ),
      ),
    )
    const run = await runs.start('p26_message', { order_id: 1 })
    await runs.publish('note', '1')
    await runs.waitsAt(run, 'work', 'noting', 'file')
    await runs.publish('note', '1')
    await runs.waitsAt(run, 'work', 'noting', 'file', 'noting', 'file')
    await runs.complete(run, 'file')
    await runs.complete(run, 'work')
    await runs.waitsAt(run, 'noting', 'file')
    await runs.complete(run, 'file')
    await runs.ended(run)
  })

  test('that an error starts is all that is left of its scope', async () => {
    await runs.deploy(
      'p26_error.bpmn',
      bpmn(
        error('bad'),
        process(
          'p26_error',
          ...[start('start'), task('outside'), end('end')],
          subProcess(
            'scope',
            ...[start('s_start'), task('a'), task('b'), 's_start -> a', 's_start -> b'],
            eventSubProcess(
              'handler',
              start('h_start', on.error('bad')),
              task('clean_up'),
              'h_start -> clean_up',
            ),
          ),
          ...['start -> scope -> end', 'start -> outside'],
        ),
      ),
    )
    const run = await runs.start('p26_error')
    await runs.throwError(run, 'a', 'bad', { detail: 'x' })
    await runs.waitsAt(run, 'scope', 'handler', 'clean_up', 'outside')
    await runs.complete(run, 'clean_up')
    await runs.waitsAt(run, 'outside')
    // The sub-process has completed: its token went on.
    expect(await runs.path(run)).toEqual([
      'start',
      's_start',
      'h_start',
      'clean_up',
      'handler',
      'scope',
      'end',
    ])
    await runs.complete(run, 'outside')
    await runs.ended(run)
  })
})
