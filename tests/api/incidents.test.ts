/** Resolving incidents through the API of running nodes, while workers and other operators are at them too. */
import { type Client, createClient } from '@braid/contract/client.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, createApi, eventually } from '../support/api.ts'
import { processXml, serviceTask } from '../support/process-xml.ts'
import { createTestServer, startNode, type TestServer } from '../support/server.ts'

let server: TestServer
let other: Awaited<ReturnType<typeof startNode>>
let api: Api
beforeAll(async () => {
  server = await createTestServer()
  other = await startNode(server.databaseUrl)
  api = createApi(server)
  for (const type of ['by-hand', 'quick', 'many']) {
    const elements = `<startEvent id="s" />${serviceTask(type)}`
    await api.deploy(`${type}.bpmn`, processXml(`does-${type}`, elements, `s -> ${type}`))
  }
})
afterAll(async () => {
  await other?.stop()
  await server?.stop()
})

const failing = { retries: 0, errorMessage: 'broken' }
const openIncidents = (filter: object) => api.items('/incidents/search', { ...filter, state: 'ACTIVE' })
const resolve = (incidentKey: string, body: object, node = api) =>
  node.post(`/incidents/${incidentKey}/resolution`, body)

/** Of a job that has failed for good. */
async function raise(): Promise<{ instance: string; job: string; incident: string }> {
  const instance = await api.start('does-by-hand')
  const job = await api.takeJob('by-hand')
  await api.post(`/jobs/${job}/failure`, failing)
  const [found] = await openIncidents({ processInstanceKey: instance })
  return { instance, job, incident: String(found?.incidentKey) }
}

async function finish(instance: string): Promise<void> {
  await api.post(`/jobs/${await api.takeJob('by-hand')}/completion`)
  await eventually(() => api.stateOf(instance), 'COMPLETED')
}

const alreadyResolved = { status: 409, body: { code: 'ALREADY_RESOLVED' } }

describe('the incident of a failed job', () => {
  test('is resolved with retries for the job in one request', async () => {
    const { instance, job, incident } = await raise()
    expect(await resolve(incident, { retries: 2, operationReference: 7 })).toMatchObject({ status: 204 })
    expect(await api.items('/jobs/search', { jobKey: job })).toMatchObject([{ retries: 2 }])
    expect((await api.get(`/incidents/${incident}`)).body).toMatchObject({ state: 'RESOLVED' })
    await finish(instance)
  })

  test('is refused without retries, as by Camunda 8, whose two requests do it too', async () => {
    const { instance, job, incident } = await raise()
    const refused = await resolve(incident, {})
    expect(refused).toMatchObject({ status: 409, body: { code: 'INVALID_STATE' } })
    expect(refused.body.detail).toMatch(`job ${job} has no retries left`)
    const client = createClient({ baseUrl: `${server.url}/api/v1`, apiKey: server.apiKey })
    await client.updateJob({ params: { jobKey: job }, body: { changeset: { retries: 1 } } })
    expect(await resolve(incident, {})).toMatchObject({ status: 204 })
    await finish(instance)
  })

  test('is not resolved twice: whoever comes late is told so, also once the instance has ended', async () => {
    const { instance, incident } = await raise()
    expect(await resolve(incident, { retries: 1 })).toMatchObject({ status: 204 })
    expect(await resolve(incident, { retries: 1 })).toMatchObject(alreadyResolved)
    await finish(instance)
    expect(await resolve(incident, { retries: 1 })).toMatchObject(alreadyResolved)
    expect(await resolve('123456', { retries: 1 })).toMatchObject({ status: 404 })
  })

  test('takes no number of retries that gives none', async () => {
    const { instance, incident } = await raise()
    expect(await resolve(incident, { retries: 0 })).toMatchObject({ status: 400 })
    expect(await resolve(incident, { retries: 1 })).toMatchObject({ status: 204 })
    await finish(instance)
  })

  test('can be resolved while the instance is suspended: then with its end', async () => {
    const { instance, incident } = await raise()
    await api.post(`/process-instances/${instance}/suspension`)
    expect(await resolve(incident, { retries: 1 })).toMatchObject({ status: 204 })
    expect(await openIncidents({ processInstanceKey: instance })).toHaveLength(1)
    await api.post(`/process-instances/${instance}/resumption`)
    expect(await openIncidents({ processInstanceKey: instance })).toEqual([])
    await finish(instance)
  })
})

/** Fails each job once for good, and does it when it comes again. */
function startQuickWorker(client: Client) {
  const over = new AbortController()
  const seen = new Set<string>()
  const body = { type: 'quick', worker: 'quick', timeout: 60_000, maxJobsToActivate: 10, requestTimeout: 500 }
  const answer = async (jobKey: string): Promise<void> => {
    const params = { jobKey }
    if (seen.has(jobKey)) await client.completeJob({ params })
    else await client.failJob({ params, body: failing })
    seen.add(jobKey)
  }
  const work = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const { jobs } = await client.activateJobs({ body })
      await Promise.all(jobs.map(({ jobKey }) => answer(jobKey)))
    }
  }
  const working = work()
  return {
    stop: async () => {
      over.abort()
      await working
    },
  }
}

describe('many incidents', () => {
  test('are resolved under the eyes of a worker that takes each job at once', async () => {
    const client = createClient({ baseUrl: `${other.url}/api/v1`, apiKey: server.apiKey })
    const worker = startQuickWorker(client)
    const filter = { processDefinitionId: 'does-quick' }
    const instances = await Promise.all(Array.from({ length: 100 }, () => api.start('does-quick')))
    await eventually(async () => (await openIncidents(filter)).length, instances.length)
    // The client throws at any other answer than 204.
    for (const { incidentKey } of await openIncidents(filter))
      await client.resolveIncident({ params: { incidentKey: String(incidentKey) }, body: { retries: 1 } })
    for (const instance of instances) await eventually(() => api.stateOf(instance), 'COMPLETED')
    await worker.stop()
    expect(await api.items('/incidents/search', { ...filter, state: 'RESOLVED' })).toHaveLength(100)
  }, 60_000)

  test('are resolved once by two operators on two nodes and a batch operation at the same time', async () => {
    const instances = await Promise.all(Array.from({ length: 30 }, () => api.start('does-many')))
    for (const _ of instances) await api.post(`/jobs/${await api.takeJob('many')}/failure`, failing)
    const filter = { processDefinitionId: 'does-many' }
    await eventually(async () => (await openIncidents(filter)).length, instances.length)
    const keys = (await openIncidents(filter)).map(({ incidentKey }) => String(incidentKey))
    const { body: batch } = await api.post('/process-instances/incident-resolution', { filter })
    const nodes = [api, createApi({ url: other.url, apiKey: server.apiKey })]
    const answers = await Promise.all(
      keys.flatMap((key) => nodes.map((node) => resolve(key, { retries: 1 }, node))),
    )
    const late = answers.filter(({ status }) => status !== 204)
    expect(late.every(({ body }) => body.code === 'ALREADY_RESOLVED')).toBe(true)
    expect(late.length).toBeGreaterThanOrEqual(keys.length)
    await eventually(
      async () => (await api.get(`/batch-operations/${String(batch.batchOperationKey)}`)).body,
      expect.objectContaining({ state: 'COMPLETED', operationsFailedCount: 0 }),
    )
    expect(await openIncidents(filter)).toEqual([])
    const jobs = await api.items('/jobs/search', { processDefinitionId: 'does-many' })
    expect(jobs.map(({ retries }) => retries)).toEqual(instances.map(() => 1))
  })
})
