import { expect, test } from 'vitest'
import { applyFrames, emptyView } from '../../live/instance-view.ts'
import { mostRows, runsAtFirst, timelineRows } from './timeline.ts'

const view = applyFrames(emptyView, [
  {
    version: 1,
    at: 1_000,
    events: [
      { type: 'instance-created', key: '1', definitionKey: '9', processId: 'p' },
      { type: 'element-activated', key: '1', element: 'p' },
      { type: 'element-activated', key: '2', element: 'sub', scope: '1' },
      { type: 'element-activated', key: '4', element: 'other', scope: '1' },
    ],
  },
  { version: 2, at: 1_500, events: [{ type: 'element-activated', key: '3', element: 'inner', scope: '2' }] },
  { version: 3, at: 2_000, events: [{ type: 'element-completed', key: '3', element: 'inner' }] },
])

const everything = { selected: undefined, runsOf: new Map<string, number>() }

test('rows follow the scopes and span from the start to now', () => {
  const { rows, spanMs } = timelineRows(view, 3_000, everything)
  expect(spanMs).toBe(2_000)
  expect(rows.map((row) => row.kind === 'run' && [row.run.element, row.depth])).toEqual([
    ['sub', 0],
    ['inner', 1],
    ['other', 0],
  ])
  expect(rows[1]).toMatchObject({ from: 0.25, to: 0.5 })
  expect(rows[0]).toMatchObject({ from: 0, to: 1 })
})

test('a selected element is shown alone', () => {
  expect(timelineRows(view, 3_000, { ...everything, selected: 'inner' }).rows).toHaveLength(1)
})

test('a long life keeps its newest rows and says how many are left out', () => {
  const events = Array.from({ length: mostRows + 5 }, (_, index) => ({
    type: 'element-activated' as const,
    key: String(100 + index),
    element: `e${index}`,
    scope: '1',
  }))
  const long = applyFrames(view, [{ version: 4, at: 2_500, events }])
  const { rows, left } = timelineRows(long, 3_000, everything)
  expect(rows).toHaveLength(mostRows)
  expect(left).toBe(8)
  expect(rows.at(-1)).toMatchObject({ run: { element: `e${mostRows + 4}` } })
})

test('a long loop shows its newest runs, those with incidents always, and how many there are besides', () => {
  const runs = Array.from({ length: 10_000 }, (_, index) => ({
    type: 'element-activated' as const,
    key: String(100 + index),
    element: 'book',
    scope: '50',
    index: index + 1,
  }))
  const long = applyFrames(view, [
    {
      version: 4,
      at: 2_500,
      events: [
        { type: 'element-activated', key: '50', element: 'book', scope: '1' },
        ...runs,
        {
          type: 'incident-raised',
          key: '60000',
          elementInstanceKey: '102',
          element: 'book',
          incidentType: 'JOB_NO_RETRIES',
          message: 'no',
          step: 'job',
        },
      ],
    },
  ])
  const few = timelineRows(long, 3_000, { ...everything, selected: 'book' }).rows
  expect(few).toHaveLength(1 + runsAtFirst + 1)
  expect(few[1]).toMatchObject({ run: { index: 3, incidents: 1 } })
  expect(few.at(-2)).toMatchObject({ run: { index: 10_000 } })
  expect(few.at(-1)).toMatchObject({ kind: 'more', count: 10_000 - runsAtFirst })
  const asked = timelineRows(long, 3_000, { selected: 'book', runsOf: new Map([['50', 1_000]]) })
  expect(asked.left).toBe(0)
  expect(asked.rows.at(-1)).toMatchObject({ count: 9_000 })
})
