/** Asking, following, stopping, repeating: S11 to S15, S17 and S20 of the scenarios, through the API of a running node. */
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
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
  server = await createTestServer(withScripts())
  admin = createExecutions(server)
  ;[ada, bob] = await createPeople(server, 'developer', ['ada', 'bob'])
  await admin.ready()
}, 60_000)
afterAll(() => server?.stop())

const sleep = {
  language: 'python',
  script: "print('begun', flush=True)\nimport time\ntime.sleep(30)\nprint('over')",
}
const hello = { language: 'python', script: "print('hi')" }

async function inDatabase(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.databaseUrl })
  await client.connect()
  await client.query(text)
  await client.end()
}

const collected = async <T>(from: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const one of from) all.push(one)
  return all
}

const over = async (person: Person, executionKey: unknown) => {
  for (;;) {
    const { body } = await person.call('GET', `/executions/${executionKey}`)
    if (body.state !== 'QUEUED' && body.state !== 'RUNNING') return body
    await pause(20)
  }
}

test('S11 a run that is canceled is over at once; one that is over cannot be', async () => {
  const executionKey = await admin.ask(sleep)
  let canceledAt = 0
  const states: string[] = []
  let text = ''
  for await (const frame of admin.follow(executionKey)) {
    if (frame.type !== 'output') states.push(frame.state)
    else text += frame.text
    // A script may write a line in pieces.
    if (canceledAt > 0 || text !== 'begun\n') continue
    canceledAt = performance.now()
    const answer = await admin.call('POST', `/executions/${executionKey}/cancel`)
    expect(answer).toMatchObject({ status: 200, body: { executionKey, status: 'cancellation_requested' } })
  }
  expect(performance.now() - canceledAt).toBeLessThan(5_000)
  expect(states.at(-1)).toBe('CANCELED')
  expect(await admin.result(executionKey)).toMatchObject({
    state: 'CANCELED',
    errorType: 'CANCELED',
    stdout: 'begun\n',
  })
  const again = await admin.call('POST', `/executions/${executionKey}/cancel`)
  expect(again).toMatchObject({ status: 409, body: { detail: expect.stringMatching(/^cannot cancel/) } })
})

test('S12 a run is repeated as a new one, by its owner, when it is over', async () => {
  const { body: first } = await ada.call('POST', '/execute', hello)
  await over(ada, first.executionKey)
  const retried = await ada.call('POST', `/executions/${first.executionKey}/retry`)
  expect(retried.status).toBe(202)
  expect(retried.body.executionKey).not.toBe(first.executionKey)
  const second = await over(ada, retried.body.executionKey)
  expect(second).toMatchObject({ state: 'COMPLETED', retryOf: first.executionKey, script: hello.script })
  expect((await bob.call('POST', `/executions/${first.executionKey}/retry`)).status).toBe(403)
  const { body: running } = await ada.call('POST', '/execute', sleep)
  const early = await ada.call('POST', `/executions/${running.executionKey}/retry`)
  expect(early).toMatchObject({ status: 409, body: { detail: expect.stringMatching(/^cannot retry/) } })
  await ada.call('POST', `/executions/${running.executionKey}/cancel`)
})

test('a run is repeated with no more than whoever asks may, and where it still can be run', async () => {
  const urgent = await admin.ask({ ...hello, priority: 'high' })
  expect(await admin.ended(urgent)).toMatchObject({ trigger: 'api' })
  const grants = ['execution:create', 'execution:read']
  const { body: key } = await admin.call('POST', '/api-keys', { name: 'program', grants })
  const program = createExecutions(server, key.secret)
  expect(await program.call('POST', `/executions/${urgent}/retry`)).toMatchObject({
    status: 403,
    body: { detail: 'the priority high needs the permission execution:prioritize' },
  })
  const plain = await program.ask(hello)
  await program.ended(plain)
  // As if its runtime had been replaced by a newer one since.
  await inDatabase(`update execution set version = '3.0' where key = ${plain}`)
  expect(await program.call('POST', `/executions/${plain}/retry`)).toMatchObject({
    status: 422,
    body: { detail: expect.stringMatching(/^body\.version: expected python .*, but it is "3\.0"$/) },
  })
})

