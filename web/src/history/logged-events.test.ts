import { expect, test } from 'vitest'
import { applyFrames, emptyView, type Frame } from '../live/instance-view.ts'
import { loggedEvents } from './logged-events.ts'

const frames: readonly Frame[] = [
  {
    version: 1,
    at: 1_000,
    events: [
      { type: 'element-activated', key: '1', element: 'p' },
      { type: 'element-activated', key: '2', element: 'book', scope: '1' },
      { type: 'loop-counted', key: '2', count: 2 },
      { type: 'element-activated', key: '3', element: 'book', scope: '2', index: 1 },
      {
        type: 'job-created',
        key: '9',
        elementInstanceKey: '3',
        element: 'book',
        jobType: 'audit',
        retries: 3,
        listener: { on: 'start', index: 0 },
      },
    ],
  },
  {
    version: 2,
    at: 2_000,
    events: [
      { type: 'job-completed', key: '9' },
      { type: 'element-completed', key: '3', element: 'book' },
      { type: 'compensation-started', key: '4', from: ['1'] },
      {
        type: 'element-activated',
        key: '5',
        element: 'cancel',
        scope: '1',
        role: 'handler',
        record: '3',
      },
    ],
  },
]

test('events say in the words of the diagram what they are about', () => {
  const view = applyFrames(emptyView, frames)
  const names = new Map([
    ['book', { name: 'Book hotel', kind: 'service task' }],
    ['cancel', { name: 'Cancel hotel', kind: 'service task' }],
  ])
  expect(loggedEvents(frames, view, names).map(({ id, element, about }) => [id, element, about])).toEqual([
    ['1.0', 'p', 'p'],
    ['1.1', 'book', 'Book hotel, loop'],
    ['1.2', 'book', 'Book hotel, loop · 2 runs'],
    ['1.3', 'book', 'Book hotel, run 1'],
    ['1.4', 'book', 'Book hotel, run 1 · audit, listener on start'],
    ['2.0', 'book', 'Book hotel, run 1'],
    ['2.1', 'book', 'Book hotel, run 1'],
    ['2.2', undefined, 'undoes all that has completed'],
    ['2.3', 'cancel', 'Cancel hotel, compensates Book hotel, run 1'],
  ])
})
