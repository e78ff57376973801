import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../../tests/support/database.ts'
import { commitOf, keyOf } from '../../../../tests/support/instance-commit.ts'
import { ordersAt as at, storeOrders } from '../../../../tests/support/order-instances.ts'
import { createPostgresStore, type PostgresStore } from '../postgres-store.ts'
import { SearchRefused } from './search-refused.ts'

let database: TestDatabase
let store: PostgresStore
let definitionKey: ReturnType<typeof keyOf>
let formKey: ReturnType<typeof keyOf>
const iso = (instant: number) => new Date(instant).toISOString()

beforeAll(async () => {
  database = await createTestDatabase()
  store = createPostgresStore({ url: database.url, node: 'a' })
  const stored = await storeOrders(store)
  definitionKey = stored.definitionKey
  formKey = stored.formKey
})
afterAll(async () => {
  await store.close()
  await database.drop()
})

const instances = async (
  filter: Parameters<PostgresStore['reads']['search']['processInstances']>[0]['filter'],
) => {
  const page = await store.reads.search.processInstances({ filter })
  return page.items.map((item) => item.processInstanceKey)
}

test('a process definition is found with its form, by all that is known of it', async () => {
  const { reads } = store
  const [item] = (await reads.search.processDefinitions({ filter: { isLatestVersion: true } })).items
  expect(item).toEqual({
    processDefinitionKey: String(definitionKey),
    processDefinitionId: 'order',
    name: 'Order',
    resourceName: 'order.bpmn',
    version: 1,
    versionTag: 'v1',
    tenantId: '<default>',
    hasStartForm: true,
  })
  expect(await reads.getProcessDefinition(definitionKey)).toEqual(item)
  expect(await reads.getProcessDefinitionXml(definitionKey)).toBe('<order/>')
  const form = { formKey: String(formKey), formId: 'approval', version: 1, tenantId: '<default>' }
  expect(await reads.getStartForm(definitionKey)).toMatchObject(form)
  expect(await reads.getForm(formKey)).toEqual({ ...form, schema: { components: [] } })
  expect(await reads.getProcessDefinition(keyOf(1))).toBeUndefined()
})

test('a process instance has the words of the API', async () => {
  expect(await store.reads.getProcessInstance(keyOf(3000))).toEqual({
    processInstanceKey: '3000',
    processDefinitionKey: String(definitionKey),
    processDefinitionId: 'order',
    processDefinitionName: 'Order',
    processDefinitionVersion: 1,
    processDefinitionVersionTag: 'v1',
    state: 'TERMINATED',
    hasIncident: false,
    startDate: iso(at + 3_000),
    endDate: iso(at + 9_000),
    parentProcessInstanceKey: '1000',
    parentElementInstanceKey: '1001',
    businessId: undefined,
    tenantId: '<default>',
  })
  expect(await store.reads.getProcessInstance(keyOf(1))).toBeUndefined()
})

test.each([
  ['state', { state: 'ACTIVE' }, ['1000', '2000']],
  ['states', { state: { $in: ['TERMINATED', 'COMPLETED'] } }, ['3000']],
  ['state pattern', { state: { $like: 'TERM*' } }, ['3000']],
  ['incident', { hasIncident: true }, ['2000']],
  ['no incident', { hasIncident: false }, ['1000', '3000']],
  ['business id', { businessId: { $like: 'B-*' } }, ['1000']],
  ['start', { startDate: { $gt: iso(at + 1_000), $lte: iso(at + 2_000) } }, ['2000']],
  ['start with an offset', { startDate: '2026-01-31T10:00:01.000+01:00' }, ['1000']],
  ['no end', { endDate: { $exists: false } }, ['1000', '2000']],
  ['parent', { parentProcessInstanceKey: '1000' }, ['3000']],
  [
    'definition',
    { processDefinitionId: 'order', processDefinitionVersion: { $gte: 1 } },
    ['1000', '2000', '3000'],
  ],
  ['variable', { variables: [{ name: 'amount', value: '42' }] }, ['1000', '2000']],
  ['object', { variables: [{ name: 'customer', value: '{ "name": "Ann" }' }] }, ['1000']],
  ['long value', { variables: [{ name: 'text', value: JSON.stringify('x'.repeat(9_000)) }] }, ['2000']],
  ['value pattern', { variables: [{ name: 'customer', value: { $like: '*Ann*' } }] }, ['1000']],
  [
    'two variables',
    {
      variables: [
        { name: 'amount', value: '42' },
        { name: 'customer', value: { $exists: true } },
      ],
    },
    ['1000'],
  ],
  ['living element', { elementId: 'charge' }, ['2000']],
  ['living elements', { elementId: { $in: ['charge', 'approve'] } }, ['1000', '2000']],
  ['element that is no more', { elementId: 'start' }, []],
] as const)('process instances by %s', async (_, filter, expected) => {
  expect(await instances(structuredClone(filter) as Parameters<typeof instances>[0])).toEqual(expected)
})

