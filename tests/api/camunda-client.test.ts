/** The client that users of Camunda 8 have today, against Braid: nothing but its address and key is changed. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Camunda8 } from '@camunda8/sdk'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { processXml } from '../support/process-xml.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

type RestClient = ReturnType<Camunda8['getCamundaRestClient']>

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url))

let server: TestServer
let client: RestClient
beforeAll(async () => {
  server = await createTestServer()
  const camunda = new Camunda8({
    ZEEBE_REST_ADDRESS: server.url,
    CAMUNDA_AUTH_STRATEGY: 'BASIC',
    CAMUNDA_BASIC_AUTH_USERNAME: 'worker',
    CAMUNDA_BASIC_AUTH_PASSWORD: server.apiKey,
    CAMUNDA_LOG_LEVEL: 'none',
  })
  client = camunda.getCamundaRestClient()
  await client.deployResourcesFromFiles([
    fixture('order.bpmn'),
    fixture('packing.form'),
    fixture('echo.bpmn'),
  ])
})
afterAll(async () => {
  client?.stopWorkers()
  await server?.stop()
})

const start = async (orderId: string) => {
  const { processInstanceKey } = await client.createProcessInstance({
    processDefinitionId: 'order',
    variables: { orderId, amount: 12 },
  })
  return processInstanceKey
}

const waiting = (name: string): string =>
  processXml(
    `waiting-${name}`,
    `<startEvent id="s" /><userTask id="${name}_task"><extensionElements><zeebe:userTask /></extensionElements></userTask>`,
    `s -> ${name}_task`,
  )

const stateOf = async (processInstanceKey: string) => {
  const { items } = await client.searchProcessInstances({ filter: { processInstanceKey } })
  return items[0]?.state
}

const waitFor = <T>(check: () => Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 10_000, interval: 50 })

/** Takes the job of an instance, leaving those of others alone. */
async function takeJob(processInstanceKey: string) {
  return waitFor(async () => {
    const jobs = await client.activateJobs({
      type: 'charge',
      worker: 'test',
      timeout: 500,
      maxJobsToActivate: 100,
      requestTimeout: 1_000,
    })
    const job = jobs.find((candidate) => candidate.processInstanceKey === processInstanceKey)
    if (job === undefined) throw new Error('not yet')
    return job
  })
}

