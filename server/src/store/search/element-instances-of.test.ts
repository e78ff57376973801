import type { Event } from '@braid/core/engine/event.ts'
import { expect, test } from 'vitest'
import { keyOf } from '../../../../tests/support/instance-commit.ts'
import { countElements, elementInstancesOf, takenFlowsOf } from './element-instances-of.ts'

const activated = (key: number, element: string, scope?: number): Event => ({
  type: 'element-activated',
  key: keyOf(key),
  element,
  ...(scope === undefined ? {} : { scope: keyOf(scope) }),
})
const incident = (key: number, elementInstanceKey: number): Event => ({
  type: 'incident-raised',
  key: keyOf(key),
  elementInstanceKey: keyOf(elementInstanceKey),
  element: 'work',
  incidentType: 'JOB_NO_RETRIES',
  message: 'no',
  step: 'job',
})
const history = [
  {
    version: 1,
    at: 100,
    events: [
      activated(1, 'order'),
      activated(2, 'start', 1),
      { type: 'element-completed', key: keyOf(2), element: 'start' },
      { type: 'flow-taken', flow: 'f1', scope: keyOf(1) },
      activated(3, 'work', 1),
    ],
  },
  {
    version: 2,
    at: 200,
    events: [
      incident(9, 3),
      { type: 'flow-taken', flow: 'f2', scope: keyOf(1) },
      { type: 'flow-taken', flow: 'f1', scope: keyOf(1) },
      activated(4, 'work', 1),
      incident(10, 4),
    ],
  },
  {
    version: 3,
    at: 300,
    events: [
      { type: 'incident-resolved', key: keyOf(9) },
      { type: 'element-terminated', key: keyOf(4), element: 'work' },
    ],
  },
] satisfies { version: number; at: number; events: Event[] }[]

test('the log folds into element instances in the order of their activation', () => {
  expect(elementInstancesOf(history)).toEqual([
    { key: 1, element: 'order', state: 'active', startedAt: 100, incidents: [] },
    { key: 2, element: 'start', scope: 1, state: 'completed', startedAt: 100, endedAt: 100, incidents: [] },
    { key: 3, element: 'work', scope: 1, state: 'active', startedAt: 100, incidents: [] },
    { key: 4, element: 'work', scope: 1, state: 'terminated', startedAt: 200, endedAt: 300, incidents: [] },
  ])
  expect(elementInstancesOf(history.slice(0, 2))[2]).toMatchObject({ incidents: [9] })
})

test('elements are counted by state, without the process itself', () => {
  expect(countElements(elementInstancesOf(history))).toEqual([
    { elementId: 'start', active: 0, completed: 1, canceled: 0, incidents: 0 },
    { elementId: 'work', active: 1, completed: 0, canceled: 1, incidents: 0 },
  ])
  expect(countElements(elementInstancesOf(history.slice(0, 2)))[1]).toMatchObject({ active: 2, incidents: 2 })
})

test('each taken flow is named once', () => {
  expect(takenFlowsOf(history)).toEqual(['f1', 'f2'])
})

test('what is alive goes on as another element when the instance is migrated, what has ended stays what it was', () => {
  const created: Event = {
    type: 'instance-created',
    key: keyOf(1),
    definitionKey: keyOf(50),
    processId: 'order',
  }
  const migrated: Event = {
    type: 'instance-migrated',
    key: keyOf(1),
    definitionKey: keyOf(60),
    processId: 'order2',
    mapping: [{ source: 'work', target: 'labour' }],
    moved: [],
  }
  const log = [
    {
      version: 1,
      at: 1,
      events: [
        created,
        activated(2, 'work', 1),
        activated(3, 'work', 1),
        { type: 'element-completed', key: keyOf(2), element: 'work' } as const,
        migrated,
      ],
    },
  ]
  const [ended, living] = elementInstancesOf(log)
  expect(ended).toMatchObject({ element: 'work', before: { definitionKey: 50, processId: 'order' } })
  expect(living).toMatchObject({ element: 'labour' })
  expect(living?.before).toBeUndefined()
})
