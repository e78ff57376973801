/** Saved scripts are run by their key, and by the clock, as their owner's. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createExecutions, type Executions } from '../../support/executions.ts'
import { createPeople } from '../../support/people.ts'
import type { Person } from '../../support/person.ts'
import { createTestServer, type TestServer, withScripts } from '../../support/server.ts'

let server: TestServer
let admin: Executions
let ada: Person
let bob: Person
let version: string
beforeAll(async () => {
  server = await createTestServer(withScripts())
  admin = createExecutions(server)
  ;[ada, bob] = await createPeople(server, 'developer', ['ada', 'bob'])
  await admin.ready()
  const { items } = (await admin.call('GET', '/runtimes')).body
  version = items.find(({ language }) => language === 'bash')?.version ?? ''
}, 60_000)
afterAll(() => server?.stop())

async function saved(source: string, more: object = {}): Promise<string> {
  const body = { name: 'greet', language: 'bash', languageVersion: version, source, ...more }
  const { status, body: script } = await ada.call('POST', '/scripts', body)
  expect(status).toBe(201)
  return String(script.scriptKey)
}

test('a saved script is run by its key, in its newest or in an older version', async () => {
  const scriptKey = await saved('echo one')
  await ada.call('PATCH', `/scripts/${scriptKey}`, { source: 'echo two' })
  const run = async (request: object) => {
    const { body } = await ada.call('POST', '/execute', request)
    return admin.ended(String(body.executionKey))
  }
  expect(await run({ scriptKey })).toMatchObject({
    stdout: 'two\n',
    scriptKey,
    scriptVersion: 2,
    scriptName: 'greet',
  })
  expect(await run({ scriptKey, scriptVersion: 1 })).toMatchObject({ stdout: 'one\n', scriptVersion: 1 })
  const { items } = (await ada.call('POST', '/executions/search', { filter: { scriptKey } })).body as {
    items: readonly unknown[]
  }
  expect(items).toHaveLength(2)
  expect((await bob.call('POST', '/execute', { scriptKey })).status).toBe(404)
  expect((await ada.call('POST', '/execute', { scriptKey, scriptVersion: 3 })).status).toBe(404)
  expect((await ada.call('POST', '/execute', { scriptKey, script: 'echo three' })).status).toBe(422)
})

test('a schedule runs a saved script, as a run of its owner', async () => {
  const scriptKey = await saved('echo "at $(cat "$BRAID_INPUT")"', { shared: true })
  const schedule = {
    name: 'often',
    definitionId: `script:${scriptKey}`,
    timing: { every: 'PT1S' },
    input: { place: 'home' },
  }
  // Shared to be read is not shared to be scheduled.
  expect((await bob.call('POST', '/schedules', schedule)).status).toBe(403)
  const created = await ada.call('POST', '/schedules', schedule)
  expect(created).toMatchObject({ status: 200, body: { kind: 'script' } })
  const found = async () => {
    const { items } = (await ada.call('POST', '/executions/search', { filter: { scriptKey } })).body as {
      items: readonly { executionKey: string; own: boolean; state: string; trigger: string }[]
    }
    return items.filter(({ state }) => state === 'COMPLETED')
  }
  while ((await found()).length < 2) await pause(100)
  const [first] = await found()
  expect(first).toMatchObject({ own: true, trigger: 'schedule' })
  expect((await admin.result(first?.executionKey ?? '')).stdout).toBe('at {"place":"home"}\n')
  const path = `/schedules/${created.body.scheduleKey}`
  expect((await ada.call('GET', path)).body).toMatchObject({ lastRunKey: expect.any(String) })
  // What runs as its owner only they decide; anybody who may change schedules stops it.
  const ago = (ms: number): string => new Date(Date.now() - ms).toISOString()
  const [from, to] = [ago(5_000), ago(1_000)]
  expect((await bob.call('PATCH', path, { input: { place: 'elsewhere' } })).status).toBe(403)
  expect((await bob.call('POST', `${path}/backfill`, { from, to })).status).toBe(403)
  expect((await bob.call('PATCH', path, { paused: true })).status).toBe(200)
  expect((await bob.call('PATCH', path, { paused: false })).status).toBe(403)
  expect(await ada.call('PATCH', path, { variant: 'v' })).toMatchObject({
    status: 400,
    body: { detail: 'body.variant: expected none, for a script has no variants' },
  })
  // Of each second one, so that two thousand milliseconds have two, wherever they begin.
  const past = Date.now() - 60_000
  const twoSeconds = { from: new Date(past).toISOString(), to: new Date(past + 1_999).toISOString() }
  expect((await ada.call('POST', `${path}/backfill`, twoSeconds)).body.started).toBe(2)
  while (!(await found()).some(({ trigger }) => trigger === 'backfill')) await pause(100)
  expect((await ada.call('PATCH', path, { paused: false })).status).toBe(200)
  // Whoever may run none any more runs none by the clock either.
  await admin.call('PUT', '/users/ada', { role: 'user' })
  const failure = async () => (await admin.call('GET', path)).body.lastFailure?.message
  while ((await failure()) === undefined) await pause(100)
  expect(await failure()).toBe('ada, whose script it is, may run none: the role user lacks execution:create')
  await admin.call('PUT', '/users/ada', { role: 'developer' })
  const unknown = { ...schedule, definitionId: 'script:999999999' }
  expect((await ada.call('POST', '/schedules', unknown)).status).toBe(404)
  expect((await ada.call('DELETE', `/scripts/${scriptKey}`)).status).toBe(204)
  expect((await ada.call('GET', path)).status).toBe(404)
}, 60_000)