test('a run says what began it, and is found by that', async () => {
  const { body: first } = await ada.call('POST', '/execute', hello)
  await over(ada, first.executionKey)
  const { body: second } = await ada.call('POST', `/executions/${first.executionKey}/retry`)
  const found = async (trigger: string) => {
    const { body } = await ada.call('POST', '/executions/search', { filter: { trigger } })
    return (body.items as { readonly executionKey: string }[]).map(({ executionKey }) => executionKey)
  }
  expect(await found('manual')).toContain(first.executionKey)
  expect(await found('retry')).toContain(second.executionKey)
  expect(await found('api')).toEqual([])
})

test('a run that its node left without a word is ended by another, and its events say so', async () => {
  const executionKey = await admin.ask(hello)
  await admin.ended(executionKey)
  await inDatabase(`
    delete from task_output where instance_key = ${executionKey} and kind = 'value';
    update execution set state = 'RUNNING', ended_at = null, created_at = created_at - 60000 where key = ${executionKey};
    update instance set ended_at = ended_at - 60000 where key = ${executionKey}`)
  const run = await admin.ended(executionKey)
  expect(run).toMatchObject({ state: 'CANCELED', message: 'the node that ran it stopped' })
  const { items } = (await admin.call('GET', `/executions/${executionKey}/events`)).body
  expect(items).toMatchObject([
    { type: 'execution_requested' },
    { type: 'execution_canceled', attempt: 1, message: 'the node that ran it stopped' },
  ])
}, 60_000)

describe('S13, S27 an idempotency key', () => {
  const ask = (key: string, body: object) => admin.call('POST', '/execute', body, { 'idempotency-key': key })

  test('finds the same run, also for who asks at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask('one', hello)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    expect(new Set(answers.map(({ body }) => body.executionKey)).size).toBe(1)
  })

  test('is the same for the same JSON in another order', async () => {
    const first = await ask('two', { ...hello, input: { a: 1, b: { c: 2, d: 3 } } })
    const second = await ask('two', { input: { b: { d: 3, c: 2 }, a: 1 }, ...hello })
    expect(second.body.executionKey).toBe(first.body.executionKey)
  })

  test('refuses something else', async () => {
    await ask('three', hello)
    const other = await ask('three', sleep)
    expect(other).toMatchObject({ status: 422, body: { detail: expect.stringMatching(/^Idempotency-Key/) } })
    expect((await ask('a b', hello)).status).toBe(400)
  })

  test('belongs to one user', async () => {
    const mine = await ask('four', hello)
    const { headers } = mine
    expect(headers.get('content-type')).toContain('json')
    const theirs = await ada.call('POST', '/execute', hello)
    expect(theirs.body.executionKey).not.toBe(mine.body.executionKey)
  })

  test('without one, each request is a run', async () => {
    const keys = await Promise.all([hello, hello, hello].map((request) => admin.ask(request)))
    expect(new Set(keys).size).toBe(3)
    for (const key of keys)
      expect(await admin.ended(key)).toMatchObject({ state: 'COMPLETED', stdout: 'hi\n' })
  })
})

test('S14 the events of a run tell its story, by type if asked for', async () => {
  const executionKey = await admin.ask(hello)
  await admin.ended(executionKey)
  const { items } = (await admin.call('GET', `/executions/${executionKey}/events`)).body
  expect(items.map(({ type }) => type)).toEqual([
    'execution_requested',
    'execution_started',
    'execution_completed',
  ])
  const completed = await admin.call('GET', `/executions/${executionKey}/events?type=execution_completed`)
  expect(completed.body.items).toMatchObject([{ type: 'execution_completed', attempt: 1, exitCode: 0 }])
  expect((await admin.call('GET', `/executions/${executionKey}/events?type=other`)).status).toBe(400)
})

