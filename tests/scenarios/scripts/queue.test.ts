/** Who waits for whom: priorities, users in turn, and bounds, through the API of a running node. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createExecutions, type Executions } from '../../support/executions.ts'
import { createPeople } from '../../support/people.ts'
import type { Person } from '../../support/person.ts'
import { createTestServer, type TestServer, withScripts } from '../../support/server.ts'

let server: TestServer
let admin: Executions
let ada: Person
let bob: Person
beforeAll(async () => {
  server = await createTestServer(withScripts({ slots: 2, bounds: { atOnce: 2, atOncePerUser: 1 } }))
  admin = createExecutions(server)
  ;[ada, bob] = await createPeople(server, 'developer', ['ada', 'bob'])
  await admin.ready()
}, 60_000)
afterAll(() => server?.stop())

const short = { language: 'bash', script: 'sleep 0.3' }

async function asked(person: Person, request: object): Promise<string> {
  const { status, body } = await person.call('POST', '/execute', request)
  expect(status, JSON.stringify(body)).toBe(202)
  return String(body.executionKey)
}

/** When each began, and how they ended; by key. */
async function story(keys: readonly string[]) {
  const runs = new Map<
    string,
    { readonly startedAt: string; readonly endedAt: string; readonly owner: string }
  >()
  for (const key of keys) {
    for (;;) {
      const { body } = await admin.call('GET', `/executions/${key}`)
      const run = body as unknown as { state: string; startedAt: string; endedAt: string; owner: string }
      if (run.state === 'COMPLETED') {
        runs.set(key, run)
        break
      }
      await pause(30)
    }
  }
  return runs
}

test('users take turns, whoever came with more; one of them never has more than is theirs', async () => {
  const many: string[] = []
  for (let count = 0; count < 4; count += 1) many.push(await asked(ada, short))
  const few = [await asked(bob, short), await asked(bob, short)]
  const runs = await story([...many, ...few])
  const started = [...runs].toSorted(([, a], [, b]) => (a.startedAt < b.startedAt ? -1 : 1))
  // Bob came last, and is not behind all of Ada's.
  expect(
    started
      .slice(0, 4)
      .map(([, { owner }]) => owner)
      .toSorted(),
  ).toEqual(['ada', 'ada', 'bob', 'bob'])
  const own = many
    .map((key) => runs.get(key))
    .toSorted((a, b) => ((a?.startedAt ?? '') < (b?.startedAt ?? '') ? -1 : 1))
  for (const [index, run] of own.slice(1).entries()) {
    expect((run?.startedAt ?? '') >= (own[index]?.endedAt ?? 'x')).toBe(true)
  }
}, 60_000)

describe('a priority', () => {
  test('is served before those below it, whoever came first', async () => {
    // Room for one of each user: the two hold it while the others come, once those before have left it.
    const held = [
      await asked(ada, { ...short, script: 'sleep 1' }),
      await asked(bob, { ...short, script: 'sleep 1' }),
    ]
    await Promise.all(held.map(admin.begun))
    const background = await asked(ada, { ...short, priority: 'background' })
    const low = await asked(ada, { ...short, priority: 'low' })
    const normal = await asked(ada, short)
    const queue = (await ada.call('GET', '/executions/queue')).body as unknown as {
      queued: number
      running: number
      atOnce: number
      items: readonly { executionKey?: string; state: string; own: boolean }[]
    }
    expect(queue).toMatchObject({ queued: 3, running: 2, atOnce: 2, atOncePerUser: 1 })
    const waiting = queue.items.filter(({ state }) => state === 'QUEUED')
    expect(waiting.map(({ executionKey }) => executionKey)).toEqual([normal, low, background])
    // Of others one sees that they are there.
    expect(queue.items.some(({ own, executionKey }) => !own && executionKey === undefined)).toBe(true)
    const runs = await story([...held, background, low, normal])
    const order = [normal, low, background].map((key) => runs.get(key)?.startedAt ?? '')
    expect(order).toEqual(order.toSorted())
  }, 60_000)

  test('above normal is for who may', async () => {
    const refused = await ada.call('POST', '/execute', { ...short, priority: 'critical' })
    expect(refused).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('execution:prioritize') },
    })
    expect((await admin.call('POST', '/execute', { ...short, priority: 'critical' })).status).toBe(202)
    expect((await ada.call('POST', '/execute', { ...short, priority: 'first' })).status).toBe(400)
  })
})

test('what waits in line can be canceled, and never runs', async () => {
  const first = await asked(ada, { ...short, script: 'sleep 1' })
  const second = await asked(ada, { ...short, script: 'echo ran' })
  expect((await ada.call('POST', `/executions/${second}/cancel`)).status).toBe(200)
  expect(await admin.ended(second)).toMatchObject({ state: 'CANCELED', attempt: 0, stdout: '' })
  expect(await admin.ended(first)).toMatchObject({ state: 'COMPLETED' })
  const { items } = (await admin.call('GET', `/executions/${second}/events`)).body
  expect(items.map(({ type }) => type)).toEqual(['execution_requested', 'execution_canceled'])
})