describe('the REST client of Camunda 8', () => {
  test('deploys, and finds what it deployed', async () => {
    const content = await readFile(fixture('order.bpmn'), 'utf8')
    const again = await client.deployResources([{ name: 'order.bpmn', content }])
    expect(again.processes).toEqual([
      expect.objectContaining({ processDefinitionId: 'order', processDefinitionVersion: 1 }),
    ])
    const { items } = await client.searchProcessDefinitions({
      filter: { processDefinitionId: 'order' },
      page: { from: 0, limit: 10 },
    })
    const [definition] = items
    expect(definition).toMatchObject({ name: 'Order', version: 1, tenantId: '<default>' })
    const key = definition?.processDefinitionKey ?? ''
    expect(await client.getProcessDefinition(key)).toMatchObject({ processDefinitionKey: key })
    expect(await client.getProcessDefinitionXML(key)).toBe(content)
  })

  test('gets the reasons when a deployment is refused', async () => {
    const content = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "a">]><definitions>&a;</definitions>'
    await expect(client.deployResources([{ name: 'bad.bpmn', content }])).rejects.toThrow(/422/)
  })

  test('starts a process and gets its result', async () => {
    const { processInstanceKey, variables } = await client.createProcessInstanceWithResult({
      processDefinitionId: 'echo',
      variables: { text: 'Grüße 😀', count: 3, nested: { list: [1, null, true] } },
    })
    expect(processInstanceKey).toMatch(/^\d+$/)
    expect(variables).toMatchObject({ text: 'Grüße 😀', count: 3, nested: { list: [1, null, true] } })
    expect(await waitFor(() => stateOf(processInstanceKey))).toBe('COMPLETED')
  })

  test('moves a token by hand', async () => {
    const processInstanceKey = await start('moved-1')
    await client.modifyProcessInstance({
      processInstanceKey,
      activateInstructions: [{ elementId: 'pack', variableInstructions: [{ variables: { skipped: true } }] }],
    })
    const { items } = await client.searchElementInstances({ filter: { processInstanceKey, state: 'ACTIVE' } })
    expect(items.map(({ elementId }) => elementId).toSorted()).toEqual(['charge', 'order', 'pack'])
  })

  test('migrates an instance, and deletes what it has left', async () => {
    const versions = ['first', 'second'].map((name) => ({ name: `${name}.bpmn`, content: waiting(name) }))
    const [first, second] = await Promise.all(
      versions.map(async (version) => {
        const { processes } = await client.deployResources([version])
        return processes[0]?.processDefinitionKey ?? ''
      }),
    )
    const { processInstanceKey } = await client.createProcessInstance({
      processDefinitionKey: first ?? '',
      variables: {},
    })
    await client.migrateProcessInstance({
      processInstanceKey,
      targetProcessDefinitionKey: second ?? '',
      mappingInstructions: [{ sourceElementId: 'first_task', targetElementId: 'second_task' }],
    })
    const filter = { processInstanceKey, state: 'ACTIVE', type: 'USER_TASK' } as const
    const { items } = await client.searchElementInstances({ filter })
    expect(items.map(({ elementId }) => elementId)).toEqual(['second_task'])
    await client.deleteResource({ resourceKey: first ?? '' })
    await expect(
      client.createProcessInstance({ processDefinitionKey: first ?? '', variables: {} }),
    ).rejects.toThrow(/404/)
  })

  test('has a worker that does the jobs', async () => {
    const orderId = 'worker-1'
    const processInstanceKey = await start(orderId)
    const seen: unknown[] = []
    const worker = client.createJobWorker({
      type: 'charge',
      worker: 'charger',
      timeout: 10_000,
      maxJobsToActivate: 5,
      pollIntervalMs: 50,
      jobHandler: (job) => {
        const { amount } = job.variables as { amount?: unknown }
        const { currency } = job.customHeaders as { currency?: unknown }
        seen.push([job.processInstanceKey, amount, currency, job.retries])
        return job.complete({ charged: true })
      },
    })
    await waitFor(async () => expect(seen).toContainEqual([processInstanceKey, 12, 'EUR', 2]))
    await worker.stop()
    const { items } = await client.searchVariables({
      filter: { processInstanceKey, name: 'charged' },
      page: { from: 0, limit: 10 },
    })
    expect(items).toMatchObject([{ value: 'true', isTruncated: false }])
    expect(await client.getVariable({ variableKey: items[0]?.variableKey ?? '' })).toMatchObject({
      value: true,
    })
  })

  test('goes through messages and user tasks to the end', async () => {
    const orderId = 'whole-way'
    const processInstanceKey = await start(orderId)
    await (await takeJob(processInstanceKey)).complete()
    await client.publishMessage({
      name: 'paid',
      correlationKey: orderId,
      timeToLive: 10_000,
      variables: { paid: true },
    })
    const task = await waitFor(async () => {
      const { items } = await client.searchUserTasks({ filter: { processInstanceKey, state: 'CREATED' } })
      if (items[0] === undefined) throw new Error('not yet')
      return items[0]
    })
    expect(task).toMatchObject({ name: 'Pack', candidateGroups: ['warehouse'], elementId: 'pack' })
    const { userTaskKey } = task
    await client.assignUserTask({ userTaskKey, assignee: 'ann' })
    await expect(
      client.assignUserTask({ userTaskKey, assignee: 'bob', allowOverride: false }),
    ).rejects.toThrow(/409/)
    await client.unassignUserTask({ userTaskKey })
    await client.assignUserTask({ userTaskKey, assignee: 'bob', allowOverride: false })
    expect(await client.getUserTask(userTaskKey)).toMatchObject({ assignee: 'bob' })
    const visible = await client.searchUserTaskVariables({ userTaskKey, filter: { name: 'paid' } })
    expect(visible.items).toMatchObject([{ name: 'paid', value: 'true' }])
    await client.completeUserTask({ userTaskKey, variables: { packed: true } })
    await waitFor(async () => expect(await stateOf(processInstanceKey)).toBe('COMPLETED'))
    await expect(client.completeUserTask({ userTaskKey })).rejects.toThrow(/409/)
  })

  test('correlates a message at once, or hears that nobody waits', async () => {
    const orderId = 'correlated'
    const processInstanceKey = await start(orderId)
    await (await takeJob(processInstanceKey)).complete()
    const correlated = await waitFor(() =>
      client.correlateMessage({ name: 'paid', correlationKey: orderId, variables: {} }),
    )
    expect(correlated.processInstanceKey).toBe(processInstanceKey)
    await expect(
      client.correlateMessage({ name: 'paid', correlationKey: 'nobody', variables: {} }),
    ).rejects.toThrow(/404/)
  })

  test('fails jobs, sees the incident, and resolves it', async () => {
    const processInstanceKey = await start('failing')
    const job = await takeJob(processInstanceKey)
    await job.fail({ errorMessage: 'card declined', retries: 0 })
    const incident = await waitFor(async () => {
      const { items } = await client.searchIncidents({
        filter: { processInstanceKey, state: 'ACTIVE' },
        page: { from: 0, limit: 10 },
      })
      if (items[0] === undefined) throw new Error('not yet')
      return items[0]
    })
    expect(incident).toMatchObject({ errorType: 'JOB_NO_RETRIES', elementId: 'charge', jobKey: job.jobKey })
    expect(incident.errorMessage).toContain('card declined')
    await client.updateJob({ jobKey: job.jobKey, retries: 1 })
    await client.resolveIncident(incident.incidentKey)
    await (await takeJob(processInstanceKey)).complete()
    const { items } = await client.searchIncidents({
      filter: { processInstanceKey, state: 'ACTIVE' },
      page: { from: 0, limit: 10 },
    })
    expect(items).toEqual([])
  })

  test('extends the time of a job that it holds', async () => {
    const processInstanceKey = await start('slow')
    const job = await takeJob(processInstanceKey)
    await job.modifyJobTimeout({ newTimeoutMs: 60_000 })
    await job.complete()
    await expect(job.complete()).rejects.toThrow(/404/)
  })

  test('cancels, sets variables, and reads element instances', async () => {
    const processInstanceKey = await start('canceled')
    await client.updateElementInstanceVariables({
      elementInstanceKey: processInstanceKey,
      variables: { note: 'by hand' },
    })
    const { items } = await client.searchElementInstances({
      filter: { processInstanceKey },
      sort: [{ field: 'startDate', order: 'ASC' }],
      page: { from: 0, limit: 10 },
    })
    const types = items.map(({ elementId, type, state }) => [elementId, type, state])
    expect(types).toContainEqual(['ordered', 'START_EVENT', 'COMPLETED'])
    expect(types).toContainEqual(['charge', 'SERVICE_TASK', 'ACTIVE'])
    expect(await client.getElementInstance(items[0]?.elementInstanceKey ?? '')).toMatchObject({
      processInstanceKey,
    })
    await client.cancelProcessInstance({ processInstanceKey })
    expect(await stateOf(processInstanceKey)).toBe('TERMINATED')
    await expect(client.cancelProcessInstance({ processInstanceKey })).rejects.toThrow(/404/)
  })

  test('broadcasts signals, and reads topology and license', async () => {
    expect((await client.broadcastSignal({ signalName: 'all', variables: {} })).signalKey).toMatch(/^\d+$/)
    expect(await client.getTopology()).toMatchObject({ clusterSize: 1, partitionsCount: 1 })
    expect(await client.getLicenseStatus()).toMatchObject({ validLicense: true })
  })
})