describe('S15', () => {
  test('pages are disjoint, filters hold', async () => {
    const asked = await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        admin.ask({
          language: index % 2 === 0 ? 'bash' : 'python',
          script: index % 2 === 0 ? 'true' : 'pass',
        }),
      ),
    )
    for (const key of asked) await admin.ended(key)
    const search = (body: object) => admin.call('POST', '/executions/search', body)
    const sort = [{ field: 'executionKey', order: 'desc' }]
    const first = (await search({ sort, page: { limit: 2 } })).body
    const second = (await search({ sort, page: { limit: 2, after: first.page.endCursor } })).body
    const keys = [...first.items, ...second.items].map(({ executionKey }) => executionKey)
    expect(new Set(keys).size).toBe(4)
    const bash = (await search({ filter: { language: 'bash' } })).body.items
    expect(new Set(bash.map(({ language }) => language))).toEqual(new Set(['bash']))
    const canceled = (await search({ filter: { state: 'CANCELED' } })).body.items
    expect(canceled.every(({ state }) => state === 'CANCELED')).toBe(true)
    expect((await search({ filter: { state: 'LOST' } })).status).toBe(400)
  })

  test('an administrator deletes a run, its owner does not', async () => {
    const { body } = await ada.call('POST', '/execute', hello)
    await over(ada, body.executionKey)
    const path = `/executions/${body.executionKey}`
    expect((await ada.call('DELETE', path)).status).toBe(403)
    expect((await admin.call('DELETE', path)).status).toBe(204)
    expect((await admin.call('GET', path)).status).toBe(404)
    expect((await admin.call('DELETE', '/executions/999999999')).status).toBe(404)
  })
})

describe('S17', () => {
  test('nobody sees a run of somebody else, nor in a list', async () => {
    const { body } = await ada.call('POST', '/execute', hello)
    await over(ada, body.executionKey)
    for (const path of ['', '/result', '/events']) {
      const answer = await bob.call('GET', `/executions/${body.executionKey}${path}`)
      expect(answer).toMatchObject({ status: 403, body: { detail: expect.stringMatching(/^Access denied/) } })
    }
    expect((await bob.call('GET', `/events/executions/${body.executionKey}`)).status).toBe(403)
    expect((await bob.call('POST', `/executions/${body.executionKey}/cancel`)).status).toBe(403)
    const { items } = (await bob.call('POST', '/executions/search', {})).body as {
      items: readonly { executionKey: string }[]
    }
    expect(items.some(({ executionKey }) => executionKey === body.executionKey)).toBe(false)
    expect((await admin.call('GET', `/executions/${body.executionKey}`)).status).toBe(200)
  })

  test('without a key there is nothing to see', async () => {
    const anonymous = (path: string, method = 'GET') => fetch(`${server.url}/api/v1${path}`, { method })
    expect((await anonymous('/executions/1')).status).toBe(401)
    expect((await anonymous('/execute', 'POST')).status).toBe(401)
    expect((await anonymous('/runtimes')).status).toBe(200)
    expect((await anonymous('/example-scripts')).status).toBe(200)
  })
})

describe('S20 the stream of a run', () => {
  test('says its status first, then what it writes while it runs, then the end', async () => {
    const executionKey = await admin.ask({
      language: 'python',
      script: 'import time\nfor i in range(3):\n  print(i, flush=True)\n  time.sleep(0.3)',
    })
    const types: string[] = []
    let text = ''
    let liveWhile = ''
    for await (const frame of admin.follow(executionKey)) {
      types.push(frame.type)
      if (frame.type !== 'output') {
        expect(frame.executionKey).toBe(executionKey)
        continue
      }
      // A script may write a line in pieces.
      text += frame.text
      if (text.startsWith('0') && liveWhile === '') liveWhile = (await admin.result(executionKey)).state
    }
    expect(types[0]).toBe('status')
    expect(types.at(-1)).toBe('end')
    expect(text).toBe('0\n1\n2\n')
    expect(liveWhile).toBe('RUNNING')
  })

  test('delivers everything when it is over, and goes on after what was seen', async () => {
    const executionKey = await admin.ask({
      language: 'python',
      script: 'import time\nfor i in range(3):\n  print(i, flush=True)\n  time.sleep(0.2)',
    })
    await admin.ended(executionKey)
    const all = await collected(admin.follow(executionKey))
    const outputs = all.filter((frame) => frame.type === 'output')
    expect(outputs.map(({ text }) => text).join('')).toBe('0\n1\n2\n')
    const rest = await collected(admin.follow(executionKey, outputs[0]?.id))
    expect(rest.filter((frame) => frame.type === 'output')).toEqual(outputs.slice(1))
    expect(rest.map(({ type }) => type)).toEqual(['status', ...outputs.slice(1).map(() => 'output'), 'end'])
    await expect(collected(admin.follow(executionKey, 'x'))).rejects.toThrow('400')
  })
})