test('a user task tells its form, headers and dates, and is found by candidate', async () => {
  const { reads } = store
  const found = async (filter: Parameters<typeof reads.search.userTasks>[0]['filter']) =>
    (await reads.search.userTasks({ filter })).items.map((item) => item.userTaskKey)
  expect(await reads.getUserTask(keyOf(1010))).toEqual({
    userTaskKey: '1010',
    name: 'Approve',
    state: 'CREATED',
    elementId: 'approve',
    elementInstanceKey: '1001',
    processInstanceKey: '1000',
    processDefinitionKey: String(definitionKey),
    processDefinitionId: 'order',
    processDefinitionVersion: 1,
    processName: 'Order',
    assignee: undefined,
    candidateGroups: ['sales', 'board'],
    candidateUsers: [],
    dueDate: '2026-01-31T23:00:00.000Z',
    followUpDate: undefined,
    priority: 50,
    creationDate: iso(at + 1_000),
    completionDate: undefined,
    formKey: String(formKey),
    formId: 'approval',
    externalFormReference: undefined,
    customHeaders: { color: 'red' },
    tenantId: '<default>',
  })
  expect(await found({ candidateGroup: 'board', state: 'CREATED' })).toEqual(['1010'])
  expect(await found({ candidateGroup: { $in: ['none', 'sales'] } })).toEqual(['1010'])
  expect(await found({ candidateGroup: 'none' })).toEqual([])
  expect(await found({ assignee: { $exists: false } })).toEqual(['1010'])
  expect(await found({ processInstanceVariables: [{ name: 'amount', value: '43' }] })).toEqual([])
})

test('a failed job and its incident point at each other', async () => {
  const { reads } = store
  const place = {
    elementId: 'charge',
    elementInstanceKey: '2001',
    processInstanceKey: '2000',
    processDefinitionKey: String(definitionKey),
    processDefinitionId: 'order',
    tenantId: '<default>',
  }
  expect((await reads.search.jobs({ filter: { state: 'FAILED' } })).items).toEqual([
    {
      ...place,
      jobKey: '2010',
      type: 'pay',
      state: 'FAILED',
      kind: 'BPMN_ELEMENT',
      listenerEventType: 'UNSPECIFIED',
      priority: 0,
      retries: 0,
      worker: '',
      deadline: undefined,
      errorMessage: 'declined',
      hasFailedWithRetriesLeft: false,
      customHeaders: { method: 'card' },
    },
  ])
  const incident = {
    ...place,
    incidentKey: '2020',
    errorType: 'JOB_NO_RETRIES',
    errorMessage: 'declined',
    state: 'ACTIVE',
    creationTime: iso(at + 2_000),
    jobKey: '2010',
  }
  expect((await reads.search.incidents({ filter: { state: 'ACTIVE' } })).items).toEqual([incident])
  expect((await reads.search.incidents({ filter: { state: { $neq: 'ACTIVE' } } })).items).toEqual([])
  expect(await reads.getIncident(keyOf(2020))).toEqual(incident)
})

