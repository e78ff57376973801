import type { Key } from '@braid/core/base/key.ts'
import { expect, test } from 'vitest'
import type { NewOutput, OutputEntry } from '../store/task-output-port.ts'
import { createTaskOutput, outputLimits } from './task-output.ts'

const source = (task: number, attempt = 1) => ({
  instanceKey: 1 as Key,
  taskKey: task as Key,
  element: 'work',
  attempt,
})
const log = (level: 'debug' | 'info', message: string): OutputEntry => ({ kind: 'log', level, message })
const messageOf = ({ entry }: NewOutput): unknown => ('message' in entry ? entry.message : entry)

/** Ticks when told. */
function setUp(limits: Partial<typeof outputLimits> = {}) {
  const stored: NewOutput[][] = []
  const ticks: (() => void)[] = []
  const troubles: unknown[] = []
  let failures = 0
  const output = createTaskOutput(
    {
      store: {
        addOutput: async (entries) => {
          if (failures-- > 0) throw new Error('no connection')
          stored.push([...entries])
          return [{ instanceKey: 1 as Key, last: entries.length }]
        },
      },
      clock: {
        now: () => 0,
        after: (_, task) => {
          ticks.push(task)
          return () => ticks.splice(ticks.indexOf(task), 1)
        },
        soon: (task) => task(),
      },
      now: () => 7,
      notify: () => false,
      onTrouble: (error) => troubles.push(error),
    },
    { ...outputLimits, ...limits },
  )
  return { output, stored, ticks, troubles, fail: () => (failures = 1) }
}

test('what all tasks say in a tick is stored at once, in order', async () => {
  const { output, stored, ticks } = setUp()
  const heard: unknown[] = []
  output.onOutput((head) => heard.push(head))
  output.report(source(1), [log('info', 'a')])
  output.report(source(2), [log('info', 'b')])
  output.report(source(1), [log('info', 'c')])
  expect([stored.length, ticks.length]).toEqual([0, 1])
  await output.stop()
  expect(stored.map((entries) => entries.map(messageOf))).toEqual([['a', 'c', 'b']])
  expect(stored[0]?.[0]).toEqual({ ...source(1), at: 7, entry: log('info', 'a') })
  expect(heard).toEqual([{ instanceKey: 1, last: 3 }])
})

test('a task that says too much loses debug lines first, and a line says how many', async () => {
  const { output, stored } = setUp({ perTask: 4 })
  output.report(source(1), [
    log('debug', 'd1'),
    log('info', 'i1'),
    { kind: 'progress', progress: 0.1 },
    log('debug', 'd2'),
    { kind: 'progress', progress: 0.2 },
    log('info', 'i2'),
  ])
  await output.stop()
  const [entries = []] = stored
  expect(entries.map(messageOf)).toEqual([
    expect.stringContaining('3 entries were left out'),
    'i1',
    { kind: 'progress', progress: 0.2 },
    'i2',
  ])
})

test('memory stays bounded, however many tasks say how much', async () => {
  const { output, stored } = setUp({ inAll: 10, characters: 100 })
  for (let task = 1; task <= 50; task++) output.report(source(task), [log('info', 'x'.repeat(30))])
  await output.stop()
  const kept = stored.flat().filter((entry) => String(messageOf(entry)).startsWith('x'))
  expect(kept.length).toBeLessThanOrEqual(4)
})

test('a value that is too large is left out by name', async () => {
  const { output, stored } = setUp()
  output.report(source(1), [{ kind: 'value', value: 'x'.repeat(70_000) }])
  await output.stop()
  expect(messageOf(stored[0]?.[0] as NewOutput)).toContain('a value of 70002 characters was left out')
})

test('a statement that fails loses what it held, not what comes after', async () => {
  const { output, stored, troubles, fail } = setUp()
  fail()
  output.report(source(1), [log('info', 'lost')])
  await output.stop()
  output.report(source(1, 2), [log('info', 'kept')])
  await output.stop()
  expect(troubles).toHaveLength(1)
  expect(stored.map((entries) => entries.map(messageOf))).toEqual([['kept']])
})
