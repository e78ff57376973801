/** Schedules through the API of nodes whose clock the test moves: two of them on one database. */
import { formatKey, type Key } from '@braid/core/base/key.ts'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openEngineDatabase, type PooledDatabase } from '../../server/src/store/database.ts'
import { syncSchedules } from '../../server/src/store/schedule-store.ts'
import { type Api, createApi, eventually } from '../support/api.ts'
import { processXml, serviceTask } from '../support/process-xml.ts'
import { createTestServer, startNode, type TestServer } from '../support/server.ts'

const hourMs = 3_600_000
const start = Date.UTC(2030, 0, 1)
const iso = (instant: number) => new Date(instant).toISOString()

let first: TestServer
let second: TestServer
let api: Api
let other: Api
let sql: pg.Client
let database: PooledDatabase
let now = start

beforeAll(async () => {
  first = await createTestServer({ controlledClock: true })
  second = await startNode(first.databaseUrl, { controlledClock: true })
  api = createApi(first, '/api/v1')
  other = createApi(second, '/api/v1')
  sql = new pg.Client({ connectionString: first.databaseUrl })
  await sql.connect()
  database = openEngineDatabase({ url: first.databaseUrl, max: 2, applicationName: 'test' })
  await at(start)
})
afterAll(async () => {
  await database?.close()
  await sql?.end()
  await second?.stop()
  await first?.stop()
})

/** Both nodes see this time. */
async function at(instant: number): Promise<void> {
  now = instant
  await Promise.all([api, other].map((node) => node.put('/clock', { timestamp: instant })))
}

let made = 0
/** A process of its own for a test, which ends at once. */
async function deployProcess(): Promise<string> {
  made += 1
  const id = `scheduled_${made}`
  await api.deploy(`${id}.bpmn`, processXml(id, '<startEvent id="s" /><endEvent id="e" />', 's -> e'))
  return id
}

type Timing = Readonly<Record<string, string>>

async function schedule(definitionId: string, timing: Timing, more: object = {}): Promise<string> {
  const { status, body } = await api.post('/schedules', { name: 'test', definitionId, timing, ...more })
  if (status !== 200) throw new Error(JSON.stringify(body))
  return String(body.scheduleKey)
}

