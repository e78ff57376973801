/** Messages and signals: who gets them, what they carry, and what is left, through the API of a running node. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../support/api.ts'
import { createTestServer, type TestServer } from '../../support/server.ts'
import {
  boundary,
  bpmn,
  catching,
  end,
  gateway,
  message,
  on,
  process,
  signal,
  start,
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

/** Whether somebody waited for a message. */
const correlates = async (name: string, correlationKey: string): Promise<boolean> => {
  const { status } = await runs.post('/messages/correlation', { name, correlationKey })
  return status === 200
}
const catchingMessage = (name: string): string =>
  catching('wait', on.message(name), { outputs: { message_payload: '=payload' } })

describe('P22 a message', () => {
  beforeAll(() =>
    runs.deploy(
      'p22.bpmn',
      bpmn(
        message('test_message', '=order_id'),
        process('p22', start('start'), catchingMessage('test_message'), end('end'), 'start -> wait -> end'),
      ),
    ),
  )

  test('reaches the instance with its key, and its payload lands where it is mapped', async () => {
    const [meant, other] = [
      await runs.start('p22', { order_id: 12345 }),
      await runs.start('p22', { order_id: 6 }),
    ]
    await runs.publish('test_message', '12345', { payload: { text: 'hello', items: [1, null] } })
    await runs.ended(meant)
    expect(await runs.variables(meant)).toEqual({
      order_id: 12345,
      message_payload: { text: 'hello', items: [1, null] },
    })
    await runs.waitsAt(other, 'wait')
    expect(await correlates('test_message', '12345')).toBe(false)
    await runs.publish('another_message', '6')
    await runs.waitsAt(other, 'wait')
    expect(await correlates('test_message', '6')).toBe(true)
    await runs.ended(other)
  })

  test('without a key to be found by is an incident that names it, and nobody waits', async () => {
    const run = await runs.start('p22', { other_id: 1 })
    expect(await runs.incidents(run)).toEqual([
      {
        at: 'wait',
        type: 'EXTRACT_VALUE_ERROR',
        message: expect.stringMatching(
          /correlation key of 'wait'.*'order_id'.*There is no variable order_id/,
        ),
      },
    ])
    expect(await correlates('test_message', '')).toBe(false)
    await runs.put(`/element-instances/${run}/variables`, { variables: { order_id: 'late' } })
    await runs.repair(run)
    await runs.publish('test_message', 'late', { payload: 1 })
    await runs.ended(run)
  })

  test('that does not come in time lets the timer go on, and nobody waits for it any more', async () => {
    await runs.deploy(
      'p22_late.bpmn',
      bpmn(
        message('test_message', '=order_id'),
        process(
          'p22_late',
          ...[start('start'), gateway('eventBased', 'first'), catchingMessage('test_message')],
          ...[catching('after_5', on.duration('PT5S')), end('received'), end('late')],
          ...['start -> first -> wait -> received', 'first -> after_5 -> late'],
        ),
      ),
    )
    const run = await runs.start('p22_late', { order_id: 'slow' })
    await runs.advance(5_000)
    await runs.ended(run)
    expect(await runs.path(run)).toEqual(['start', 'first', 'after_5', 'late'])
    expect(await correlates('test_message', 'slow')).toBe(false)
    const inTime = await runs.start('p22_late', { order_id: 'quick' })
    await runs.publish('test_message', 'quick')
    await runs.ended(inTime)
    expect(await runs.path(inTime)).toContain('received')
    expect((await runs.events(inTime)).map(({ type }) => type)).toContain('timer-canceled')
  })

  test('is not waited for any more when its instance is canceled', async () => {
    const run = await runs.start('p22', { order_id: 'canceled' })
    await runs.post(`/process-instances/${run}/cancellation`)
    expect(await correlates('test_message', 'canceled')).toBe(false)
  })

  test('waits for a subscription as long as it lives; an expired one does not correlate', async () => {
    const keep = (payload: string) =>
      runs.post('/messages/publication', {
        name: 'test_message',
        correlationKey: 'kept',
        timeToLive: 60_000,
        variables: { payload },
      })
    await keep('expired')
    await runs.advance(60_001)
    const first = await runs.start('p22', { order_id: 'kept' })
    await keep('fresh')
    await runs.ended(first)
    expect(await runs.variables(first)).toMatchObject({ message_payload: 'fresh' })
    await keep('for a later one')
    await runs.advance(59_999)
    const later = await runs.start('p22', { order_id: 'kept' })
    await runs.ended(later)
    expect(await runs.variables(later)).toMatchObject({ message_payload: 'for a later one' })
  })

  test('with the id of one that is kept is refused', async () => {
    const twice = () =>
      runs.post('/messages/publication', {
        name: 'test_message',
        correlationKey: 'once',
        messageId: 'm-1',
        timeToLive: 60_000,
      })
    expect((await twice()).status).toBe(200)
    expect((await twice()).status).toBe(409)
  })
})

