import type { RowChange } from '@braid/core/engine/rows.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { commitOf, keyOf } from '../../../tests/support/instance-commit.ts'
import { createPostgresStore, type PostgresStore } from './postgres-store.ts'
import { createTaskClassStore, type TaskClassStore } from './task-class-store.ts'

let database: TestDatabase
let nodes: readonly [PostgresStore, PostgresStore]
let classes: TaskClassStore

beforeAll(async () => {
  database = await createTestDatabase()
  nodes = [
    createPostgresStore({ url: database.url, node: 'a' }),
    createPostgresStore({ url: database.url, node: 'b' }),
  ]
  classes = createTaskClassStore(nodes[0].database)
})
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()))
  await database.drop()
})

const insertJob = (key: number, jobType: string): RowChange => ({
  op: 'insert-job',
  row: { key: keyOf(key), elementInstanceKey: keyOf(key), element: 'task', jobType, retries: 3 },
})
const claim = (node: PostgresStore, jobType: string, now: number, max = 10) =>
  node.claimJobs({ jobType, worker: 'w', max, now, leaseUntil: now + 1_000 })

test('two nodes that claim at the same time never take more than the bound together', async () => {
  await classes.put({ name: 'c', jobTypes: ['one', 'one#gpu'], maxRunning: 3 })
  const rows = Array.from({ length: 200 }, (_, index) =>
    insertJob(1_000 + index, index % 2 === 0 ? 'one' : 'one#gpu'),
  )
  await nodes[0].commit([commitOf(1, 0, { at: 100, rows })], { notify: false })
  for (let round = 0; round < 10; round += 1) {
    // Leases of the round before are over, so that each round has the whole bound.
    const now = 1_000 + round * 2_000
    const claimed = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        claim(nodes[index % 2] as PostgresStore, index % 3 === 0 ? 'one#gpu' : 'one', now),
      ),
    )
    expect(claimed.flat()).toHaveLength(3)
    expect(new Set(claimed.flat().map(({ key }) => key)).size).toBe(3)
  }
})

test('a place is free again when a lease ends, and a class that is removed bounds nothing', async () => {
  await classes.put({ name: 'd', jobTypes: ['two'], maxRunning: 1 })
  const rows = [insertJob(21, 'two'), insertJob(22, 'two')]
  await nodes[0].commit([commitOf(2, 0, { at: 100, rows })], { notify: false })
  expect(await claim(nodes[0], 'two', 100)).toHaveLength(1)
  expect(await claim(nodes[1], 'two', 100)).toHaveLength(0)
  expect(await claim(nodes[1], 'two', 1_200)).toHaveLength(1)
  await classes.put({ name: 'd', jobTypes: ['two'], maxRunning: 2 })
  expect(await claim(nodes[0], 'two', 1_200)).toHaveLength(1)
  await classes.remove('d')
  expect(await claim(nodes[0], 'two', 9_000)).toHaveLength(2)
})
