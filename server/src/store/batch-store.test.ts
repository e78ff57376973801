import type { Key } from '@braid/core/base/key.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { commitOf, keyOf } from '../../../tests/support/instance-commit.ts'
import { programOf } from '../../../tests/support/program.ts'
import { claimOfItem } from './batch-port.ts'
import { createPostgresStore, type PostgresStore } from './postgres-store.ts'

let database: TestDatabase
let store: PostgresStore
let definitionKey: Key
const silent = { notify: false }

beforeAll(async () => {
  database = await createTestDatabase()
  store = createPostgresStore({ url: database.url, node: 'a' })
  const processes = [{ resourceName: 'o.bpmn', xml: '<o/>', program: programOf('order') }]
  const deployed = await store.deploy({ at: 1, processes, forms: [] })
  definitionKey = deployed.processes[0]?.processDefinitionKey ?? keyOf(0)
})
afterAll(async () => {
  await store.close()
  await database.drop()
})

let last = 100
/** Instances that only this batch finds, and the batch. */
async function makeBatch(size: number) {
  const key = keyOf(++last)
  const businessId = `batch-${key}`
  const instances = Array.from({ length: size }, () => keyOf(++last))
  await store.commit(
    instances.map((instance) => commitOf(instance, 0, { definitionKey, businessId })),
    silent,
  )
  const total = await store.createBatch({
    key,
    type: 'CANCEL_PROCESS_INSTANCE',
    plan: { kind: 'command', command: { type: 'cancel-instance' } },
    actor: 'ada',
    now: 1_000,
    items: 'running',
    filter: { businessId },
  })
  expect(total).toBe(size)
  return { key, instances, get: () => store.reads.getBatchOperation(key) }
}
const claim = (now: number, max = 10) => store.claimBatchItems({ now, claimUntil: now + 100, max })

test('an item that was not settled in time comes again', async () => {
  const { key, instances } = await makeBatch(3)
  const first = await claim(1_000, 2)
  expect(first.map(({ itemKey }) => itemKey)).toEqual(instances.slice(0, 2))
  expect(first[0]).toMatchObject({ batchKey: key, plan: { command: { type: 'cancel-instance' } } })
  expect((await claim(1_000)).map(({ itemKey }) => itemKey)).toEqual(instances.slice(2))
  expect(await claim(1_099)).toEqual([])
  const again = await claim(1_100)
  expect(again).toHaveLength(3)
  await store.settleBatchItems(again, 1_100)
})

test('items are counted once, however often they are settled', async () => {
  const { key, instances, get } = await makeBatch(2)
  const [done, failed] = instances as [Key, Key]
  await claim(2_000)
  const settled = [
    { batchKey: key, itemKey: done },
    { batchKey: key, itemKey: failed, failure: 'it has ended' },
  ]
  await store.settleBatchItems(settled.slice(0, 1), 2_001)
  expect(await get()).toMatchObject({ state: 'ACTIVE', operationsCompletedCount: 1 })
  await store.settleBatchItems(settled, 2_002)
  await store.settleBatchItems(settled, 2_003)
  expect(await get()).toMatchObject({
    state: 'COMPLETED',
    operationsCompletedCount: 1,
    operationsFailedCount: 1,
    endDate: new Date(2_002).toISOString(),
  })
  const filter = { batchOperationKey: String(key), state: 'FAILED' } as const
  const { items } = await store.reads.search.batchOperationItems({ filter })
  expect(items).toMatchObject([{ itemKey: String(failed), errorMessage: 'it has ended' }])
})

test('an item whose command was committed is done, whatever the second attempt was told', async () => {
  const { key, instances, get } = await makeBatch(1)
  const [instance] = instances as [Key]
  const [item] = await claim(3_000)
  if (item === undefined) throw new Error('no item')
  await store.commit(
    [commitOf(instance, 1, { definitionKey, status: 'terminated', claims: [claimOfItem(item)] })],
    silent,
  )
  await store.settleBatchItems([{ batchKey: key, itemKey: instance, failure: 'has ended' }], 3_100)
  expect(await get()).toMatchObject({ operationsCompletedCount: 1, operationsFailedCount: 0 })
})

test('a suspended batch offers nothing, and a canceled one leaves the rest undone', async () => {
  const { key, get } = await makeBatch(3)
  const control = (verb: 'cancel' | 'suspend' | 'resume') => store.controlBatch(key, verb, 4_500)
  expect(await control('resume')).toBe(false)
  expect(await control('suspend')).toBe(true)
  expect(await claim(4_000)).toEqual([])
  expect(await control('resume')).toBe(true)
  const [one] = await claim(4_000, 1)
  if (one === undefined) throw new Error('no item')
  expect(await control('cancel')).toBe(true)
  expect(await claim(5_000)).toEqual([])
  await store.settleBatchItems([one], 5_000)
  expect(await get()).toMatchObject({ state: 'CANCELED', endDate: new Date(4_500).toISOString() })
  expect(await control('resume')).toBe(false)
})

test('an instance is not deleted before what it tells others is delivered', async () => {
  const key = keyOf(++last)
  const row = { key: keyOf(++last), target: keyOf(1), command: { type: 'cancel-instance' } as const }
  await store.commit(
    [commitOf(key, 0, { definitionKey, status: 'completed', rows: [{ op: 'insert-outbox', row }] })],
    silent,
  )
  expect(await store.deleteInstance(key)).toEqual({ kind: 'running', instanceKey: key })
  await store.removeOutbox([row.key])
  expect(await store.deleteInstance(key)).toEqual({ kind: 'deleted' })
  expect(await store.deleteInstance(key)).toEqual({ kind: 'not-found' })
  expect(await store.history({ instanceKey: key, after: 0, max: 10 })).toEqual([])
})
