/** DAGs by the clock: what they say of themselves, what people add, and how many runs go at once. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, createApi, eventually } from '../../support/api.ts'
import { createTestServer, type TestServer } from '../../support/server.ts'

const hourMs = 3_600_000
const start = Date.UTC(2030, 0, 1)
const iso = (instant: number) => new Date(instant).toISOString()

let server: TestServer
let api: Api
beforeAll(async () => {
  server = await createTestServer({ controlledClock: true })
  api = createApi(server, '/api/v1')
  await at(start)
})
afterAll(() => server?.stop())

const at = (instant: number) => api.put('/clock', { timestamp: instant })

const dag = (more: object) =>
  JSON.stringify({
    id: 'nightly',
    input: { type: 'object', properties: { size: { type: 'integer' } }, required: ['size'] },
    variants: { small: { size: 1 } },
    nodes: [{ kind: 'task', id: 'load', task: 'nightly/load' }],
    ...more,
  })
const deploy = (more: object) => api.tryDeploy('nightly.dag.json', dag(more))
const schedules = () => api.items('/schedules/search', { definitionId: 'nightly' })
const runs = (filter: object) => api.items('/dag-runs/search', { dagId: 'nightly', ...filter })

async function finishOne(): Promise<void> {
  const job = await api.takeJob('nightly/load')
  await api.post(`/jobs/${job}/completion`, { variables: { output: 1 } })
}

test('a DAG that says a schedule is run by it, with the variant that it names', async () => {
  expect((await deploy({ schedules: [{ name: 'hourly', every: 'PT1H', variant: 'small' }] })).status).toBe(
    200,
  )
  const [hourly] = await schedules()
  expect(hourly).toMatchObject({ name: 'hourly', kind: 'dag', origin: 'definition', variant: 'small' })
  await at(start + hourMs)
  await eventually(async () => (await runs({})).length, 1)
  const [run] = await runs({})
  expect(run).toMatchObject({
    trigger: 'schedule',
    scheduleKey: hourly?.scheduleKey,
    scheduledFor: iso(start + hourMs),
    variant: 'small',
    state: 'RUNNING',
  })
  const { body } = await api.get(`/dag-runs/${run?.dagRunKey}`)
  expect(body.input).toEqual({ size: 1 })
  await finishOne()
  await eventually(async () => (await runs({ state: 'SUCCEEDED' })).length, 1)
})

test('another version changes its schedules, and deleting that brings the ones before back', async () => {
  const changed = await deploy({ schedules: [{ name: 'daily', cron: '@daily', variant: 'small' }] })
  expect(await schedules()).toMatchObject([{ name: 'daily', nextTimes: { 0: iso(start + 24 * hourMs) } }])
  const [deployment] = changed.body.deployments as { readonly dag?: { readonly dagKey: string } }[]
  const [latest] = await api.items('/dags/search', { dagId: 'nightly' })
  expect(deployment).toBeDefined()
  await api.post(`/resources/${latest?.dagKey}/deletion`, {})
  expect(await schedules()).toMatchObject([{ name: 'hourly' }])
  await deploy({})
  expect(await schedules()).toEqual([])
})

test('a backfill is run as many at once as the DAG allows, the others in their turn', async () => {
  await deploy({ maxActiveRuns: 2 })
  const timing = { every: 'PT1H' }
  const refused = await api.post('/schedules', { name: 'mine', definitionId: 'nightly', timing })
  expect(refused).toMatchObject({ status: 400, body: { detail: expect.stringContaining('body.input') } })
  const variant = await api.post('/schedules', {
    ...{ name: 'mine', definitionId: 'nightly', timing },
    variant: 'large',
  })
  expect(variant).toMatchObject({ status: 400, body: { detail: expect.stringContaining('(small)') } })
  const made = await api.post('/schedules', {
    ...{ name: 'mine', definitionId: 'nightly', timing },
    input: { size: 7 },
  })
  const span = { from: iso(start - 5 * hourMs), to: iso(start) }
  const path = `/schedules/${made.body.scheduleKey}/backfill`
  expect((await api.post(path, span)).body.started).toBe(6)
  expect((await api.post(path, span)).body.started).toBe(0)
  const states = async () => {
    const found = await runs({ trigger: 'backfill' })
    return found.map(({ state }) => state).toSorted()
  }
  await eventually(states, [...Array.from({ length: 4 }, () => 'QUEUED'), 'RUNNING', 'RUNNING'])
  for (let run = 1; run <= 6; run += 1) {
    await finishOne()
    await eventually(async () => (await states()).filter((state) => state === 'SUCCEEDED').length, run)
  }
})
