import type { MessageRow, RowChange } from '@braid/core/engine/rows.ts'
import type { Trigger } from '@braid/core/model/program.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { commitOf, keyOf } from '../../../tests/support/instance-commit.ts'
import { programOf } from '../../../tests/support/program.ts'
import type { Match } from './port.ts'
import { createPostgresStore, type PostgresStore } from './postgres-store.ts'

let database: TestDatabase
let store: PostgresStore
const silent = { notify: false }
const minute = 60_000

beforeAll(async () => {
  database = await createTestDatabase()
  store = createPostgresStore({ url: database.url, node: 'a' })
})
afterAll(async () => {
  await store.close()
  await database.drop()
})
beforeEach(async () => {
  const tables = [
    'instance',
    'history',
    'message',
    'subscription',
    'correlation',
    'start_subscription',
    'definition',
  ]
  for (const table of tables) await store.database.run({ text: `delete from ${table}` })
})

type Message = Partial<MessageRow> & { readonly publishedAt?: number }

const publish = (key: number, message: Message = {}) =>
  store.publish({
    key: keyOf(key),
    kind: 'message',
    name: 'paid',
    correlationKey: 'k',
    timeToLiveMs: minute,
    variables: { key },
    publishedAt: 1_000,
    ...message,
  })

/** An instance that waits for `paid` with key `k` from a time on. */
const wait = (instance: number, subscription: number, more: { at?: number; processId?: string } = {}) => {
  const { at = 500, processId = 'order' } = more
  const row: RowChange = {
    op: 'insert-subscription',
    row: {
      key: keyOf(subscription),
      kind: 'message',
      elementInstanceKey: keyOf(instance),
      element: 'catch',
      name: 'paid',
      correlationKey: 'k',
    },
  }
  return store.commit([commitOf(instance, 0, { at, processId, rows: [row] })], silent)
}

const matchAll = () => store.match({ now: 2_000, max: 100 })
const pairs = (matches: readonly Match[]) =>
  matches.map(({ message, subscription, element }) => [message.key, subscription?.key ?? element])

/** Commits what a match leads to. */
const take = (match: Match, more: { status?: 'completed'; startKey?: string; at?: number } = {}) => {
  const instance = match.subscription?.instanceKey ?? match.message.key + 5_000
  const base = match.subscription === undefined ? 0 : 1
  return store.commit(
    [commitOf(instance, base, { processId: match.processId, claims: [match.claim], ...more })],
    silent,
  )
}

const deployStart = async (processId: string, trigger: Trigger, at = 100) => {
  const program = programOf(processId, { start: trigger })
  const xml = `<${processId} at="${at}"/>`
  const input = { at, processes: [{ resourceName: 'p.bpmn', xml, program }], forms: [] }
  return (await store.deploy(input)).processes[0]!.processDefinitionKey
}
const startMessage: Trigger = { kind: 'message', name: { value: 'paid' } }
const startSignal: Trigger = { kind: 'signal', name: { value: 'alarm' } }

test('a message meets a subscription of its name and key, whichever came first', async () => {
  await wait(1, 11)
  await publish(21)
  await publish(22, { correlationKey: 'other' })
  await publish(23, { name: 'other' })
  const [met, ...rest] = await matchAll()
  expect(rest).toEqual([])
  expect(met).toEqual({
    message: {
      key: 21,
      kind: 'message',
      name: 'paid',
      correlationKey: 'k',
      timeToLiveMs: minute,
      variables: { key: 21 },
      publishedAt: 1_000,
    },
    subscription: { key: 11, instanceKey: 1 },
    definitionKey: 77,
    processId: 'order',
    element: 'catch',
    claim: { source: 21, claim: 'process:order' },
  })
  expect(pairs(await store.match({ messages: [keyOf(21)], now: 2_000, max: 10 }))).toEqual([[21, 11]])
  expect(pairs(await store.match({ subscriptions: [keyOf(11)], now: 2_000, max: 10 }))).toEqual([[21, 11]])
  expect(await store.match({ messages: [keyOf(22)], subscriptions: [], now: 2_000, max: 10 })).toEqual([])
})

test('a message does not meet a subscription that was opened after it expired', async () => {
  await publish(21, { timeToLiveMs: 0 })
  await wait(1, 11, { at: 1_000 })
  await wait(2, 12, { at: 1_001, processId: 'late' })
  expect(pairs(await matchAll())).toEqual([[21, 11]])
})

