import { processEvent } from '@braid/contract/event.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Event } from '@braid/core/engine/event.ts'
import { describe, expect, test } from 'vitest'
import { processEventOf } from './process-event.ts'

const key = (value: number): Key => value as Key
const parent = { instanceKey: key(1), elementInstanceKey: key(2), depth: 1 }
const job = { key: key(1), elementInstanceKey: key(2), element: 'a', jobType: 'work', retries: 3 }

const events: readonly Event[] = [
  { type: 'instance-created', key: key(1), definitionKey: key(2), processId: 'p', parent, businessId: 'b' },
  { type: 'instance-completed', key: key(1) },
  { type: 'instance-terminated', key: key(1) },
  { type: 'element-activated', key: key(1), element: 'a', scope: key(2), consumed: ['f'] },
  {
    type: 'element-activated',
    key: key(4),
    element: 'p',
    begin: { elements: [{ element: 'a', variables: { key: 5, scope: 6 } }], flows: ['f'] },
  },
  { type: 'element-activated', key: key(5), element: 'a', scope: key(4), given: ['key'] },
  { type: 'element-completed', key: key(1), element: 'a' },
  { type: 'element-terminated', key: key(1), element: 'a' },
  { type: 'flow-taken', flow: 'f', scope: key(1), waits: true },
  { type: 'tokens-dropped', scope: key(1) },
  { type: 'element-activated', key: key(3), element: 'h', scope: key(1), role: 'handler', record: key(2) },
  { type: 'loop-counted', key: key(1), count: 3, collects: true, open: true },
  { type: 'elements-enabled', key: key(1), elements: ['a', 'b'] },
  { type: 'gateway-fired', scope: key(1), gateway: 'g', flows: ['f'] },
  { type: 'gateway-reset', scope: key(1), gateway: 'g' },
  { type: 'compensation-started', key: key(1), from: [key(2), key(3)], activity: 'a', left: true },
  {
    type: 'variables-set',
    scope: key(1),
    variables: { key: 5, due: 7, parent: { key: 1 }, jobs: [{ key: 1 }] },
  },
  { type: 'job-created', ...job },
  { type: 'job-completed', key: key(1) },
  { type: 'job-failed', key: key(1), retries: 0, retryAt: 0, message: 'no' },
  { type: 'job-error-thrown', key: key(1), code: 'E', message: '' },
  { type: 'job-retries-updated', key: key(1), retries: 1 },
  { type: 'job-canceled', key: key(1) },
  { type: 'jobs-published', jobs: [job] },
  {
    type: 'user-task-created',
    key: key(1),
    elementInstanceKey: key(2),
    element: 'a',
    assignee: null,
    priority: 50,
  },
  { type: 'user-task-updated', key: key(1), action: 'assign', assignee: 'ann' },
  {
    type: 'user-task-change-pending',
    key: key(1),
    on: 'completing',
    action: 'complete',
    changes: { priority: 1 },
    variables: { key: 1 },
  },
  { type: 'user-task-change-denied', key: key(1), reason: 'no' },
  { type: 'user-task-completed', key: key(1), action: 'complete' },
  { type: 'user-task-canceled', key: key(1) },
  { type: 'timer-armed', key: key(1), elementInstanceKey: key(2), element: 'a', due: 0, repetitions: -1 },
  { type: 'timer-fired', key: key(1) },
  { type: 'timer-canceled', key: key(1) },
  {
    type: 'subscription-opened',
    key: key(1),
    kind: 'signal',
    elementInstanceKey: key(2),
    element: 'a',
    name: 's',
  },
  { type: 'subscription-closed', key: key(1) },
  { type: 'subscription-triggered', key: key(1), source: key(2) },
  { type: 'condition-awaited', key: key(1), elementInstanceKey: key(2), element: 'a', part: 1 },
  { type: 'condition-changed', key: key(1), met: true },
  { type: 'condition-dropped', key: key(1) },
  {
    type: 'trigger-matched',
    elementInstanceKey: key(2),
    element: 'a',
    variables: { from: [1] },
    last: true,
  },
  { type: 'activation-awaited', key: key(1), elementInstanceKey: key(2) },
  { type: 'activation-dropped', key: key(1) },
  { type: 'message-published', key: key(1), name: 'm', correlationKey: 'c', timeToLiveMs: 5, variables: {} },
  { type: 'signal-broadcast', key: key(1), name: 's', variables: {} },
  {
    type: 'call-started',
    elementInstanceKey: key(1),
    childKey: key(2),
    processId: 'p',
    binding: 'latest',
    variables: {},
    depth: 1,
  },
  { type: 'call-canceled', key: key(1), childKey: key(2) },
  { type: 'call-ended', elementInstanceKey: key(1), childKey: key(2), outcome: 'completed' },
  { type: 'escalation-received', childKey: key(1), code: 'E' },
  { type: 'parent-notified', key: key(1), parent, outcome: { kind: 'completed', variables: { key: 5 } } },
  { type: 'error-caught', kind: 'error', code: 'E', thrownBy: key(1), caughtBy: 'b' },
  { type: 'error-uncaught', code: 'E', message: '', thrownBy: key(1) },
  {
    type: 'incident-raised',
    key: key(1),
    elementInstanceKey: key(2),
    element: 'a',
    incidentType: 'JOB_NO_RETRIES',
    message: '',
    step: 'job',
    jobKey: key(3),
  },
  { type: 'incident-resolved', key: key(1) },
  { type: 'instance-suspended', key: key(1), jobs: [key(2)], timers: [key(3)], subscriptions: [key(4)] },
  {
    type: 'instance-resumed',
    key: key(1),
    jobs: [{ key: key(2), elementInstanceKey: key(5), element: 'a', jobType: 't', retries: 1 }],
    timers: [{ key: key(3), elementInstanceKey: key(5), element: 'b', due: 1_000 }],
    subscriptions: [{ key: key(4), kind: 'signal', elementInstanceKey: key(5), element: 'c', name: 'n' }],
  },
  {
    type: 'instance-migrated',
    key: key(1),
    definitionKey: key(2),
    processId: 'p',
    mapping: [{ source: 'a', target: 'b' }],
    moved: [{ kind: 'job', key: key(3), element: 'b' }],
  },
  { type: 'instance-modified', key: key(1), activated: [key(2)], terminated: [key(3)] },
  { type: 'command-kept', command: { type: 'resolve-incident', incidentKey: key(2) } },
]

describe('events on the wire', () => {
  test.each(events.map((event) => [event.type, event] as const))(
    '%s has the form of the contract',
    (_, event) => {
      expect(processEvent.parse(processEventOf(event))).toEqual(processEventOf(event))
    },
  )

  test('cover every event of the contract', () => {
    const described = processEvent.options.map((option) => option.shape.type.value)
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(described))
  })

  test('carry variables untouched, whatever their names', () => {
    const variables = { key: 5, due: 7, parent: { key: 1 }, jobs: [{ key: 1 }] }
    expect(processEventOf({ type: 'variables-set', scope: key(1), variables })).toEqual({
      type: 'variables-set',
      scope: '1',
      variables,
    })
  })

  test('give times as ISO 8601', () => {
    const armed = {
      type: 'timer-armed',
      key: key(1),
      elementInstanceKey: key(2),
      element: 'a',
      due: 1_000,
    } as const
    expect(processEventOf(armed)).toMatchObject({ due: '1970-01-01T00:00:01.000Z' })
  })
})
