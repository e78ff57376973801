import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { commitOf, keyOf } from '../../../tests/support/instance-commit.ts'
import { programOf } from '../../../tests/support/program.ts'
import type { Notice } from './notifications.ts'
import { createPostgresStore, type PostgresStore } from './postgres-store.ts'

let database: TestDatabase
let here: PostgresStore
let there: PostgresStore

beforeEach(async () => {
  database = await createTestDatabase()
  here = createPostgresStore({ url: database.url, node: 'here' })
  there = createPostgresStore({ url: database.url, node: 'there' })
})
afterEach(async () => {
  await here.close()
  await there.close()
  await database.drop()
})

const quiet = { canceled: [], outputs: [], rateLimits: false } as const

test('other nodes hear of instances, of jobs on offer and of definitions, not the node itself', async () => {
  const heard: Notice[] = []
  const own: Notice[] = []
  const ears = [
    await there.listen((notice) => heard.push(notice)),
    await here.listen((notice) => own.push(notice)),
  ]
  const job = (key: number, jobType: string) => ({
    op: 'insert-job' as const,
    row: { key: keyOf(key), elementInstanceKey: keyOf(1), element: 'e', jobType, retries: 1 },
  })
  await here.commit([commitOf(1, 0)], { notify: false })
  await here.commit(
    [
      commitOf(2, 0, {
        rows: [job(21, 'free'), job(22, 'leased')],
        leases: [{ jobKey: keyOf(22), worker: 'w', until: 9 }],
      }),
      commitOf(1, 1),
    ],
    { notify: true },
  )
  const many = Array.from({ length: 1_000 }, (_, index) => commitOf(1_000_000_000 + index, 0))
  await here.commit(many, { notify: true })
  await here.deploy({
    at: 1,
    processes: [{ resourceName: 'p', xml: '<p/>', program: programOf('p') }],
    forms: [],
  })
  await vi.waitFor(() => expect(heard).toHaveLength(3))
  expect(heard).toEqual([
    { instances: [2, 1], jobTypes: ['free'], ...quiet, definitions: false },
    { instances: '*', jobTypes: [], ...quiet, definitions: false },
    { instances: [], jobTypes: [], ...quiet, definitions: true },
  ])
  expect(own).toEqual([])
  await Promise.all(ears.map((ear) => ear.close()))
})

test('a lost connection is made again, and then everything may have changed', async () => {
  const heard: Notice[] = []
  const ear = await there.listen((notice) => heard.push(notice))
  await here.database.run({
    text: `select pg_terminate_backend(pid) from pg_stat_activity
           where application_name = 'braid-listen' and datname = current_database()`,
  })
  await vi.waitFor(
    () =>
      expect(heard).toEqual([
        { instances: '*', jobTypes: '*', canceled: '*', outputs: '*', definitions: true, rateLimits: true },
      ]),
    5_000,
  )
  await here.commit([commitOf(1, 0)], { notify: true })
  await vi.waitFor(() => expect(heard.at(-1)).toMatchObject({ instances: [1] }))
  await ear.close()
})

test('a connection lost between statements does no harm, one lost in a statement is reported', async () => {
  expect(here.state).toBe('connecting')
  await here.commit([commitOf(1, 0)], { notify: false })
  expect(here.state).toBe('ready')
  const endConnections = () =>
    there.database.run({
      text: `select pg_terminate_backend(pid) from pg_stat_activity
             where application_name = 'braid-engine' and datname = current_database() and pid <> pg_backend_pid()`,
    })
  const slow = expect(here.database.run({ text: 'select pg_sleep(5)' })).rejects.toMatchObject({
    kind: 'unavailable',
  })
  await vi.waitFor(async () => {
    const sleeping = await there.database.run({
      text: `select from pg_stat_activity where query = 'select pg_sleep(5)' and state = 'active'`,
    })
    expect(sleeping).toHaveLength(1)
  })
  await endConnections()
  await slow
  await vi.waitFor(async () => expect(await here.loadInstances([keyOf(1)])).toHaveLength(1))
  expect(here.state).toBe('ready')
})
