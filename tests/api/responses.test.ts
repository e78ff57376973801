/** Every answer about a living process, checked against the schema that the contract promises. */
import { readFile } from 'node:fs/promises'
import { ApiError, type Client, createClient, operationUrl } from '@braid/contract/client.ts'
import type { Route } from '@braid/contract/route.ts'
import { type OperationId, routes } from '@braid/contract/routes.ts'
import { processInstanceFrame } from '@braid/contract/stream.ts'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let client: Client
let baseUrl: string
beforeAll(async () => {
  server = await createTestServer({ controlledClock: true })
  baseUrl = `${server.url}/api/v1`
  client = createClient({ baseUrl, apiKey: server.apiKey })
  const resources = await Promise.all(
    ['order.bpmn', 'packing.form', 'echo.bpmn'].map(async (name) => ({
      name,
      content: await readFile(new URL(`./fixtures/${name}`, import.meta.url), 'utf8'),
    })),
  )
  checked('createDeployment', await client.createDeployment({ body: { resources } }))
})
afterAll(() => server?.stop())

/** The answer, which is exactly what the schema describes: no field missing, none beside. */
function checked<T>(id: OperationId, answer: T): T {
  const { response }: Route = routes[id]
  if (response.kind !== 'json') throw new Error(`${id} does not answer with JSON`)
  expect(response.schema.parse(answer), id).toEqual(answer)
  return answer
}

const waitFor = <T>(check: () => Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 10_000, interval: 50 })

async function startOrder(orderId: string): Promise<string> {
  const body = {
    processDefinitionId: 'order',
    variables: { orderId, note: 'x' },
    businessId: `order-${orderId}`,
  }
  return checked('createProcessInstance', await client.createProcessInstance({ body })).processInstanceKey
}

async function takeJob(processInstanceKey: string) {
  const body = { type: 'charge', worker: 'w', timeout: 500, maxJobsToActivate: 50, requestTimeout: 500 }
  return waitFor(async () => {
    const { jobs } = checked('activateJobs', await client.activateJobs({ body }))
    const job = jobs.find((candidate) => candidate.processInstanceKey === processInstanceKey)
    if (job === undefined) throw new Error('not yet')
    return job
  })
}

describe('an order on its way', () => {
  test('is described by every read', async () => {
    const processInstanceKey = await startOrder('reads')
    const params = { processInstanceKey }
    const instance = checked('getProcessInstance', await client.getProcessInstance({ params }))
    expect(instance).toMatchObject({
      state: 'ACTIVE',
      businessId: 'order-reads',
      processDefinitionName: 'Order',
    })

    const filter = { processInstanceKey }
    const found = checked('searchProcessInstances', await client.searchProcessInstances({ body: { filter } }))
    expect(found.items).toEqual([instance])
    expect(found.page).toMatchObject({ totalItems: 1, hasMoreTotalItems: false })

    const elements = checked(
      'searchElementInstances',
      await client.searchElementInstances({ body: { filter } }),
    )
    expect(elements.items.map(({ elementId }) => elementId).sort()).toEqual(['charge', 'order', 'ordered'])
    const statistics = checked('getElementStatistics', await client.getElementStatistics({ params }))
    expect(statistics.items).toContainEqual({
      elementId: 'charge',
      active: 1,
      completed: 0,
      canceled: 0,
      incidents: 0,
    })
    const flows = checked('getSequenceFlows', await client.getSequenceFlows({ params }))
    expect(flows.items.map(({ sequenceFlowId }) => sequenceFlowId)).toEqual(['toCharge'])

    const jobs = checked('searchJobs', await client.searchJobs({ body: { filter } }))
    expect(jobs.items).toMatchObject([{ type: 'charge', retries: 2, elementId: 'charge' }])
    const variables = checked('searchVariables', await client.searchVariables({ body: { filter } }))
    expect(variables.items.map(({ name, value }) => [name, value])).toContainEqual(['orderId', '"reads"'])

    const events = checked('getProcessInstanceEvents', await client.getProcessInstanceEvents({ params }))
    expect(events.items[0]?.events[0]).toMatchObject({ type: 'instance-created', key: processInstanceKey })
    checked('getOverview', await client.getOverview())
    checked('getTopology', await client.getTopology())
    checked('getSession', await client.getSession())
    const { processDefinitionKey } = instance
    checked('getProcessDefinition', await client.getProcessDefinition({ params: { processDefinitionKey } }))
  })

  test('raises an incident, offers a task with its form, and ends', async () => {
    const processInstanceKey = await startOrder('whole')
    const { jobKey } = await takeJob(processInstanceKey)
    await client.failJob({ params: { jobKey }, body: { retries: 0, errorMessage: 'no' } })
    const incidents = await waitFor(async () => {
      const params = { processInstanceKey }
      const page = await client.searchProcessInstanceIncidents({ params })
      expect(page.items.length).toBe(1)
      return checked('searchProcessInstanceIncidents', page)
    })
    const incidentKey = incidents.items[0]?.incidentKey ?? ''
    checked('getIncident', await client.getIncident({ params: { incidentKey } }))
    await client.updateJob({ params: { jobKey }, body: { changeset: { retries: 1 } } })
    await client.resolveIncident({ params: { incidentKey } })
    await client.completeJob({ params: { jobKey: (await takeJob(processInstanceKey)).jobKey } })
    const body = { name: 'paid', correlationKey: 'whole', timeToLive: 10_000 }
    checked('publishMessage', await client.publishMessage({ body }))
    const task = await waitFor(async () => {
      const { items } = await client.searchUserTasks({ body: { filter: { processInstanceKey } } })
      if (items[0] === undefined) throw new Error('not yet')
      return checked('getUserTask', items[0])
    })
    const params = { userTaskKey: task.userTaskKey }
    const form = checked('getUserTaskForm', await client.getUserTaskForm({ params }))
    expect(form).toMatchObject({ formId: 'packing', formKey: task.formKey })
    await client.updateUserTask({
      params,
      body: { changeset: { priority: 80, dueDate: '2030-01-01T00:00:00Z' } },
    })
    const changed = checked('getUserTask', await client.getUserTask({ params }))
    expect(changed.priority).toBe(80)
    expect(Date.parse(changed.dueDate ?? '')).toBe(Date.parse('2030-01-01T00:00:00Z'))
    await client.completeUserTask({ params })
    const ended = await client.getProcessInstance({ params: { processInstanceKey } })
    expect(checked('getProcessInstance', ended)).toMatchObject({ state: 'COMPLETED', hasIncident: false })
    checked('getUserTask', await client.getUserTask({ params }))
  })

  test('is followed live to its end', async () => {
    const processInstanceKey = await startOrder('live')
    const url = operationUrl(baseUrl, 'streamProcessInstance', { params: { processInstanceKey } })
    const response = await fetch(url, { headers: { 'x-api-key': server.apiKey } })
    const canceled = client.cancelProcessInstance({ params: { processInstanceKey } })
    const text = await response.text()
    await canceled
    const frames = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) =>
      processInstanceFrame.parse(JSON.parse(data ?? '')),
    )
    expect(frames[0]).toMatchObject({ type: 'status', state: 'ACTIVE' })
    expect(frames.at(-1)).toEqual({ type: 'end', state: 'TERMINATED' })
    const versions = frames.flatMap((frame) => (frame.type === 'history' ? [frame.version] : []))
    expect(versions).toEqual(versions.map((_, index) => index + 1))
  })
})