test('long values are cut in lists and whole when asked for', async () => {
  const { reads } = store
  const filter = { processInstanceKey: '2000', name: 'text' }
  const [cut] = (await reads.search.variables({ filter }, true)).items
  const [whole] = (await reads.search.variables({ filter }, false)).items
  expect(cut).toMatchObject({ isTruncated: true, scopeKey: '2000' })
  expect(cut!.value).toHaveLength(8_191)
  expect(whole).toMatchObject({ isTruncated: false, value: JSON.stringify('x'.repeat(9_000)) })
  expect(await reads.getVariable(keyOf(Number(cut!.variableKey)))).toEqual(whole)
})

test('element instances come from the log, by process instance or by their own key', async () => {
  const { reads } = store
  const item = {
    elementInstanceKey: '2001',
    processInstanceKey: '2000',
    processDefinitionKey: String(definitionKey),
    processDefinitionId: 'order',
    elementId: 'charge',
    elementName: 'Charge',
    type: 'SERVICE_TASK',
    state: 'ACTIVE',
    startDate: iso(at + 2_000),
    endDate: undefined,
    hasIncident: true,
    incidentKey: '2020',
    elementInstanceScopeKey: '2000',
    tenantId: '<default>',
  }
  const page = await reads.search.elementInstances({
    filter: { processInstanceKey: '2000' },
    sort: [{ field: 'elementInstanceKey', order: 'desc' }],
  })
  expect(page.items).toHaveLength(2)
  expect(page.items[0]).toEqual(item)
  expect(page.items[1]).toMatchObject({ type: 'PROCESS', elementInstanceKey: '2000' })
  expect(await reads.getElementInstance(keyOf(2001))).toEqual(item)
  const active = await reads.search.elementInstances({ filter: { state: 'ACTIVE', type: 'USER_TASK' } })
  expect(active.items.map((one) => one.elementInstanceKey)).toEqual(['1001'])
})

test('an element instance is found wherever it is known: by a row, in a state, in the log', async () => {
  for (const key of [1000, 1001, 2001, 3000, 3001]) {
    // A new store remembers nothing.
    const fresh = createPostgresStore({ url: database.url, node: 'fresh' })
    expect(await fresh.reads.getElementInstance(keyOf(key))).toMatchObject({
      elementInstanceKey: String(key),
    })
    await fresh.close()
  }
  expect(await store.reads.getElementInstance(keyOf(5_555))).toBeUndefined()
  expect(await store.reads.getElementInstance(keyOf(2020))).toBeUndefined()
})

test('statistics and taken flows of an instance', async () => {
  expect(await store.reads.getElementStatistics(keyOf(2000))).toEqual([
    { elementId: 'charge', active: 1, completed: 0, canceled: 0, incidents: 1 },
  ])
  expect(await store.reads.getTakenFlows(keyOf(2000))).toEqual(['f1'])
})

test('the overview counts what is there', async () => {
  const hour = 3_600_000
  const counts = {
    processDefinitions: 1,
    activeProcessInstances: 2,
    processInstancesWithIncident: 1,
    completedProcessInstances: 0,
    openUserTasks: 1,
    activeIncidents: 1,
    incidentsInLastHour: 1,
    openJobs: 1,
  }
  expect(await store.reads.getOverview(at + 2_000 + hour)).toEqual(counts)
  expect(await store.reads.getOverview(at + 2_001 + hour)).toEqual({ ...counts, incidentsInLastHour: 0 })
})

test('text that looks like SQL or a pattern is only text', async () => {
  for (const text of ["'; drop table instance; --", '%', '_', '\\', '$1', '"', "O'Brien"]) {
    expect(await instances({ businessId: text, processDefinitionId: { $like: text } })).toEqual([])
    expect(await instances({ variables: [{ name: text, value: text }], elementId: text })).toEqual([])
  }
  expect(await instances({})).toHaveLength(3)
})

test('a search over element instances of very many process instances is refused', async () => {
  const batch = Array.from({ length: 501 }, (_, index) => commitOf(50_000 + index, 0, { processId: 'many' }))
  await store.commit(batch, { notify: false })
  await expect(
    store.reads.search.elementInstances({ filter: { processDefinitionId: 'many' } }),
  ).rejects.toThrow(SearchRefused)
})
