import type { ProcessEvent } from '@braid/contract/event.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyFrames, emptyView, type Frame } from './instance-view.ts'

const frame = (version: number, ...events: readonly ProcessEvent[]): Frame => ({
  version,
  at: version * 10,
  events,
})

const orderStarted: readonly Frame[] = [
  frame(
    1,
    { type: 'instance-created', key: '1', definitionKey: '9', processId: 'order' },
    { type: 'element-activated', key: '1', element: 'order' },
    { type: 'element-activated', key: '2', element: 'start', scope: '1' },
    { type: 'element-completed', key: '2', element: 'start' },
    { type: 'flow-taken', flow: 'f1', scope: '1' },
    { type: 'element-activated', key: '3', element: 'approve', scope: '1' },
  ),
]

test('a started instance has one token at the first waiting element', () => {
  const view = applyFrames(emptyView, orderStarted)
  expect(view.status).toBe('active')
  expect(view.elements.get('approve')).toEqual({ active: 1, completed: 0, terminated: 0, incidents: 0 })
  expect(view.elements.get('start')?.completed).toBe(1)
  expect(view.flows.get('f1')).toBe(1)
  expect(view.runs.get('2')).toMatchObject({ state: 'completed', startedAt: 10, endedAt: 10 })
})

test('a suspended instance is shown so until it is resumed', () => {
  const suspended = applyFrames(emptyView, [
    ...orderStarted,
    frame(2, { type: 'instance-suspended', key: '1', jobs: [], timers: [], subscriptions: [] }),
  ])
  expect(suspended.status).toBe('suspended')
  const resumed = frame(3, { type: 'instance-resumed', key: '1', jobs: [], timers: [], subscriptions: [] })
  expect(applyFrames(suspended, [resumed]).status).toBe('active')
})

test('a migrated instance shows its tokens at the elements of the new definition', () => {
  const view = applyFrames(emptyView, [
    ...orderStarted,
    frame(2, {
      type: 'instance-migrated',
      key: '1',
      definitionKey: '10',
      processId: 'order',
      mapping: [
        { source: 'approve', target: 'decide' },
        { source: 'order', target: 'order' },
      ],
      moved: [],
    }),
  ])
  expect(view.elements.get('approve')?.active).toBe(0)
  expect(view.elements.get('decide')?.active).toBe(1)
  expect(view.elements.get('start')?.completed).toBe(1)
  expect(view.runs.get('3')?.element).toBe('decide')
})

test('a loop counts its runs, not the body around them', () => {
  const begun = applyFrames(emptyView, [
    ...orderStarted,
    frame(
      2,
      { type: 'element-activated', key: '4', element: 'book', scope: '1' },
      { type: 'element-activated', key: '5', element: 'book', scope: '4', index: 1 },
      { type: 'element-activated', key: '6', element: 'book', scope: '4', index: 2 },
    ),
    frame(3, { type: 'element-completed', key: '5', element: 'book' }),
  ])
  expect(begun.elements.get('book')).toMatchObject({ active: 1, completed: 1 })
  expect(begun.runs.get('6')).toMatchObject({ index: 2 })
  const over = applyFrames(begun, [
    frame(
      4,
      { type: 'element-terminated', key: '6', element: 'book' },
      { type: 'element-completed', key: '4', element: 'book' },
    ),
  ])
  expect(over.elements.get('book')).toMatchObject({ active: 0, completed: 1, terminated: 1 })
  expect(over.runs.get('4')).toMatchObject({ isBody: true, state: 'completed' })
})

test('frames that were seen before change nothing', () => {
  const view = applyFrames(emptyView, orderStarted)
  expect(applyFrames(view, orderStarted)).toBe(view)
})

test('a token at a join waits on its flow until the join takes it', () => {
  const waiting = applyFrames(emptyView, [
    ...orderStarted,
    frame(2, { type: 'flow-taken', flow: 'f2', scope: '1', waits: true }),
  ])
  expect(waiting.waiting.get('f2')).toBe(1)
  const joined = applyFrames(waiting, [
    frame(3, { type: 'element-activated', key: '5', element: 'join', scope: '1', consumed: ['f2'] }),
  ])
  expect(joined.waiting.size).toBe(0)
  expect(joined.flows.get('f2')).toBe(1)
})

test('an incident marks its element until it is resolved', () => {
  const raised = applyFrames(emptyView, [
    ...orderStarted,
    frame(2, {
      type: 'incident-raised',
      key: '7',
      elementInstanceKey: '3',
      element: 'approve',
      incidentType: 'JOB_NO_RETRIES',
      message: 'no',
      step: 'job',
    }),
  ])
  expect(raised.elements.get('approve')?.incidents).toBe(1)
  expect(raised.runs.get('3')?.incidents).toBe(1)
  const resolved = applyFrames(raised, [frame(3, { type: 'incident-resolved', key: '7' })])
  expect(resolved.elements.get('approve')?.incidents).toBe(0)
  expect(resolved.incidents.size).toBe(0)
})

test('a called instance is linked to its call activity', () => {
  const view = applyFrames(emptyView, [
    ...orderStarted,
    frame(2, {
      type: 'call-started',
      elementInstanceKey: '3',
      childKey: '42',
      processId: 'invoice',
      binding: 'latest',
      variables: {},
      depth: 1,
    }),
  ])
  expect(view.runs.get('3')?.calls).toBe('42')
})

test('termination ends what was active and says when', () => {
  const view = applyFrames(emptyView, [
    ...orderStarted,
    frame(
      2,
      { type: 'element-terminated', key: '3', element: 'approve' },
      { type: 'element-terminated', key: '1', element: 'order' },
      { type: 'instance-terminated', key: '1' },
    ),
  ])
  expect(view).toMatchObject({ status: 'terminated', endedAt: 20 })
  expect(view.elements.get('approve')).toMatchObject({ active: 0, terminated: 1 })
})

test('the view does not depend on how frames are cut into batches', () => {
  const instance = fc.integer({ min: 1, max: 8 }).map(String)
  const incident = fc.integer({ min: 20, max: 24 }).map(String)
  const element = fc.constantFrom('a', 'b', 'c')
  const eventOf: fc.Arbitrary<ProcessEvent> = fc.oneof(
    fc.record({ type: fc.constant('element-activated' as const), key: instance, element }),
    fc.record({ type: fc.constant('element-completed' as const), key: instance, element }),
    fc.record({
      type: fc.constant('flow-taken' as const),
      flow: fc.constantFrom('f', 'g'),
      scope: instance,
      waits: fc.constant(true as const),
    }),
    fc.record({
      type: fc.constant('incident-raised' as const),
      key: incident,
      elementInstanceKey: instance,
      element,
      incidentType: fc.constant('JOB_NO_RETRIES'),
      message: fc.string(),
      step: fc.constant('job' as const),
    }),
    fc.record({ type: fc.constant('incident-resolved' as const), key: incident }),
  )
  fc.assert(
    fc.property(
      fc.array(fc.array(eventOf, { maxLength: 4 }), { maxLength: 20 }),
      fc.nat(20),
      (commits, cut) => {
        const frames = commits.map((events, index): Frame => ({ version: index + 1, at: index, events }))
        const once = applyFrames(emptyView, frames)
        const twice = applyFrames(applyFrames(emptyView, frames.slice(0, cut)), frames.slice(cut))
        expect(twice).toEqual(once)
      },
    ),
  )
})
