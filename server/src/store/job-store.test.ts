import type { RowChange } from '@braid/core/engine/rows.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { commitOf, keyOf } from '../../../tests/support/instance-commit.ts'
import { createPostgresStore, type PostgresStore } from './postgres-store.ts'

let database: TestDatabase
let nodes: readonly PostgresStore[]
const silent = { notify: false }

beforeAll(async () => {
  database = await createTestDatabase()
  nodes = ['a', 'b', 'c'].map((node) => createPostgresStore({ url: database.url, node }))
})
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()))
  await database.drop()
})

const insertJob = (key: number, jobType: string, more: { readonly priority?: number } = {}): RowChange => ({
  op: 'insert-job',
  row: { key: keyOf(key), elementInstanceKey: keyOf(key), element: 'task', jobType, retries: 3, ...more },
})
const claim = (node: PostgresStore, jobType: string, now: number, max = 10, worker = 'w') =>
  node.claimJobs({ jobType, worker, max, now, leaseUntil: now + 1_000 })

test('no job goes to two workers that ask at the same time', async () => {
  const [store] = nodes as [PostgresStore]
  const rows = Array.from({ length: 500 }, (_, index) => insertJob(10_000 + index, 'shared'))
  await store.commit([commitOf(1, 0, { at: 100, rows })], silent)
  const claimed: number[] = []
  await Promise.all(
    Array.from({ length: 12 }, async (_, index) => {
      for (;;) {
        const jobs = await claim(nodes[index % nodes.length]!, 'shared', 100, 7, `w${index}`)
        if (jobs.length === 0) return
        for (const job of jobs) expect(job.worker).toBe(`w${index}`)
        claimed.push(...jobs.map((job) => job.key))
      }
    }),
  )
  expect(claimed).toHaveLength(500)
  expect(new Set(claimed).size).toBe(500)
})

test('a job is offered when its time has come, and again when its lease is over', async () => {
  const [store] = nodes as [PostgresStore]
  await store.commit(
    [commitOf(2, 0, { at: 100, rows: [insertJob(21, 'timed'), insertJob(22, 'else')] })],
    silent,
  )
  expect(await claim(store, 'timed', 99)).toEqual([])
  expect(await claim(store, 'timed', 100)).toEqual([
    {
      key: 21,
      instanceKey: 2,
      definitionKey: 77,
      processId: 'order',
      elementInstanceKey: 21,
      element: 'task',
      jobType: 'timed',
      retries: 3,
      worker: 'w',
      leaseUntil: 1_100,
      attempt: 1,
    },
  ])
  expect(await claim(store, 'timed', 1_099)).toEqual([])
  expect(await claim(store, 'timed', 1_100, 10, 'second')).toMatchObject([{ attempt: 2 }])
  expect(await store.extendLeases([{ jobKey: keyOf(21), worker: 'w', until: 9_000 }])).toEqual([])
  expect(await store.extendLeases([{ jobKey: keyOf(21), worker: 'second', until: 9_000 }])).toEqual([21])
  expect(await claim(store, 'timed', 8_999)).toEqual([])
})

test('jobs of higher priority go first, within one priority those that wait longest', async () => {
  const [store] = nodes as [PostgresStore]
  const priorities = [0, 5, -7, 5, 2_147_483_647, 0, undefined]
  const rows = priorities.map((priority, index) =>
    insertJob(4_000 + index, 'ranked', priority === undefined ? {} : { priority }),
  )
  await store.commit([commitOf(40, 0, { at: 100, rows })], silent)
  const late = [insertJob(4_100, 'ranked', { priority: 5 }), insertJob(4_101, 'unranked')]
  await store.commit([commitOf(50, 0, { at: 200, rows: late })], silent)
  const order: number[] = []
  for (;;) {
    const jobs = await claim(store, 'ranked', 300, 1)
    if (jobs.length === 0) break
    order.push(...jobs.map(({ key }) => key))
  }
  expect(order[0]).toBe(4_004)
  expect(new Set(order.slice(1, 3))).toEqual(new Set([4_001, 4_003]))
  expect(order[3]).toBe(4_100)
  expect(new Set(order.slice(4, 7))).toEqual(new Set([4_000, 4_005, 4_006]))
  expect(order.slice(7)).toEqual([4_002])
})