const patch = async (key: string, body: object, node = first) => {
  const response = await fetch(`${node.url}/api/v1/schedules/${key}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${node.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const remove = (key: string) =>
  fetch(`${first.url}/api/v1/schedules/${key}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${first.apiKey}` },
  })

/** The hours since the start that a schedule ran for, and that it never started two runs for one. */
async function hoursRun(key: string): Promise<readonly number[]> {
  const { rows } = await sql.query<{ scheduled_for: string; instances: string }>(
    `select r.scheduled_for, count(i.key) as instances
    from schedule_run r left join instance i on i.key = r.run_key
    where r.schedule_key = $1 and r.state = 'STARTED' group by 1 order by 1`,
    [key],
  )
  for (const row of rows) expect(row.instances).toBe('1')
  return rows.map((row) => (Number(row.scheduled_for) - start) / hourMs)
}

async function countInstances(processDefinitionId: string): Promise<number> {
  const { body } = await api.post('/process-instances/search', { filter: { processDefinitionId } })
  return (body.items as unknown[]).length
}

/** Nothing that is due is left to be started. */
const settled = (key: string): Promise<void> =>
  eventually(async () => {
    const { rows } = await sql.query(
      `select from schedule s where s.key = $1 and (
        (s.next_time <= $2 and not s.paused)
        or exists (
          select from schedule_run r
          where r.schedule_key = s.key and r.state = 'PENDING' and r.begins_at <= $2
        )
      )`,
      [key, now],
    )
    return rows.length
  }, 0)

describe('by the clock', () => {
  test('two nodes start one run per time, whoever sees it first', async () => {
    await at(start)
    const id = await deployProcess()
    const key = await schedule(id, { every: 'PT1H', catchUp: 'all' }, { input: { from: 'clock' } })
    for (let hour = 1; hour <= 20; hour += 1) await at(start + hour * hourMs)
    await settled(key)
    expect(await hoursRun(key)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    expect(await countInstances(id)).toBe(20)
    const { body } = await api.get(`/schedules/${key}`)
    expect(body).toMatchObject({
      kind: 'process',
      origin: 'user',
      lastRunAt: iso(now),
      nextTimes: [21, 22, 23, 24, 25].map((hour) => iso(start + hour * hourMs)),
    })
    const variables = await api.items('/variables/search', { processInstanceKey: String(body.lastRunKey) })
    expect(variables).toMatchObject([{ name: 'from', value: '"clock"' }])
    await remove(key)
  })

  test.each([
    ['none', []],
    ['last', [6]],
    ['all', [1, 2, 3, 4, 5, 6]],
  ] as const)('after a standstill of six hours, %s', async (catchUp, hours) => {
    await at(start)
    const key = await schedule(await deployProcess(), { every: 'PT1H', catchUp })
    await at(start + 6 * hourMs + 60_000)
    await settled(key)
    expect(await hoursRun(key)).toEqual(hours)
    await at(start + 7 * hourMs)
    await settled(key)
    expect(await hoursRun(key)).toEqual([...hours, 7])
    await remove(key)
  })

  test('in the time zone of a cron schedule, also where clocks change', async () => {
    const before = Date.UTC(2030, 2, 30, 12)
    await at(before)
    const key = await schedule(await deployProcess(), { cron: '30 2 * * *', timeZone: 'Europe/Berlin' })
    const { body } = await api.get(`/schedules/${key}`)
    expect(body.nextTimes).toEqual([
      ...['2030-03-31T01:00:00.000Z', '2030-04-01T00:30:00.000Z', '2030-04-02T00:30:00.000Z'],
      ...['2030-04-03T00:30:00.000Z', '2030-04-04T00:30:00.000Z'],
    ])
    await at(Date.UTC(2030, 2, 31, 1))
    await settled(key)
    expect(await hoursRun(key)).toEqual([(Date.UTC(2030, 2, 31, 1) - start) / hourMs])
    await remove(key)
  })

  test('once at a date', async () => {
    await at(start)
    const key = await schedule(await deployProcess(), { at: iso(start + hourMs) })
    await at(start + 5 * hourMs)
    await settled(key)
    expect(await hoursRun(key)).toEqual([1])
    expect((await api.get(`/schedules/${key}`)).body.nextTimes).toEqual([])
    await remove(key)
  })

  test('up to its jitter later, and not when it was paused in between', async () => {
    await at(start)
    const id = await deployProcess()
    const key = await schedule(id, { every: 'P1D', jitter: 'PT12H' })
    await at(start + 24 * hourMs)
    const beginsAt = async () => {
      const { rows } = await sql.query<{ begins_at: string; state: string }>(
        'select begins_at, state from schedule_run where schedule_key = $1 order by scheduled_for',
        [key],
      )
      return rows.map((row) => ({ at: Number(row.begins_at), state: row.state }))
    }
    await eventually(async () => (await beginsAt()).length, 1)
    const [pending] = await beginsAt()
    expect(pending?.at).toBeGreaterThan(start + 24 * hourMs)
    expect(pending?.at).toBeLessThanOrEqual(start + 36 * hourMs)
    await at((pending?.at ?? 0) - 1)
    await settled(key)
    expect(await hoursRun(key)).toEqual([])
    await at(pending?.at ?? 0)
    await settled(key)
    expect(await hoursRun(key)).toEqual([24])
    await at(start + 48 * hourMs)
    await eventually(async () => (await beginsAt()).length, 2)
    await patch(key, { paused: true })
    await at(start + 60 * hourMs)
    expect((await beginsAt()).map(({ state }) => state)).toEqual(['STARTED', 'SKIPPED'])
    await remove(key)
  })
})

test('what a pause passes over is not made up', async () => {
  await at(start)
  const key = await schedule(await deployProcess(), { every: 'PT1H', catchUp: 'all' })
  expect((await patch(key, { paused: true }, second)).body).toMatchObject({ paused: true, nextTimes: [] })
  await at(start + 5 * hourMs)
  expect((await patch(key, { paused: false })).body.nextTimes).toContain(iso(start + 6 * hourMs))
  await at(start + 6 * hourMs)
  await settled(key)
  expect(await hoursRun(key)).toEqual([6])
  await remove(key)
})

test('a run that can not start says why, and the next time is tried again', async () => {
  await at(start)
  const id = await deployProcess()
  const key = await schedule(id, { every: 'PT1H' })
  const { body } = await api.post('/process-definitions/search', { filter: { processDefinitionId: id } })
  const [definition] = body.items as { readonly processDefinitionKey: string }[]
  await api.post(`/resources/${definition?.processDefinitionKey}/deletion`, {})
  await at(start + hourMs)
  await settled(key)
  expect((await api.get(`/schedules/${key}`)).body.lastFailure).toEqual({
    scheduledFor: iso(start + hourMs),
    message: `there is no process with id ${id}`,
  })
  await api.deploy('again.bpmn', processXml(id, '<startEvent id="s" /><endEvent id="e" />', 's -> e'))
  await at(start + 2 * hourMs)
  await settled(key)
  expect(await hoursRun(key)).toEqual([2])
  expect((await api.get(`/schedules/${key}`)).body).not.toHaveProperty('lastFailure')
  await remove(key)
})

describe('backfill', () => {
  test('starts each time of the past once, however often it is asked for', async () => {
    await at(start + 10 * hourMs)
    const id = await deployProcess()
    const key = await schedule(id, { cron: '0 * * * *' })
    const span = { from: iso(start + 2 * hourMs), to: iso(start + 6 * hourMs) }
    const times = [2, 3, 4, 5, 6].map((hour) => iso(start + hour * hourMs))
    const backfill = (node: Api, more: object = {}) =>
      node.post(`/schedules/${key}/backfill`, { ...span, ...more })
    expect((await backfill(api, { dryRun: true })).body).toEqual({ times, started: 0 })
    const answers = await Promise.all([api, other, api, other].map((node) => backfill(node)))
    expect(answers.reduce((sum, { body }) => sum + Number(body.started), 0)).toBe(5)
    await settled(key)
    expect((await backfill(api)).body).toEqual({ times: [], started: 0 })
    await settled(key)
    expect(await hoursRun(key)).toEqual([2, 3, 4, 5, 6])
    expect(await countInstances(id)).toBe(5)
    await remove(key)
  })

  test('takes a span of the past with a thousand times at most', async () => {
    await at(start + 10 * hourMs)
    const key = await schedule(await deployProcess(), { every: 'PT1S' })
    const backfill = (from: number, to: number) =>
      api.post(`/schedules/${key}/backfill`, { from: iso(from), to: iso(to), dryRun: true })
    expect((await backfill(now - 999_000, now)).body.times).toHaveLength(1_000)
    expect((await backfill(now - 1_000_000, now)).body.detail).toMatch(/more than 1000 times/)
    expect((await backfill(now, now + 1)).body.detail).toMatch(/body\.to: expected a time in the past/)
    expect((await backfill(now, now - 1)).body.detail).toMatch(/body\.from: expected a time not after/)
    await remove(key)
  })
})

describe('what is refused', () => {
  test('timings, with the field and what was expected', async () => {
    const definitionId = await deployProcess()
    const refused = async (timing: object, more: object = {}) => {
      const { status, body } = await api.post('/schedules', { name: 'x', definitionId, timing, ...more })
      return `${status} ${body.detail}`
    }
    expect(await refused({})).toBe('400 body.timing: expected exactly one of cron, every and at')
    expect(await refused({ cron: '0 25 * * *' })).toMatch(/^400 body\.timing\.cron: .*"25" is no hour/)
    expect(await refused({ cron: '@daily', timeZone: 'Berlin' })).toMatch(/^400 body\.timing\.timeZone: /)
    expect(await refused({ at: iso(now - 1) })).toMatch(/^400 body\.timing\.at: expected a time to come/)
    expect(await refused({ every: 'PT1H' }, { variant: 'v' })).toMatch(/^400 body\.variant: /)
    expect(await refused({ every: 'PT1H' }, { input: { text: 'x'.repeat(300_000) } })).toMatch(
      /^400 body\.input: expected at most 262144 characters/,
    )
    expect(await refused({ every: 'PT1H' }, { definitionId: 'nobody' })).toBe(
      '404 there is no DAG or process with id nobody',
    )
  })

  test('a second schedule with the name, also by renaming', async () => {
    const id = await deployProcess()
    const key = await schedule(id, { every: 'PT1H' })
    expect(
      (await api.post('/schedules', { name: 'test', definitionId: id, timing: { every: 'PT1H' } })).status,
    ).toBe(409)
    const second = await schedule(id, { every: 'PT1H' }, { name: 'other' })
    expect((await patch(second, { name: 'test' })).status).toBe(409)
    await Promise.all([key, second].map(remove))
  })

  test('a caller who may not start runs', async () => {
    const id = await deployProcess()
    const { body } = await api.post('/api-keys', {
      name: 'clerk',
      grants: ['schedule:update', 'schedule:read'],
    })
    const clerk = createApi({ url: first.url, apiKey: String(body.secret) }, '/api/v1')
    const answer = await clerk.post('/schedules', { name: 'x', definitionId: id, timing: { every: 'PT1H' } })
    expect(answer).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('process-instance:create') },
    })
  })

  test('unknown schedules', async () => {
    expect((await api.get('/schedules/999')).status).toBe(404)
    expect((await patch('999', { paused: true })).status).toBe(404)
    expect((await remove('999')).status).toBe(404)
    expect((await api.post('/schedules/999/backfill', { from: iso(start), to: iso(start) })).status).toBe(404)
  })
})

describe('schedules that a definition says', () => {
  const sync = (definitionId: string, ...schedules: Parameters<typeof syncSchedules>[1]['schedules']) =>
    database.transaction((joined) =>
      syncSchedules(joined, { definitionId, kind: 'process', schedules, at: now }),
    )
  const search = async (definitionId: string) => {
    const { body } = await api.post('/schedules/search', {
      filter: { definitionId },
      sort: [{ field: 'name' }],
    })
    return body.items as Record<string, unknown>[]
  }

  test('come, change and go with it; who paused one stays right', async () => {
    await at(start)
    const id = await deployProcess()
    await sync(id, { name: 'a', every: 'PT1H' }, { name: 'b', cron: '@daily' })
    const [a, b] = await search(id)
    expect([a, b]).toMatchObject([
      { name: 'a', origin: 'definition' },
      { name: 'b', nextTimes: { 0: iso(start + 24 * hourMs) } },
    ])
    const key = String(a?.scheduleKey)
    expect((await patch(key, { timing: { every: 'PT2H' } })).status).toBe(409)
    expect((await remove(key)).status).toBe(409)
    expect((await patch(key, { paused: true })).body.paused).toBe(true)
    await at(start + hourMs / 2)
    await sync(id, { name: 'a', every: 'PT3H' }, { name: 'c', every: 'PT1H' })
    expect(await search(id)).toMatchObject([
      { scheduleKey: key, name: 'a', paused: true, timing: { every: 'PT3H' } },
      { name: 'c', nextTimes: { 0: iso(start + 1.5 * hourMs) } },
    ])
    await patch(key, { paused: false })
    const times = (await search(id)).map(({ nextTimes }) => nextTimes)
    await at(start + hourMs)
    await sync(id, { name: 'a', every: 'PT3H' }, { name: 'c', every: 'PT1H' })
    expect((await search(id)).map(({ nextTimes }) => nextTimes)).toEqual(times)
    await sync(id)
    expect(await search(id)).toEqual([])
  })
})

test('a run that a node took and did not settle is the same run for the next node', async () => {
  await at(start)
  const id = 'holding'
  await api.deploy(`${id}.bpmn`, processXml(id, `<startEvent id="s" />${serviceTask('held')}`, 's -> held'))
  const key = await schedule(id, { every: 'PT1H' })
  const settledAgain = `
    update schedule_run set state = 'PENDING', taken_until = 0, settled_at = null
    where schedule_key = $1 returning run_key`
  await at(start + hourMs)
  await settled(key)
  // As if the node had died after it started the run, before it said so.
  const { rows } = await sql.query<{ run_key: string }>(settledAgain, [key])
  await settled(key)
  expect(await hoursRun(key)).toEqual([1])
  expect(await api.items('/process-instances/search', { processDefinitionId: id })).toMatchObject([
    { processInstanceKey: formatKey(Number(rows[0]?.run_key) as Key), state: 'ACTIVE' },
  ])
  await remove(key)
})