test('a message is taken once by a process, and once more by another process', async () => {
  await publish(21)
  await wait(1, 11)
  await wait(2, 12)
  await wait(3, 13, { processId: 'shipping' })
  const matches = await matchAll()
  expect(pairs(matches)).toEqual([
    [21, 11],
    [21, 13],
  ])
  expect(await take(matches[0]!)).toEqual([])
  expect(pairs(await matchAll())).toEqual([[21, 13]])
  expect(await take(matches[0]!)).toEqual([{ key: 1, reason: 'claim' }])
})

test('who took a message can be asked', async () => {
  await publish(100)
  await wait(10, 50)
  expect(await store.takersOf(keyOf(100))).toEqual([])
  for (const match of await matchAll()) await take(match)
  expect(await store.takersOf(keyOf(100))).toEqual([10])
})

test('several messages with one key go to several subscriptions, the oldest to the oldest', async () => {
  for (const key of [21, 22, 23]) await publish(key)
  await wait(1, 11)
  await wait(2, 12)
  expect(pairs(await matchAll())).toEqual([
    [21, 11],
    [22, 12],
    [23, 11],
  ])
})

test('a message id is unique in the buffer until its message expires', async () => {
  const id = { messageId: 'invoice 7' }
  expect(await publish(21, id)).toBe(true)
  expect(await publish(22, id)).toBe(false)
  expect(await publish(23, { ...id, correlationKey: 'other' })).toBe(true)
  expect(await publish(24, { ...id, publishedAt: 1_000 + minute })).toBe(true)
  const sent = (key: number): RowChange => ({
    op: 'insert-message',
    row: {
      key: keyOf(key),
      kind: 'message',
      name: 'paid',
      correlationKey: 'k',
      ...id,
      timeToLiveMs: minute,
      variables: {},
    },
  })
  await store.commit([commitOf(1, 0, { at: 1_000 + minute, rows: [sent(25)] })], silent)
  await store.commit([commitOf(2, 0, { at: 1_000 + 2 * minute, rows: [sent(26)] })], silent)
  const kept = await store.database.run<{ key: number }>({ text: 'select key from message order by key' })
  expect(kept.map(({ key }) => key)).toEqual([21, 23, 24, 26])
})

test('a message starts the latest version of a process', async () => {
  await deployStart('billing', startMessage)
  const latest = await deployStart('billing', startMessage, 200)
  await publish(21, { correlationKey: '' })
  const matches = await matchAll()
  expect(matches).toMatchObject([
    { definitionKey: latest, processId: 'billing', element: 'start', claim: { claim: 'process:billing' } },
  ])
  expect(matches[0]!.subscription).toBeUndefined()
})

test('a process that waits for the message is continued, not started as well', async () => {
  await deployStart('order', startMessage)
  await wait(1, 11)
  await publish(21)
  expect(pairs(await matchAll())).toEqual([[21, 11]])
})

test('with a correlation key one instance is active at a time, and buffered messages start the next', async () => {
  await deployStart('renewal', startMessage)
  for (const key of [21, 22]) await publish(key)
  const [first, ...rest] = await matchAll()
  expect(first!.message.key).toBe(21)
  expect(rest).toEqual([])
  await take(first!, { startKey: 'k' })
  expect(await matchAll()).toEqual([])
  const end = { status: 'completed', startKey: 'k', at: 3_000, processId: 'renewal' } as const
  await store.commit([commitOf(5_021, 1, end)], silent)
  expect(pairs(await matchAll())).toEqual([[22, 'start']])
})

test('a message that expired while an instance with its key was active starts nothing', async () => {
  await deployStart('renewal', startMessage)
  await publish(21)
  const [first] = await matchAll()
  await take(first!, { startKey: 'k', at: 1_000 })
  await publish(22, { timeToLiveMs: 0, publishedAt: 1_500 })
  const end = { status: 'completed', startKey: 'k', at: 3_000, processId: 'renewal' } as const
  await store.commit([commitOf(5_021, 1, end)], silent)
  expect(await matchAll()).toEqual([])
  await publish(23, { publishedAt: 4_000 })
  expect(pairs(await matchAll())).toEqual([[23, 'start']])
})

