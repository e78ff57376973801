import { expect, test } from 'vitest'
import { applyFrames, emptyView } from '../../live/instance-view.ts'
import { mostRows, timelineRows } from './timeline.ts'

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

test('rows follow the scopes and span from the start to now', () => {
  const { rows, spanMs } = timelineRows(view, 3_000, undefined)
  expect(spanMs).toBe(2_000)
  expect(rows.map(({ run, depth }) => [run.element, depth])).toEqual([
    ['sub', 0],
    ['inner', 1],
    ['other', 0],
  ])
  expect(rows[1]).toMatchObject({ from: 0.25, to: 0.5 })
  expect(rows[0]).toMatchObject({ from: 0, to: 1 })
})

test('a selected element is shown alone', () => {
  expect(timelineRows(view, 3_000, 'inner').rows).toHaveLength(1)
})

test('a long life keeps its newest rows and says how many are left out', () => {
  const events = Array.from({ length: mostRows + 5 }, (_, index) => ({
    type: 'element-activated' as const,
    key: String(100 + index),
    element: `e${index}`,
    scope: '1',
  }))
  const long = applyFrames(view, [{ version: 4, at: 2_500, events }])
  const { rows, left } = timelineRows(long, 3_000, undefined)
  expect(rows).toHaveLength(mostRows)
  expect(left).toBe(8)
  expect(rows.at(-1)?.run.element).toBe(`e${mostRows + 4}`)
})
