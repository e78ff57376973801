import type { JobRow, RowChange } from '@braid/core/engine/rows.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../../tests/support/database.ts'
import { commitOf, keyOf } from '../../../../tests/support/instance-commit.ts'
import type { InstanceCommit } from '../port.ts'
import { createPostgresStore, type PostgresStore } from '../postgres-store.ts'

let database: TestDatabase
let store: PostgresStore
/** A second node. */
let other: PostgresStore
let lastKey = 0
const freshKey = (): number => {
  lastKey += 1_000
  return lastKey
}
const silent = { notify: false }

beforeAll(async () => {
  database = await createTestDatabase()
  store = createPostgresStore({ url: database.url, node: 'a' })
  other = createPostgresStore({ url: database.url, node: 'b' })
})
afterAll(async () => {
  await store.close()
  await other.close()
  await database.drop()
})

const count = async (table: string, instance: number): Promise<number> => {
  const rows = await store.database.run<{ count: number }>({
    text: `select count(*) as count from ${table} where instance_key = $1`,
    values: [instance],
  })
  return rows[0]!.count
}

const jobRow = (key: number): JobRow => ({
  key: keyOf(key),
  elementInstanceKey: keyOf(key + 1),
  element: 'task',
  jobType: 'work',
  retries: 3,
})
const insertJob = (key: number): RowChange => ({ op: 'insert-job', row: jobRow(key) })

test('a created instance is loaded with its state and its log', async () => {
  const key = freshKey()
  const text = 'ä "quoted" \\ {braces, commas} \n 😀 \u0001'
  const first = commitOf(key, 0, {
    state: text,
    holder: keyOf(5),
    events: [{ type: 'variables-set', scope: keyOf(key), variables: { text } }],
  })
  expect(await store.commit([first], silent)).toEqual([])
  expect(await store.commit([commitOf(key, 1)], silent)).toEqual([])
  expect(await store.loadInstances([keyOf(key), keyOf(key + 1)])).toEqual([
    { key, version: 2, definitionKey: 77, state: 'state 2', holder: null },
  ])
  const log = await store.history({ instanceKey: keyOf(key), after: 0, max: 10 })
  expect(log.map(({ version, at }) => [version, at])).toEqual([
    [1, 1_000_000],
    [2, 1_000_001],
  ])
  expect(log[0]!.events).toEqual(first.events)
  expect(await store.history({ instanceKey: keyOf(key), after: 1, max: 10 })).toHaveLength(1)
})

test('a commit on an old version is refused with everything it brings, the rest of the batch is stored', async () => {
  const [stale, sound] = [freshKey(), freshKey()]
  await store.commit([commitOf(stale, 0), commitOf(sound, 0), commitOf(freshKey(), 0)], silent)
  await store.commit([commitOf(stale, 1)], silent)
  const everything: Partial<InstanceCommit> = {
    state: 'never',
    rows: [insertJob(stale + 1), { op: 'set-variables', scope: keyOf(stale), variables: { a: 1 } }],
    claims: [{ source: keyOf(stale), claim: 'never' }],
  }
  const refused = await store.commit(
    [
      commitOf(stale, 1, everything),
      commitOf(sound, 1, { rows: [insertJob(sound + 1)] }),
      commitOf(freshKey(), 0, { rows: [insertJob(lastKey + 1)] }),
    ],
    silent,
  )
  expect(refused).toEqual([{ key: stale, reason: 'version' }])
  expect((await store.loadInstances([keyOf(stale)]))[0]).toMatchObject({ version: 2, state: 'state 2' })
  for (const table of ['job', 'variable', 'correlation']) expect(await count(table, stale)).toBe(0)
  expect(await count('history', stale)).toBe(2)
  expect(await count('job', sound)).toBe(1)
  expect(await count('job', lastKey)).toBe(1)
})

test('an instance that exists or is missing is refused by version', async () => {
  const key = freshKey()
  await store.commit([commitOf(key, 0)], silent)
  expect(await store.commit([commitOf(key, 0), commitOf(key + 1, 4)], silent)).toEqual([
    { key, reason: 'version' },
    { key: key + 1, reason: 'version' },
  ])
  expect(await count('history', key)).toBe(1)
  expect(await count('history', key + 1)).toBe(0)
})

test('two nodes that commit the same versions store each exactly once', async () => {
  const keys = Array.from({ length: 40 }, freshKey)
  await store.commit(
    keys.map((key) => commitOf(key, 0)),
    silent,
  )
  for (let base = 1; base <= 10; base++) {
    const [mine, theirs] = await Promise.all([
      store.commit(
        keys.map((key) => commitOf(key, base, { state: 'a' })),
        silent,
      ),
      other.commit(
        [...keys].reverse().map((key) => commitOf(key, base, { state: 'b' })),
        silent,
      ),
    ])
    expect(mine.length + theirs.length).toBe(keys.length)
    const refusedHere = new Set(mine.map(({ key }) => key))
    for (const { key, version, state } of await store.loadInstances(keys.map(keyOf))) {
      expect({ key, version, state }).toEqual({
        key,
        version: base + 1,
        state: refusedHere.has(key) ? 'b' : 'a',
      })
    }
  }
  for (const key of keys) expect(await count('history', key)).toBe(11)
})