describe('refusals', () => {
  const refusal = async (call: Promise<unknown>) => {
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    if (!(error instanceof ApiError)) throw new Error('expected a refusal')
    return error.problem
  }

  test('name what does not exist and what cannot be now', async () => {
    const missing = await refusal(client.getProcessInstance({ params: { processInstanceKey: '999999999' } }))
    expect(missing).toMatchObject({ status: 404, code: 'NOT_FOUND' })
    const processInstanceKey = await startOrder('refused')
    await client.cancelProcessInstance({ params: { processInstanceKey } })
    const again = await refusal(client.cancelProcessInstance({ params: { processInstanceKey } }))
    expect(again).toMatchObject({ status: 404, code: 'NOT_FOUND' })
    const variables = { processInstanceKey: '1' }
    const body = { variables }
    const nowhere = { params: { elementInstanceKey: '999999999' }, body }
    expect((await refusal(client.setVariables(nowhere))).status).toBe(404)
  })

  test('of a cursor from another search are bad requests', async () => {
    const problem = await refusal(client.searchIncidents({ body: { page: { after: 'bm9uc2Vuc2U' } } }))
    expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST' })
  })

  test.each(["'; drop table instance; --", '%', '_', '\\', '*'])(
    '%j in filters is only text',
    async (text) => {
      const filter = {
        businessId: text,
        processDefinitionId: { $like: text },
        variables: [{ name: text, value: text }],
      }
      const page = await client.searchProcessInstances({ body: { filter } })
      expect(page.items).toEqual([])
    },
  )
})

test('a list is read page by page without gaps', async () => {
  const started: string[] = []
  for (let count = 0; count < 7; count++) {
    const body = { processDefinitionId: 'echo', awaitCompletion: true }
    started.push((await client.createProcessInstance({ body })).processInstanceKey)
  }
  const seen: string[] = []
  let after: string | undefined
  do {
    const body = {
      filter: { processDefinitionId: 'echo' },
      sort: [{ field: 'startDate', order: 'desc' }] as const,
      page: { limit: 3, ...(after === undefined ? {} : { after }) },
    }
    const { items, page } = await client.searchProcessInstances({ body: { ...body, sort: [...body.sort] } })
    seen.push(...items.map(({ processInstanceKey }) => processInstanceKey))
    after = items.length === 3 ? page.endCursor : undefined
  } while (after !== undefined)
  expect(seen).toEqual(started.toReversed())
})

test('the clock is moved by hand', async () => {
  await client.pinClock({ body: { timestamp: Date.parse('2040-01-01T00:00:00Z') } })
  const body = { processDefinitionId: 'echo', awaitCompletion: true }
  const { processInstanceKey } = await client.createProcessInstance({ body })
  const instance = await client.getProcessInstance({ params: { processInstanceKey } })
  expect(instance.startDate).toBe('2040-01-01T00:00:00.000Z')
  await client.resetClock()
})
