/** What the processes of the golden traces must do, in the words of a user: variables, waiting, time, who gets what. */
import { describe, expect, test } from 'vitest'
import { GoldenProcess } from '../../../tests/support/golden-process.ts'
import { deserializeState, serializeState } from './serialize.ts'

const load = (name: string): Promise<GoldenProcess> => GoldenProcess.load(name)

describe('flow', () => {
  test('a sequence ends completed with no token left', async () => {
    const run = (await load('sequence')).do(
      'start',
      'complete service',
      'complete script',
      'complete send',
      'complete rule',
    )
    expect(run.completed()).toEqual(
      'start service script manual undefined send rule passed end sequence'.split(' '),
    )
    expect(run.state()).toMatchObject({ status: 'completed', elements: new Map() })
  })

  test('a start event is chosen by its id', async () => {
    const run = (await load('several-starts')).do('start', 'start at by_phone')
    expect([run.completed(0)[0], run.completed(1)[0]]).toEqual(['by_mail', 'by_phone'])
    expect(() => run.do('start at work')).toThrow('expected a start event')
  })

  test.each([
    [5, { value: 10, report: { text: 'Final value: 10', done: true } }],
    [20, { value: 30, report: { text: 'Final value: 30', done: true } }],
  ])('variables pass through the branch for %i', async (value, expected) => {
    const run = await load('variables')
    run.do(`start {"value": ${value}, "message": "m"}`, 'complete final {"done": true}')
    expect(run.variables()).toEqual({ ...expected, message: 'm' })
  })

  test('a cycle loops until its condition ends it', async () => {
    const run = (await load('loop')).do('start {"n": 0}')
    expect(run.completed().filter((element) => element === 'increment')).toHaveLength(3)
    expect(run.state().status).toBe('completed')
  })

  test.each([
    [{ amount: 500, status: 'pending' }, 'normal'],
    [{ amount: 1500, status: 'approved' }, 'large'],
    [{ amount: 500, status: 'approved' }, 'approved'],
  ])('an exclusive gateway takes the first true flow or the default: %j', async (variables, task) => {
    const run = (await load('exclusive-gateway')).do(`start ${JSON.stringify(variables)}`)
    expect(run.completed()).toContain(task)
    expect(run.completed()).toHaveLength(5)
  })

  test('a parallel join waits for all, and the branches share their data', async () => {
    const run = (await load('parallel-gateway')).do('start {"shared": 0}')
    expect(run.active()).toEqual(['a', 'b', 'c'])
    run.do('complete b {"var2": 2, "shared": 2}', 'complete a {"var1": 1, "shared": 1}')
    expect(run.active()).toEqual(['c'])
    expect(() => run.do('complete a')).toThrow('nothing waits at a')
    run.do('complete c')
    expect(run.variables()).toEqual({ var1: 1, var2: 2, shared: 1 })
    expect(run.state().status).toBe('completed')
  })
})

describe('scopes', () => {
  test('inner variables are hidden outside, outer ones readable inside, mapped ones come out', async () => {
    const run = (await load('sub-process')).do('start {"shared": 1}')
    const [job] = run.driver.tables.jobs.values()
    expect(run.state().elements.get(job?.elementInstanceKey ?? run.state().key)?.variables).toEqual({
      seen: 2,
    })
    run.do('complete i_work {"hidden": 5}')
    expect(run.variables()).toEqual({ shared: 1, result: 50, leaked: null })
  })

  test('a called process sees what it is given and gives back what is mapped', async () => {
    const run = (await load('call-activity')).do('start {"parent_var": "test_value"}')
    expect(run.active(0)).toEqual(['call_child'])
    expect(run.variables(1)).toEqual({ subprocess_var: 'test_value' })
    run.do('complete c_work {"result": "success", "private": 1}')
    expect(run.variables(0)).toEqual({ parent_var: 'test_value', parent_result: 'success' })
    expect(run.state(1).status).toBe('completed')
  })

  test('an error of a called process is caught at the call, by its code', async () => {
    const run = (await load('call-activity-error')).do('start', 'complete c_work {"known": true}')
    expect(run.completed(0)).toContain('on_error')
    expect(run.state(0).status).toBe('completed')
  })
})