test('a claim is good for one commit, and refuses later ones of any instance', async () => {
  const [winner, loser] = [freshKey(), freshKey()]
  const claims = [{ source: keyOf(winner), claim: 'process:order' }]
  expect(await store.commit([commitOf(winner, 0, { claims })], silent)).toEqual([])
  await store.commit([commitOf(loser, 0)], silent)
  const bystander = freshKey()
  expect(
    await store.commit(
      [commitOf(loser, 1, { claims, rows: [insertJob(loser + 1)] }), commitOf(bystander, 0)],
      silent,
    ),
  ).toEqual([{ key: loser, reason: 'claim' }])
  expect(await store.commit([commitOf(freshKey(), 0, { claims })], silent)).toEqual([
    { key: lastKey, reason: 'claim' },
  ])
  expect(await count('job', loser)).toBe(0)
  expect(await count('history', bystander)).toBe(1)
})

test('of two instances with one claim in a batch the second has to be decided again', async () => {
  const [first, second] = [freshKey(), freshKey()]
  const claims = [{ source: keyOf(first), claim: 'process:order' }]
  const batch = [commitOf(first, 0, { claims }), commitOf(second, 0, { claims })]
  expect(await store.commit(batch, silent)).toEqual([{ key: second, reason: 'version' }])
  expect(await store.commit(batch.slice(1), silent)).toEqual([{ key: second, reason: 'claim' }])
})

test('of two nodes that race for a claim one stores it, the other fails as a whole or is refused', async () => {
  for (let round = 0; round < 20; round++) {
    const [first, second, rest] = [freshKey(), freshKey(), freshKey()]
    const claims = [{ source: keyOf(first), claim: 'timer' }]
    const outcomes = await Promise.allSettled([
      store.commit([commitOf(first, 0, { claims })], silent),
      other.commit([commitOf(second, 0, { claims }), commitOf(rest, 0)], silent),
    ])
    const stored = (await store.loadInstances([first, second].map(keyOf))).map(({ key }) => key)
    expect(stored).toHaveLength(1)
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed !== undefined) expect(failed.reason).toMatchObject({ kind: 'conflict', code: '23505' })
    if (outcomes[1].status === 'rejected') expect(await count('history', rest)).toBe(0)
  }
})

test('a start key belongs to one active instance of a process', async () => {
  const [first, second, third] = [freshKey(), freshKey(), freshKey()]
  const started = { startKey: `customer ${first}` }
  expect(await store.commit([commitOf(first, 0, started), commitOf(second, 0, started)], silent)).toEqual([
    { key: second, reason: 'start-key' },
  ])
  expect(await store.commit([commitOf(second, 0, started)], silent)).toEqual([
    { key: second, reason: 'start-key' },
  ])
  expect(await store.commit([commitOf(third, 0, { ...started, processId: 'other' })], silent)).toEqual([])
  await store.commit([commitOf(first, 1, { ...started, status: 'completed' })], silent)
  expect(await store.commit([commitOf(second, 0, started)], silent)).toEqual([])
})

test('of two nodes that race for a start key one stores it', async () => {
  for (let round = 0; round < 20; round++) {
    const [first, second] = [freshKey(), freshKey()]
    const started = { startKey: `race ${round}` }
    const outcomes = await Promise.allSettled([
      store.commit([commitOf(first, 0, started)], silent),
      other.commit([commitOf(second, 0, started)], silent),
    ])
    expect(await store.loadInstances([first, second].map(keyOf))).toHaveLength(1)
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0)
  }
})

