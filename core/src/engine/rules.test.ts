/** Rules about who wins and what is left, on processes of the golden traces. */
import { describe, expect, test } from 'vitest'
import { GoldenProcess } from '../../../tests/support/golden-process.ts'
import type { Key } from '../base/key.ts'
import type { Command, Rejection } from './command.ts'
import type { Event } from './event.ts'

const load = (name: string): Promise<GoldenProcess> => GoldenProcess.load(name)

/** `+`, `-` or `x` and the element, for each that began, completed or was terminated. */
const lives = (events: readonly Event[]): readonly string[] =>
  events.flatMap((event) => {
    if (event.type === 'element-activated') return [`+${event.element}`]
    if (event.type === 'element-completed') return [`-${event.element}`]
    return event.type === 'element-terminated' ? [`x${event.element}`] : []
  })

/** What the last steps did. */
async function after(
  name: string,
  before: readonly string[],
  ...steps: readonly string[]
): Promise<readonly string[]> {
  const run = (await load(name)).do(...before)
  const known = run.events().length
  return lives(
    run
      .do(...steps)
      .events()
      .slice(known),
  )
}

function refusal(run: GoldenProcess, command: Command): Rejection | undefined {
  const result = run.driver.submit(run.state().key, command)
  return result.ok ? undefined : result.error
}
const only = <T>(rows: ReadonlyMap<Key, T>): T => {
  const [row, ...others] = rows.values()
  if (row === undefined || others.length > 0) throw new Error(`expected one row, there are ${rows.size}`)
  return row
}

describe('the first in the log wins, and the loser is refused', () => {
  test.each(['job', 'timer'] as const)('when it is the %s', async (first) => {
    const run = (await load('timer-boundary')).do('start')
    const { jobs, timers } = run.driver.tables
    const [job, timer] = [only(jobs), only(timers)]
    const commands = {
      job: { type: 'complete-job', jobKey: job.key, variables: { done: true } },
      timer: { type: 'fire-timer', timerKey: timer.key },
    } as const
    run.driver.now = timer.due
    expect(refusal(run, commands[first])).toBeUndefined()
    const won = lives(run.events())
    const loser = first === 'job' ? commands.timer : commands.job
    expect(refusal(run, loser)).toMatchObject({ kind: 'not-found' })
    expect(lives(run.events())).toEqual(won)
    expect(won.includes('-work')).toBe(first === 'job')
    expect(won.includes('+too_late')).toBe(first === 'timer')
  })
})

describe('children end before the handler runs', () => {
  test('of a boundary event: from the inside outwards', async () => {
    const happened = await after('error-end', [], 'start {"code": "outer"}')
    const end = happened.slice(happened.indexOf('xi_outer'))
    expect(end.slice(0, 5)).toEqual(['xi_outer', 'xi_work', 'xin', 'xout', '+on_outer'])
  })

  test('of an event sub-process', async () => {
    const happened = await after('error-event-sub-process', ['start'], 'throw a bad')
    const handler = happened.indexOf('+handler')
    expect(happened.slice(0, handler).toSorted()).toEqual(['xa', 'xb'])
    expect(happened.slice(handler).some((step) => step.startsWith('x'))).toBe(false)
  })
})

test('an outer interrupt beats an inner one', async () => {
  for (const trigger of ['signal stop', 'advance PT1H']) {
    const happened = await after('interrupt-outer-first', ['start'], trigger)
    expect(happened.slice(0, 3)).toEqual(['xwork', 'xinner', 'xouter'])
    expect(happened).not.toContain('+inner_handler')
    expect(happened).toContain('-outer_handler')
  }
})

test('an outer interrupt ends the handler of an inner one', async () => {
  const happened = await after(
    'nested-event-sub-process',
    ['start', 'signal outer', 'signal inner'],
    'cancel',
  )
  expect(happened).toEqual(['xs_work', 'xsecond', 'xfirst', 'xnested'])
})

test('triggers stored for an interrupted scope are dropped', async () => {
  const before = ['start {"order": 1}', 'publish paid 1', 'advance PT1H']
  expect(await after('interrupt-drops-triggers', before, 'publish packed 1')).toEqual([])
  expect(await after('interrupt-drops-triggers', before, 'publish packed 1', 'publish paid 1')).toContain(
    '+both',
  )
})

test('an error thrown in an event sub-process goes to the parent scope', async () => {
  for (const error of ['complete repair', 'throw repair bad']) {
    const happened = await after('error-in-event-sub-process', ['start', 'throw work bad'], error)
    expect(happened).toContain('+escaped')
    expect(happened).not.toContain('+handler')
    expect(happened).not.toContain('+sibling')
  }
})

test('one interrupting event sub-process starts per scope', async () => {
  const happened = await after(
    'event-sub-process-one-interrupts',
    ['start'],
    'signal alarm',
    'signal fire',
    'signal alarm',
  )
  expect(happened.filter((step) => /^\+(first|second)$/.test(step))).toEqual(['+first'])
})

test('no second instance starts while one with the same start key is active', async () => {
  const run = (await load('message-start')).do('publish ordered A', 'publish ordered A', 'publish ordered B')
  expect(run.driver.instances.size).toBe(2)
  run.do('complete work', 'publish ordered A')
  expect(run.driver.instances.size).toBe(3)
})

test('an expired message does not correlate', async () => {
  const run = (await load('message-catch')).do('keep PT1M shipped 7', 'advance PT2M', 'start {"order_id": 7}')
  run.do('complete pack')
  expect(run.active()).toEqual(['arrival'])
  run.do('keep PT1M shipped 7')
  expect(run.state().status).toBe('completed')
})

describe('a transaction', () => {
  test('that is canceled stops, compensates to the end, and leaves by its cancel boundary event', async () => {
    const happened = await after(
      'transaction-cancel',
      ['start', 'complete reserve'],
      ...['complete charge {"declined": true}', 'complete undo_charge', 'complete undo_reserve'],
    )
    const order = [
      'xwatch',
      '+undo_charge',
      '-undo_charge',
      '+undo_reserve',
      '-undo_reserve',
      'xpayment',
      '+canceled',
    ]
    expect(happened.filter((step) => order.includes(step))).toEqual(order)
  })

  test('that an error leaves compensates nothing', async () => {
    const happened = await after('transaction-error', ['start', 'complete reserve'], 'throw charge broken')
    expect(happened.some((step) => step.includes('undo'))).toBe(false)
    expect(happened).toContain('+repair')
  })
})

test('two tokens on one flow never fire a two-way join', async () => {
  const happened = await after('parallel-join-surplus', ['start'], 'complete left', 'complete left')
  expect(happened).not.toContain('+join')
})