test('a page takes from the highest priority down, past those that somebody has', async () => {
  const [store] = nodes as [PostgresStore]
  const rows = [3, 3, 2, 1, 1].map((priority, index) => insertJob(6_000 + index, 'paged', { priority }))
  await store.commit([commitOf(60, 0, { at: 100, rows })], silent)
  const keys = async (max: number) => (await claim(store, 'paged', 100, max)).map(({ key }) => key)
  expect(await keys(1)).toHaveLength(1)
  expect(await keys(2)).toContain(6_002)
  expect(await keys(10)).toEqual([6_003, 6_004])
})

test('a failed job waits for its back-off, one without retries is not offered', async () => {
  const [store] = nodes as [PostgresStore]
  await store.commit([commitOf(3, 0, { at: 100, rows: [insertJob(31, 'failing')] })], silent)
  await claim(store, 'failing', 100)
  const failed: RowChange = { op: 'update-job', key: keyOf(31), retries: 2, availableAt: 500, message: 'no' }
  await store.commit([commitOf(3, 1, { rows: [failed] })], silent)
  expect(await claim(store, 'failing', 499)).toEqual([])
  expect(await claim(store, 'failing', 500)).toMatchObject([{ key: 31, retries: 2 }])
  await store.commit([commitOf(3, 2, { rows: [{ ...failed, retries: 0 }] })], silent)
  expect(await claim(store, 'failing', 10_000)).toEqual([])
  await store.commit([commitOf(3, 3, { rows: [{ op: 'update-job', key: keyOf(31), retries: 1 }] })], silent)
  expect(await claim(store, 'failing', 10_000)).toHaveLength(1)
})

test('the owner of a living job is found', async () => {
  const [store] = nodes as [PostgresStore]
  await store.commit([commitOf(4, 0, { rows: [insertJob(41, 'owned')] })], silent)
  expect(await store.findJobOwners([keyOf(41), keyOf(42)])).toEqual([{ jobKey: 41, instanceKey: 4 }])
})

test('timers are taken when due, earliest first, by one node at a time', async () => {
  const [store] = nodes as [PostgresStore]
  const timer = (key: number, due: number): RowChange => ({
    op: 'insert-timer',
    row: { key: keyOf(key), elementInstanceKey: keyOf(5), element: `timer-${key}`, due },
  })
  expect(await store.nextTimer()).toBeUndefined()
  await store.commit([commitOf(5, 0, { rows: [timer(53, 300), timer(51, 100), timer(52, 200)] })], silent)
  expect(await store.nextTimer()).toBe(100)
  const take = (now: number) => store.claimTimers({ now, claimUntil: now + 50, max: 10 })
  expect(await take(99)).toEqual([])
  expect(await take(200)).toEqual([
    { key: 51, due: 100, instanceKey: 5, definitionKey: 77, element: 'timer-51' },
    { key: 52, due: 200, instanceKey: 5, definitionKey: 77, element: 'timer-52' },
  ])
  expect(await take(210)).toEqual([])
  expect(await store.nextTimer()).toBe(250)
  expect(await take(250)).toHaveLength(2)
  const together = await Promise.all(
    nodes.map((node) => node.claimTimers({ now: 400, claimUntil: 500, max: 2 })),
  )
  expect(
    together
      .flat()
      .map(({ key }) => key)
      .sort(),
  ).toEqual([51, 52, 53])
})

test('keys are handed out once over all nodes', async () => {
  const blocks = await Promise.all(
    Array.from({ length: 30 }, (_, index) => nodes[index % nodes.length]!.allocateKeys(10 + index)),
  )
  const keys = blocks.flatMap((first, index) =>
    Array.from({ length: 10 + index }, (_, offset) => first + offset),
  )
  expect(new Set(keys).size).toBe(keys.length)
})

test('nodes come, stay and go, and their held instances are found', async () => {
  const [store] = nodes as [PostgresStore]
  const facts = { mode: 'ALL', tags: ['gpu'], jobTypes: ['a', 'b'], running: 2 } as const
  await store.heartbeat({ id: keyOf(901), name: 'one', now: 10, facts })
  await store.heartbeat({ id: keyOf(902), name: 'two', now: 20, facts })
  await store.heartbeat({ id: keyOf(901), name: 'one', now: 30, facts })
  expect(await store.nodes()).toEqual([
    { id: 901, name: 'one', seenAt: 30 },
    { id: 902, name: 'two', seenAt: 20 },
  ])
  await store.removeNode(keyOf(902))
  expect(await store.nodes()).toHaveLength(1)
  await store.commit(
    [commitOf(91, 0, { holder: keyOf(902) }), commitOf(92, 0, { holder: keyOf(902) })],
    silent,
  )
  await store.commit([commitOf(92, 1, { holder: null })], silent)
  expect(await store.heldInstances(keyOf(902), 10)).toEqual([91])
})
