/** Three instances of an order process, stored as the engine would: for tests of what can be read. */
import type { Key } from '@braid/core/base/key.ts'
import type { Event } from '@braid/core/engine/event.ts'
import type { RowChange } from '@braid/core/engine/rows.ts'
import { serializeState } from '@braid/core/engine/serialize.ts'
import { noExtras } from '@braid/core/engine/state.ts'
import type { Node, UserTaskSpec } from '@braid/core/model/program.ts'
import type { InstanceCommit } from '../../server/src/store/port.ts'
import type { PostgresStore } from '../../server/src/store/postgres-store.ts'
import { commitOf, keyOf } from './instance-commit.ts'
import { programOf } from './program.ts'

/** Time of the deployment; each instance starts as many milliseconds later as its key says. */
export const ordersAt = Date.UTC(2026, 0, 31, 9)

const base = { incoming: [], outgoing: [], inputs: [], outputs: [], boundaryEvents: [], scope: 'order' }
const constant = (value: string) => ({ value })
const task: UserTaskSpec = { formId: 'approval', headers: { color: 'red' } }
const nodes: readonly Node[] = [
  { ...base, type: 'user-task', id: 'approve', name: 'Approve', sourceType: 'userTask', task },
  {
    ...base,
    type: 'job-task',
    id: 'charge',
    name: 'Charge',
    sourceType: 'serviceTask',
    job: { type: constant('pay'), retries: constant('3'), headers: { method: 'card' } },
  },
]

/** The process element, and one element in it that waits. */
const events = (key: number, element: string): Event[] => [
  { type: 'element-activated', key: keyOf(key), element: 'order' },
  { type: 'element-activated', key: keyOf(key + 1), element, scope: keyOf(key) },
  { type: 'flow-taken', flow: 'f1', scope: keyOf(key) },
]

const withStartForm = (node: Node): Node =>
  node.type === 'process'
    ? { ...node, startForm: { start: 'start', formId: 'approval', binding: 'latest' } }
    : node

const living = (definitionKey: Key, key: number, element: string): string =>
  serializeState({
    key: keyOf(key),
    definitionKey,
    processId: 'order',
    status: 'active',
    elements: new Map(
      ['order', element].map((id, index) => [
        keyOf(key + index),
        {
          key: keyOf(key + index),
          element: id,
          scope: index === 0 ? undefined : keyOf(key),
          extras: noExtras,
          children: 1 - index,
          tokens: new Map(),
          waits: [],
          variables: { list: [1, 'charge', 2] },
        },
      ]),
    ),
    owners: new Map(),
    conditions: new Map(),
    incidents: new Map(),
    result: {},
    suspended: false,
    kept: [],
  })

const instance = (
  definitionKey: Key,
  key: number,
  element: string,
  more: Partial<InstanceCommit>,
): InstanceCommit =>
  commitOf(key, 0, {
    definitionKey,
    at: ordersAt + key,
    events: events(key, element),
    state: living(definitionKey, key, element),
    ...more,
  })

const waitsForPerson: readonly RowChange[] = [
  {
    op: 'insert-user-task',
    row: {
      key: keyOf(1010),
      elementInstanceKey: keyOf(1001),
      element: 'approve',
      name: 'Approve',
      formId: 'approval',
      candidateGroups: ['sales', 'board'],
      dueDate: '2026-02-01T00:00:00+01:00',
    },
  },
  { op: 'set-variables', scope: keyOf(1000), variables: { amount: 42, customer: { name: 'Ann' } } },
]

const waitsForWorker: readonly RowChange[] = [
  {
    op: 'insert-job',
    row: {
      key: keyOf(2010),
      elementInstanceKey: keyOf(2001),
      element: 'charge',
      jobType: 'pay',
      retries: 3,
    },
  },
  { op: 'update-job', key: keyOf(2010), retries: 0, availableAt: ordersAt, message: 'declined' },
  {
    op: 'insert-incident',
    row: {
      key: keyOf(2020),
      elementInstanceKey: keyOf(2001),
      element: 'charge',
      incidentType: 'JOB_NO_RETRIES',
      message: 'declined',
      jobKey: keyOf(2010),
    },
  },
  { op: 'set-variables', scope: keyOf(2000), variables: { amount: 42, text: 'x'.repeat(9_000) } },
]

const raised: Event = {
  type: 'incident-raised',
  key: keyOf(2020),
  elementInstanceKey: keyOf(2001),
  element: 'charge',
  incidentType: 'JOB_NO_RETRIES',
  message: 'declined',
  step: 'job',
}

/** 1000 waits for a person, 2000 for a worker with an incident, 3000 was terminated. */
export async function storeOrders(
  store: PostgresStore,
): Promise<{ readonly definitionKey: Key; readonly formKey: Key }> {
  const program = programOf('order', undefined, { name: 'Order', versionTag: 'v1' })
  const deployment = await store.deploy({
    at: ordersAt,
    processes: [
      {
        resourceName: 'order.bpmn',
        xml: '<order/>',
        program: { ...program, nodes: [...program.nodes.map(withStartForm), ...nodes] },
      },
    ],
    forms: [{ resourceName: 'approval.form', formId: 'approval', schema: { components: [] } }],
  })
  const definitionKey = deployment.processes[0]!.processDefinitionKey
  const formKey = deployment.forms[0]!.formKey
  await store.commit(
    [
      instance(definitionKey, 1000, 'approve', { rows: waitsForPerson, businessId: 'B-7' }),
      instance(definitionKey, 2000, 'charge', {
        rows: waitsForWorker,
        incidents: 1,
        events: [...events(2000, 'charge'), raised],
      }),
      instance(definitionKey, 3000, 'approve', {
        parent: { instanceKey: keyOf(1000), elementInstanceKey: keyOf(1001), depth: 1 },
      }),
    ],
    { notify: false },
  )
  const ended: Event[] = [
    { type: 'element-terminated', key: keyOf(3001), element: 'approve' },
    { type: 'element-terminated', key: keyOf(3000), element: 'order' },
  ]
  await store.commit(
    [
      commitOf(3000, 1, {
        definitionKey,
        at: ordersAt + 9_000,
        status: 'terminated',
        events: ended,
        state: '{}',
      }),
    ],
    { notify: false },
  )
  return { definitionKey, formKey }
}