describe('P23 a message at a task', () => {
  beforeAll(() =>
    runs.deploy(
      'p23.bpmn',
      bpmn(
        ...[message('stop', '=order_id'), message('hint', '=order_id')],
        process(
          'p23',
          ...[start('start'), task('work'), task('stopped'), task('noted')],
          boundary('on_stop', 'work', on.message('stop'), { outputs: { reason: '=why' } }),
          boundary('on_hint', 'work', on.message('hint'), { interrupting: false }),
          ...['start -> work', 'on_stop -> stopped', 'on_hint -> noted'],
        ),
      ),
    ),
  )

  test('takes the place of the task when it interrupts', async () => {
    const run = await runs.start('p23', { order_id: 'a' })
    await runs.publish('stop', 'a', { why: 'no stock', ignored: 1 })
    await runs.waitsAt(run, 'stopped')
    expect(await runs.variables(run)).toEqual({ order_id: 'a', reason: 'no stock' })
    expect(await correlates('hint', 'a')).toBe(false)
    expect(await correlates('stop', 'a')).toBe(false)
  })

  test('gives a token more each time when it does not', async () => {
    const run = await runs.start('p23', { order_id: 'b' })
    await runs.publish('hint', 'b')
    await runs.waitsAt(run, 'work', 'noted')
    await runs.publish('hint', 'b')
    await runs.waitsAt(run, 'work', 'noted', 'noted')
    await runs.complete(run, 'work')
    await runs.waitsAt(run, 'noted', 'noted')
    expect(await correlates('hint', 'b')).toBe(false)
  })

  test('only reaches the task of the instance with its key', async () => {
    const [one, two] = [
      await runs.start('p23', { order_id: 'c' }),
      await runs.start('p23', { order_id: 'd' }),
    ]
    await runs.publish('stop', 'd')
    await runs.waitsAt(two, 'stopped')
    await runs.waitsAt(one, 'work')
  })
})

describe('P24 a signal', () => {
  beforeAll(() =>
    runs.deploy(
      'p24.bpmn',
      bpmn(
        signal('alarm'),
        process(
          'p24',
          ...[start('start'), catching('heard', on.signal('alarm')), task('react')],
          'start -> heard -> react',
        ),
      ),
    ),
  )

  test.each([
    { kind: 'a text', payload: 'fire' },
    { kind: 'a number', payload: -1.5 },
    { kind: 'a boolean', payload: false },
    { kind: 'null', payload: null },
    { kind: 'a list', payload: [1, 'two', [3]] },
    { kind: 'a nested map', payload: { a: { b: { c: [] } } } },
    { kind: 'a mix', payload: [{ x: 1 }, 'text', null, true, 2.5, {}] },
  ])('reaches all three who wait, with $kind', async ({ payload }) => {
    const receivers = await Promise.all([1, 2, 3].map((id) => runs.start('p24', { id })))
    await runs.broadcast('alarm', { payload })
    for (const [index, run] of receivers.entries()) {
      await runs.waitsAt(run, 'react')
      expect(await runs.variables(run)).toEqual({ id: index + 1, payload })
    }
  })

  test('with a payload that is no map of variables is refused', async () => {
    const run = await runs.start('p24')
    for (const variables of ['text', 5, [1], null]) {
      expect(await runs.post('/signals/broadcast', { signalName: 'alarm', variables })).toMatchObject({
        status: 400,
        body: {
          code: 'INVALID_REQUEST',
          errors: [{ path: 'body.variables', message: expect.stringContaining('expected a JSON object') }],
        },
      })
    }
    await runs.waitsAt(run, 'heard')
    await runs.post(`/process-instances/${run}/cancellation`)
  })

  test('has no effect where nobody waits any more, and none later', async () => {
    const early = await runs.start('p24')
    await runs.broadcast('alarm', { payload: 1 })
    await runs.waitsAt(early, 'react')
    await runs.broadcast('alarm', { payload: 2 })
    const late = await runs.start('p24')
    await runs.broadcast('other')
    await eventually(() => runs.active(late), ['heard'])
    expect(await runs.variables(early)).toEqual({ payload: 1 })
    expect((await runs.events(early)).filter(({ type }) => type === 'subscription-triggered')).toHaveLength(1)
  })
})
