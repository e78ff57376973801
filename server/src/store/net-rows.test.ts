import type { JobRow, RowChange } from '@braid/core/engine/rows.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyOf } from '../../../tests/support/instance-commit.ts'
import { netRows } from './net-rows.ts'

const element = { elementInstanceKey: keyOf(90), element: 'e' }
const job = (key: number): JobRow => ({ key: keyOf(key), ...element, jobType: 'work', retries: 3 })
const net = (...changes: RowChange[]) => netRows(changes, [], 1_000)

test('a timer, subscription or job that comes and goes in one commit is not inserted', () => {
  const rows = net(
    { op: 'insert-timer', row: { key: keyOf(1), ...element, due: 5 } },
    { op: 'insert-subscription', row: { key: keyOf(2), kind: 'signal', ...element, name: 's' } },
    { op: 'insert-job', row: job(3) },
    { op: 'delete-timer', key: keyOf(1) },
    { op: 'delete-subscription', key: keyOf(2) },
    { op: 'delete-job', key: keyOf(3) },
  )
  expect(rows.insertTimers).toEqual([])
  expect(rows.deleteTimers).toEqual([])
  expect(rows.insertSubscriptions).toEqual([])
  expect(rows.deleteSubscriptions).toEqual([])
  expect(rows.insertJobs).toEqual([])
})

test('what goes and comes back in one commit keeps its row', () => {
  const rows = net(
    { op: 'delete-timer', key: keyOf(1) },
    { op: 'delete-subscription', key: keyOf(2) },
    { op: 'delete-job', key: keyOf(3) },
    { op: 'insert-timer', row: { key: keyOf(1), ...element, due: 5 } },
    { op: 'insert-subscription', row: { key: keyOf(2), kind: 'signal', ...element, name: 's' } },
    { op: 'insert-job', row: job(3) },
  )
  expect([rows.insertTimers, rows.deleteTimers]).toEqual([[], []])
  expect([rows.insertSubscriptions, rows.deleteSubscriptions]).toEqual([[], []])
  // A job that had no row gets one; an insert beside a row does nothing.
  expect([rows.insertJobs.map(({ key }) => key), rows.deleteJobs]).toEqual([[3], []])
})

test('a job that is inserted and ended is deleted, since it may have had a row before', () => {
  expect(net({ op: 'insert-job', row: job(3) }, { op: 'delete-job', key: keyOf(3) }).deleteJobs).toEqual([3])
})

test('changes to a new job go into its row, and a lease makes it taken from birth', () => {
  const rows = netRows(
    [
      { op: 'insert-job', row: job(1) },
      { op: 'update-job', key: keyOf(1), retries: 1, availableAt: 2_000, message: 'failed' },
      { op: 'update-job', key: keyOf(1), retries: 2 },
      { op: 'insert-job', row: job(2) },
    ],
    [{ jobKey: keyOf(2), worker: 'w', until: 9_000 }],
    1_000,
  )
  expect(rows.insertJobs).toEqual([
    { ...job(1), retries: 2, availableAt: 2_000, message: 'failed', worker: null, attempt: 1 },
    { ...job(2), availableAt: 9_000, message: null, worker: 'w', attempt: 1 },
  ])
})

test('of several changes to one row the later wins, field by field', () => {
  const rows = net(
    { op: 'update-job', key: keyOf(1), retries: 1, availableAt: 2_000, message: 'failed' },
    { op: 'update-job', key: keyOf(1), retries: 5 },
    { op: 'update-user-task', key: keyOf(2), changes: { assignee: 'ann', priority: 1 } },
    { op: 'update-user-task', key: keyOf(2), changes: { assignee: null } },
    { op: 'end-user-task', key: keyOf(2), state: 'CANCELED' },
    { op: 'set-variables', scope: keyOf(9), variables: { a: 1, b: 1 } },
    { op: 'set-variables', scope: keyOf(9), variables: { a: 2 } },
  )
  expect(rows.updateJobs).toEqual([{ key: 1, retries: 5, availableAt: 2_000, message: 'failed' }])
  expect(rows.updateTasks).toEqual([{ key: 2, changes: { assignee: null, priority: 1 }, state: 'CANCELED' }])
  expect(rows.variables).toEqual([
    { scope: 9, name: 'a', value: 2 },
    { scope: 9, name: 'b', value: 1 },
  ])
})

test('a user task or incident that ends at once is inserted in its final state', () => {
  const rows = net(
    { op: 'insert-user-task', row: { key: keyOf(1), ...element } },
    { op: 'update-user-task', key: keyOf(1), changes: { assignee: 'ann' } },
    { op: 'end-user-task', key: keyOf(1), state: 'COMPLETED' },
    {
      op: 'insert-incident',
      row: { key: keyOf(2), ...element, incidentType: 'STEP_LIMIT', message: 'm' },
    },
    { op: 'resolve-incident', key: keyOf(2) },
  )
  expect(rows.insertTasks).toEqual([{ row: { key: 1, ...element, assignee: 'ann' }, state: 'COMPLETED' }])
  expect(rows.updateTasks).toEqual([])
  expect(rows.insertIncidents).toMatchObject([{ resolved: true }])
  expect(rows.resolveIncidents).toEqual([])
})

test('applied at once the net effect leaves the same timers as the changes one by one', () => {
  const change = fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 6 })).map(([insert, key]): RowChange => {
    if (!insert) return { op: 'delete-timer', key: keyOf(key) }
    return { op: 'insert-timer', row: { key: keyOf(key), ...element, due: key } }
  })
  const keys = fc.uniqueArray(fc.integer({ min: 1, max: 6 }))
  fc.assert(
    fc.property(fc.array(change, { maxLength: 20 }), keys, (changes, before) => {
      const oneByOne = new Set(before)
      // A key is inserted once in the life of an installation.
      const legal = changes.filter((one) => {
        if (one.op === 'delete-timer') return oneByOne.delete(one.key)
        if (one.op !== 'insert-timer' || before.includes(one.row.key) || oneByOne.has(one.row.key))
          return false
        oneByOne.add(one.row.key)
        return true
      })
      const rows = netRows(legal, [], 0)
      const atOnce = new Set(before)
      for (const key of rows.deleteTimers) atOnce.delete(key)
      for (const { key } of rows.insertTimers) atOnce.add(key)
      expect([...atOnce].sort()).toEqual([...oneByOne].sort())
      // Parts of the statement run in any order, so no key may be in both.
      for (const { key } of rows.insertTimers) expect(rows.deleteTimers).not.toContain(key)
    }),
  )
})