test('a signal meets everything that was open when it was broadcast', async () => {
  const alarmed = await deployStart('alarmed', startSignal)
  await deployStart('deaf', startSignal, 1_001)
  const listen = (instance: number, subscription: number, at: number) =>
    store.commit(
      [
        commitOf(instance, 0, {
          at,
          rows: [
            {
              op: 'insert-subscription',
              row: {
                key: keyOf(subscription),
                kind: 'signal',
                elementInstanceKey: keyOf(instance),
                element: 'catch',
                name: 'alarm',
              },
            },
          ],
        }),
      ],
      silent,
    )
  await listen(2, 12, 1_000)
  await listen(1, 9, 900)
  await listen(3, 13, 1_001)
  await store.publish({
    key: keyOf(21),
    kind: 'signal',
    name: 'alarm',
    timeToLiveMs: 0,
    variables: {},
    publishedAt: 1_000,
  })
  const matches = await matchAll()
  // In the order in which they began to wait.
  expect(matches.map(({ claim }) => claim.claim)).toEqual([
    'subscription:9',
    'subscription:12',
    `start:${alarmed}:start`,
  ])
  for (const match of matches) await take(match)
  expect(await matchAll()).toEqual([])
  expect(await store.expireMessages(minute)).toBe(1)
})

test('a signal does not come back to the instance that threw it', async () => {
  const subscription = (instance: number, key: number): RowChange => ({
    op: 'insert-subscription',
    row: {
      key: keyOf(key),
      kind: 'signal',
      elementInstanceKey: keyOf(instance),
      element: 'catch',
      name: 'alarm',
    },
  })
  const thrown: RowChange = {
    op: 'insert-message',
    row: {
      key: keyOf(21),
      kind: 'signal',
      name: 'alarm',
      timeToLiveMs: 0,
      variables: {},
      thrownBy: keyOf(1),
    },
  }
  await store.commit([commitOf(1, 0, { at: 1_000, rows: [subscription(1, 11), thrown] })], silent)
  await store.commit([commitOf(2, 0, { at: 1_000, rows: [subscription(2, 12)] })], silent)
  expect(pairs(await matchAll())).toEqual([[21, 12]])
})

test('expiry removes what nothing waits for, and keeps what a crash left undone', async () => {
  await publish(21, { timeToLiveMs: 0 })
  await publish(22, { timeToLiveMs: 0, correlationKey: 'nobody' })
  await publish(23)
  await wait(1, 11)
  expect(await store.expireMessages(20_000)).toBe(1)
  const [left] = await matchAll()
  expect(left).toMatchObject({ message: { key: 21 } })
  await take(left!)
  expect(await store.expireMessages(20_000)).toBe(1)
  const kept = await store.database.run<{ key: number }>({ text: 'select key from message' })
  expect(kept).toEqual([{ key: 23 }])
})

test('claims of messages that are gone are kept for a day', async () => {
  await store.commit([commitOf(1, 0, { at: 1_000, claims: [{ source: keyOf(99), claim: 'due:1' }] })], silent)
  const day = 24 * 60 * minute
  const claims = () => store.database.run({ text: 'select from correlation' })
  await store.expireMessages(day)
  expect(await claims()).toHaveLength(1)
  await store.expireMessages(day + 1_001)
  expect(await claims()).toHaveLength(0)
})

test('a page holds as many matches as asked for, oldest message first', async () => {
  await deployStart('billing', startMessage)
  for (let key = 30; key > 20; key--) await publish(key, { correlationKey: '' })
  const page = await store.match({ now: 2_000, max: 4 })
  expect(page.map(({ message }) => message.key)).toEqual([21, 22, 23, 24])
})

test('a start event that waits for several things meets each of them', async () => {
  await deployStart('many', {
    kind: 'multiple',
    parallel: false,
    triggers: [
      startMessage,
      { kind: 'message', name: { value: 'reminded' } },
      startSignal,
      startMessage,
      { kind: 'conditional', condition: { feel: 'due' } },
    ],
  })
  await publish(21)
  await publish(22, { name: 'reminded' })
  await publish(23, { kind: 'signal', name: 'alarm', correlationKey: '' })
  await publish(24, { name: 'other' })
  expect(pairs(await matchAll())).toEqual([
    [21, 'start'],
    [22, 'start'],
    [23, 'start'],
  ])
})