describe('time', () => {
  test('a timer waits as long as it says, also in a state that was stored meanwhile', async () => {
    const run = (await load('timer-catch')).do('start {"n": 1}', 'advance PT1.999S')
    expect(run.active()).toEqual(['pause'])
    const [instance] = run.driver.instances.values()
    if (instance !== undefined) instance.state = deserializeState(serializeState(instance.state))
    run.do('advance PT0.001S')
    expect(run.active()).toEqual(['until'])
  })

  test('a canceled timer does not fire', async () => {
    const run = (await load('timer-boundary')).do('start', 'cancel', 'advance P1D')
    expect(run.events().some(({ type }) => type === 'timer-fired')).toBe(false)
    expect(run.state().status).toBe('terminated')
  })

  test('a cycle fires as often as it says, at its beat', async () => {
    const run = (await load('timer-boundary-cycle')).do('start', 'advance P1D')
    expect(run.completed().filter((element) => element === 'every_hour')).toHaveLength(5)
    expect(run.active()).toEqual(['work'])
  })

  test('an interrupting timer ends the task and keeps the data; a task done first ends the timer', async () => {
    const run = (await load('timer-boundary')).do('start {"kept": true}', 'advance PT2S')
    expect(run.completed()).toContain('too_late')
    expect(run.variables()).toEqual({ kept: true })
    run.do('start', 'complete work')
    expect(run.driver.tables.timers.size).toBe(0)
  })
})

describe('messages and signals', () => {
  test('a message reaches the instance with its key, and its payload lands where it is mapped', async () => {
    const run = await load('message-catch')
    run.do('start {"order_id": 12345}', 'complete pack', 'start {"order_id": 6}', 'complete pack')
    run.do('publish shipped 12345 {"payload": {"text": "hello"}}')
    expect([run.state(0).status, run.state(1).status]).toEqual(['completed', 'active'])
    expect(run.variables(0)).toEqual({ order_id: 12345, message_payload: { text: 'hello' } })
    expect([...run.driver.tables.subscriptions.values()].map((row) => row.correlationKey)).toEqual(['6'])
  })

  test('a missing correlation key is an incident that names it', async () => {
    const run = (await load('message-missing-key')).do('start')
    const [incident] = run.driver.tables.incidents.values()
    expect(incident?.message).toContain("correlation key of 'payment': expected 'order_id'")
    expect(run.driver.tables.subscriptions.size).toBe(0)
  })

  test('without a message in time the timer goes on, and nobody waits for the message any more', async () => {
    const run = (await load('event-based-gateway')).do('start {"order": "A"}', 'advance PT1H')
    expect(run.completed()).toContain('late')
    expect(run.driver.tables.subscriptions.size).toBe(0)
  })

  test('message boundary events: non-interrupting as often as it comes, interrupting once', async () => {
    const run = (await load('message-boundary')).do('start {"id": 1}', 'publish hint 1', 'publish hint 1')
    expect(run.active()).toEqual(['work'])
    expect(run.completed().filter((element) => element === 'note')).toHaveLength(2)
    run.do('publish stop 2')
    expect(run.active()).toEqual(['work'])
    run.do('publish stop 1')
    expect(run.state().status).toBe('completed')
  })

  test.each([
    ['a text', '"x"'],
    ['a number', '1.5'],
    ['a boolean', 'true'],
    ['a list', '[1, "x", null]'],
    ['a nested map', '{"a": {"b": [1]}}'],
  ])('a signal with %s reaches all who wait', async (_, payload) => {
    const run = (await load('signal-catch')).do(
      ...['1', '2', '3'].map((floor) => `start {"floor": "${floor}"}`),
    )
    run.do(`signal alarm {"payload": ${payload}}`)
    for (const nth of [0, 1, 2]) {
      expect(run.active(nth)).toEqual(['next'])
      expect(run.variables(nth)).toMatchObject({ payload: JSON.parse(payload) })
    }
  })
})

describe('errors', () => {
  test.each([
    ['rejected', 'refused'],
    ['broken', 'failed'],
  ])('of two boundary events the one for %s is chosen', async (code, end) => {
    const run = (await load('error-boundary')).do('start', `throw work ${code}`)
    expect(run.completed()).toContain(end)
  })

  test('an error that nobody catches leaves the task with an incident', async () => {
    const run = (await load('error-unhandled')).do('start', 'throw work other')
    expect(run.active()).toEqual(['work'])
    expect([...run.driver.tables.incidents.values()]).toMatchObject([
      { element: 'work', incidentType: 'UNHANDLED_ERROR_EVENT' },
    ])
  })

  test('an error that the inner sub-process does not catch is caught at the outer one', async () => {
    const run = (await load('error-end')).do('start {"code": "outer"}')
    expect(run.completed()).toContain('on_outer')
    expect(run.completed()).not.toContain('on_inner')
  })
})

describe('event sub-processes', () => {
  test('two messages give two tokens more, and the first one stays', async () => {
    const run = (await load('message-event-sub-process')).do(
      'start {"id": 1}',
      'publish note 1',
      'publish note 1',
    )
    expect(run.active()).toEqual(['file', 'file', 'noting', 'noting', 'work'])
  })

  test('an error leaves only the token of its event sub-process', async () => {
    const run = (await load('error-event-sub-process')).do('start', 'throw a bad')
    expect(run.active()).toEqual(['clean_up', 'handler', 'scope'])
  })
})
