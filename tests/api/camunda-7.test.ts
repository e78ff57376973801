/** A model of Camunda 7, deployed and run on a whole node. */
import { readFile } from 'node:fs/promises'
import { ApiError, type Client, createClient } from '@braid/contract/client.ts'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let client: Client
let model: string
beforeAll(async () => {
  server = await createTestServer()
  client = createClient({ baseUrl: `${server.url}/api/v1`, apiKey: server.apiKey })
  model = await readFile(new URL('./fixtures/invoice-camunda-7.bpmn', import.meta.url), 'utf8')
  await deploy(model)
})
afterAll(() => server?.stop())

const deploy = (content: string) =>
  client.createDeployment({ body: { resources: [{ name: 'invoice.bpmn', content }] } })

const waitFor = <T>(check: () => Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 10_000, interval: 50 })

async function start(variables: Record<string, unknown>): Promise<string> {
  const body = { processDefinitionId: 'invoice', variables: variables as never }
  return (await client.createProcessInstance({ body })).processInstanceKey
}

async function checkInvoice(processInstanceKey: string, result: string) {
  return waitFor(async () => {
    const body = { type: 'check-invoice', timeout: 5_000, maxJobsToActivate: 50, requestTimeout: 500 }
    const { jobs } = await client.activateJobs({ body })
    const job = jobs.find((candidate) => candidate.processInstanceKey === processInstanceKey)
    if (job === undefined) throw new Error('not yet')
    await client.completeJob({ params: { jobKey: job.jobKey }, body: { variables: { result } } })
    return job
  })
}

const stateOf = (processInstanceKey: string) =>
  waitFor(async () => {
    const instance = await client.getProcessInstance({ params: { processInstanceKey } })
    if (instance.state === 'ACTIVE') throw new Error('not yet')
    return instance.state
  })

const invoice = { number: 7, supplier: { name: 'Acme', owner: 'kim' }, amount: 1500, limit: '500' }

describe('an invoice', () => {
  test('is checked by a worker, signed by its owner and booked by another process', async () => {
    const processInstanceKey = await start(invoice)
    const job = await checkInvoice(processInstanceKey, 'good')
    expect(job).toMatchObject({ retries: 5, customHeaders: { test_prop: 'test_value' } })
    expect(job.variables).toMatchObject({ title: 'Invoice 7 of Acme', parts: ['net', 3000] })
    const task = await waitFor(async () => {
      const { items } = await client.searchUserTasks({ body: { filter: { processInstanceKey } } })
      if (items[0] === undefined) throw new Error('not yet')
      return items[0]
    })
    expect(task).toMatchObject({
      elementId: 'sign',
      assignee: 'kim',
      candidateGroups: ['accounting', 'management'],
      priority: 80,
    })
    await client.completeUserTask({ params: { userTaskKey: task.userTaskKey } })
    expect(await stateOf(processInstanceKey)).toBe('COMPLETED')
    const { items } = await client.searchVariables({ body: { filter: { scopeKey: processInstanceKey } } })
    const values = Object.fromEntries(items.map(({ name, value }) => [name, value]))
    expect(values).toMatchObject({ approved: 'true', booked: '1511' })
    expect(values).not.toHaveProperty('sum')
    expect(values).not.toHaveProperty('result')
  })

  test('that is small is paid at once, also when numbers are written as texts', async () => {
    const processInstanceKey = await start({ ...invoice, amount: '400', limit: 500 })
    await checkInvoice(processInstanceKey, 'bad')
    expect(await stateOf(processInstanceKey)).toBe('COMPLETED')
  })

  test('for which no condition holds, or whose amount is unknown, is an incident', async () => {
    const refused = await start(invoice)
    const wrong = await start({ ...invoice, amount: 'much', limit: 500 })
    const { amount: _, ...without } = invoice
    const missing = await start({ ...without, limit: 500 })
    for (const processInstanceKey of [refused, wrong, missing]) {
      await checkInvoice(processInstanceKey, 'bad')
      const found = await waitFor(async () => {
        const { items } = await client.searchIncidents({ body: { filter: { processInstanceKey } } })
        if (items[0] === undefined) throw new Error('not yet')
        return items[0]
      })
      expect(found).toMatchObject({ errorType: 'CONDITION_ERROR', elementId: 'large' })
    }
  })
})

describe('its deployment', () => {
  test('warns of what is ignored or differs, with element and line', async () => {
    const { warnings } = await deploy(model)
    expect(warnings).toContainEqual(
      expect.objectContaining({
        code: 'IGNORED_EXTENSION',
        elementId: 'check',
        line: 6,
        severity: 'warning',
      }),
    )
    expect(warnings).toContainEqual(
      expect.objectContaining({ code: 'CAMUNDA_7_DIFFERENCE', elementId: 'check', severity: 'warning' }),
    )
  })

  test.each([
    [
      'camunda:type="external" camunda:topic="check-invoice"',
      'camunda:class="org.example.Check"',
      'CAMUNDA_7_EXTENSION',
      'check',
    ],
    ['amount &lt;= limit}', 'amount.compareTo(limit)}', 'UNSUPPORTED_EXPRESSION', 'no'],
    ['amount &lt;= limit}', 'amount &lt;= limit', 'INVALID_EXPRESSION', 'no'],
  ])('is refused with %s as %s', async (part, instead, code, elementId) => {
    const refused = await deploy(model.replace(part, instead)).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ApiError)
    const { findings } = (refused as ApiError).problem
    expect(findings?.find(({ severity }) => severity === 'error')).toMatchObject({ code, elementId })
  })

  test('gives the XML back as it was', async () => {
    const { deployments } = await deploy(model)
    const [deployed] = deployments.flatMap((item) =>
      'processDefinition' in item ? [item.processDefinition] : [],
    )
    const params = { processDefinitionKey: deployed?.processDefinitionKey ?? '' }
    expect(await client.getProcessDefinitionXml({ params })).toBe(model)
  })
})