test('rows of every kind come, change and go with their instance', async () => {
  const key = freshKey()
  const at = 5_000
  const element = { elementInstanceKey: keyOf(key + 1), element: 'e' }
  await store.commit(
    [
      commitOf(key, 0, {
        at,
        rows: [
          insertJob(key + 2),
          { op: 'insert-timer', row: { key: keyOf(key + 3), ...element, due: 9_000 } },
          { op: 'insert-subscription', row: { key: keyOf(key + 4), kind: 'signal', ...element, name: 'go' } },
          {
            op: 'insert-user-task',
            row: {
              key: keyOf(key + 5),
              ...element,
              assignee: 'ann',
              candidateGroups: ['a"b', 'c,d\\e', ''],
              dueDate: '2026-01-01T00:00:00+02:00',
            },
          },
          {
            op: 'insert-incident',
            row: { key: keyOf(key + 6), ...element, incidentType: 'STEP_LIMIT', message: 'too large' },
          },
          { op: 'set-variables', scope: keyOf(key), variables: { a: 1, b: { c: [true, null] } } },
          {
            op: 'insert-message',
            row: {
              key: keyOf(key + 7),
              kind: 'message',
              name: `m${key}`,
              correlationKey: 'k',
              timeToLiveMs: 60_000,
              variables: {},
            },
          },
          {
            op: 'insert-outbox',
            row: { key: keyOf(key + 8), target: keyOf(key + 9), command: { type: 'cancel-instance' } },
          },
        ],
      }),
    ],
    silent,
  )
  const select = async (text: string) => (await store.database.run<Record<string, unknown>>({ text }))[0]
  expect(await select(`select * from user_task where key = ${key + 5}`)).toMatchObject({
    assignee: 'ann',
    candidate_users: [],
    candidate_groups: ['a"b', 'c,d\\e', ''],
    due_date: Date.UTC(2025, 11, 31, 22),
    priority: 50,
    state: 'CREATED',
  })
  expect(await select(`select value from variable where scope_key = ${key} and name = 'b'`)).toEqual({
    value: '{"c":[true,null]}',
  })
  expect(await select(`select * from message where key = ${key + 7}`)).toMatchObject({
    published_at: at,
    expires_at: at + 60_000,
  })
  expect(await store.pendingOutbox({ before: at + 1, max: 10 })).toEqual([
    { key: key + 8, target: key + 9, command: { type: 'cancel-instance' } },
  ])

  await store.commit(
    [
      commitOf(key, 1, {
        at: at + 1,
        rows: [
          { op: 'update-job', key: keyOf(key + 2), retries: 2, availableAt: 7_000, message: 'no' },
          { op: 'delete-timer', key: keyOf(key + 3) },
          { op: 'delete-subscription', key: keyOf(key + 4) },
          { op: 'update-user-task', key: keyOf(key + 5), changes: { assignee: null, priority: 80 } },
          { op: 'end-user-task', key: keyOf(key + 5), state: 'COMPLETED' },
          { op: 'resolve-incident', key: keyOf(key + 6) },
          { op: 'set-variables', scope: keyOf(key), variables: { a: 2 } },
        ],
        delivered: [keyOf(key + 8)],
      }),
    ],
    silent,
  )
  expect(await select(`select * from job where key = ${key + 2}`)).toMatchObject({
    retries: 2,
    available_at: 7_000,
    worker: null,
    message: 'no',
  })
  expect(await count('timer', key)).toBe(0)
  expect(await count('subscription', key)).toBe(0)
  expect(await select(`select * from user_task where key = ${key + 5}`)).toMatchObject({
    assignee: null,
    candidate_groups: ['a"b', 'c,d\\e', ''],
    priority: 80,
    state: 'COMPLETED',
    ended_at: at + 1,
  })
  expect(await select(`select * from incident where key = ${key + 6}`)).toMatchObject({ resolved_at: at + 1 })
  expect(await select(`select value from variable where scope_key = ${key} and name = 'a'`)).toEqual({
    value: '2',
  })
  expect(await store.pendingOutbox({ before: at + 10, max: 10 })).toEqual([])
})

test('a job that is published a second time keeps its row, and goes with the same commit that ends it', async () => {
  const key = freshKey()
  const leased = {
    rows: [insertJob(key + 1)],
    leases: [{ jobKey: keyOf(key + 1), worker: 'w', until: 9_000 }],
  }
  await store.commit([commitOf(key, 0, leased)], silent)
  expect(await store.commit([commitOf(key, 1, { rows: [insertJob(key + 1)] })], silent)).toEqual([])
  expect(await store.extendLeases([{ jobKey: keyOf(key + 1), worker: 'w', until: 10_000 }])).toEqual([
    key + 1,
  ])
  const rows: RowChange[] = [insertJob(key + 1), { op: 'delete-job', key: keyOf(key + 1) }]
  await store.commit([commitOf(key, 2, { rows })], silent)
  expect(await count('job', key)).toBe(0)
})

test('many different mixtures of rows go through a bounded number of statements', async () => {
  const kinds: ((key: number) => RowChange)[] = [
    (key) => insertJob(key + 1),
    (key) => ({ op: 'delete-job', key: keyOf(key + 1) }),
    (key) => ({ op: 'delete-timer', key: keyOf(key + 1) }),
    (key) => ({ op: 'delete-subscription', key: keyOf(key + 1) }),
    (key) => ({ op: 'resolve-incident', key: keyOf(key + 1) }),
    (key) => ({ op: 'set-variables', scope: keyOf(key), variables: { a: key } }),
    (key) => ({ op: 'end-user-task', key: keyOf(key + 1), state: 'CANCELED' }),
  ]
  const keys = Array.from({ length: 2 ** kinds.length }, freshKey)
  for (const [mixture, key] of keys.entries()) {
    const rows = kinds.filter((_, bit) => mixture & (1 << bit)).map((make) => make(key))
    expect(await store.commit([commitOf(key, 0, { rows })], silent)).toEqual([])
  }
  const statements = await store.database.run<{ count: number }>({
    text: `select count(*) as count from pg_prepared_statements where name like 'commit-%'`,
  })
  expect(statements[0]!.count).toBeLessThan(60)
})

test('a value that PostgreSQL cannot hold fails the batch and stores nothing of it', async () => {
  const [good, bad] = [freshKey(), freshKey()]
  const batch = [commitOf(good, 0), commitOf(bad, 0, { businessId: 'nul \0' })]
  await expect(store.commit(batch, silent)).rejects.toMatchObject({ kind: 'defect', code: '22021' })
  expect(await store.loadInstances([good, bad].map(keyOf))).toEqual([])
})
