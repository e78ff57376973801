/** What a deployment makes of start events, on a whole node. */
import { readFile } from 'node:fs/promises'
import { ApiError, type Client, createClient } from '@braid/contract/client.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let client: Client
beforeAll(async () => {
  server = await createTestServer()
  client = createClient({ baseUrl: `${server.url}/api/v1`, apiKey: server.apiKey })
})
afterAll(() => server?.stop())

const fixture = async (name: string) => ({
  name,
  content: await readFile(new URL(`./fixtures/${name}`, import.meta.url), 'utf8'),
})

async function deployProcess(...names: readonly string[]): Promise<string> {
  const resources = await Promise.all(names.map(fixture))
  const { deployments } = await client.createDeployment({ body: { resources } })
  return deployments.flatMap((item) => ('processDefinition' in item ? [item.processDefinition] : []))[0]!
    .processDefinitionKey
}

describe('a start form', () => {
  test('is found by the process that names it, in its latest version', async () => {
    const processDefinitionKey = await deployProcess('trip.bpmn')
    const params = { processDefinitionKey }
    expect(await client.getProcessDefinition({ params })).toMatchObject({ hasStartForm: true })
    expect(await client.getStartForm({ params })).toBeUndefined()
    await client.createDeployment({ body: { resources: [await fixture('trip-request.form')] } })
    const form = await client.getStartForm({ params })
    expect(form).toMatchObject({ formId: 'trip-request', version: 1 })
    expect(form?.schema.components).toHaveLength(2)
  })

  test('is absent where the process names none', async () => {
    const params = { processDefinitionKey: await deployProcess('echo.bpmn') }
    expect(await client.getProcessDefinition({ params })).toMatchObject({ hasStartForm: false })
    expect(await client.getStartForm({ params })).toBeUndefined()
    const unknown = client.getStartForm({ params: { processDefinitionKey: '999999' } })
    await expect(unknown).rejects.toThrow(ApiError)
  })
})

describe('a DAG', () => {
  const yaml = `id: nightly
title: Every night
nodes:
  - id: fetch
    task: shop/fetch
    input: { url: '= input.url' }
  - id: store
    task: shop/store
    input: { rows: '= fetch.rows' }
    timeout: PT5M
output: '= store'
`
  const deployDag = (content: string, name = 'nightly.dag.yaml') =>
    client.createDeployment({ body: { resources: [{ name, content }] } })

  test('is deployed in versions, beside processes and apart from their lists', async () => {
    const first = await deployDag(yaml)
    expect(first.deployments).toEqual([
      {
        dag: {
          dagId: 'nightly',
          title: 'Every night',
          version: 1,
          dagKey: expect.any(String),
          resourceName: 'nightly.dag.yaml',
        },
      },
    ])
    expect((await deployDag(yaml)).deployments).toEqual(first.deployments)
    const second = await deployDag(yaml.replace('PT5M', 'PT6M'))
    expect(second.deployments).toMatchObject([{ dag: { version: 2 } }])
    const [dagKey] = first.deployments.flatMap((item) => ('dag' in item ? [item.dag.dagKey] : []))
    const params = { processDefinitionKey: dagKey ?? '' }
    await expect(client.getProcessDefinition({ params })).rejects.toThrow(ApiError)
    await expect(client.getProcessDefinitionXml({ params })).rejects.toThrow(ApiError)
    await expect(client.createProcessInstance({ body: params })).rejects.toThrow(ApiError)
    const found = await client.searchProcessDefinitions({
      body: { filter: { processDefinitionId: 'nightly' } },
    })
    expect(found.items).toEqual([])
  })

  test('that is wrong is refused with the place of each fault', async () => {
    const wrong = yaml.replace('= fetch.rows', '= fetched.rows').replace('PT5M', '5 minutes')
    const refused = await deployDag(wrong).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ApiError)
    const { findings = [] } = (refused as ApiError).problem
    // Nobody has the tasks of these tests.
    expect(findings.flatMap(({ severity, code }) => (severity === 'warning' ? [code] : []))).toEqual([
      'UNKNOWN_TASK',
      'UNKNOWN_TASK',
    ])
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([
      expect.objectContaining({
        code: 'UNKNOWN_NODE',
        resourceName: 'nightly.dag.yaml',
        elementId: 'store',
        line: 9,
        column: 14,
        message: expect.stringContaining("got 'fetched'"),
      }),
      expect.objectContaining({ code: 'INVALID_VALUE', elementId: 'store', line: 10, column: 5 }),
    ])
  })

  test('is JSON, too, of any size that is allowed', async () => {
    const nodes = Array.from({ length: 500 }, (_, index) => ({
      id: `n${index}`,
      kind: 'task',
      task: 'shop/step',
      after: index === 0 ? [] : [`n${index - 1}`],
      input: { text: 'x'.repeat(100) },
    }))
    const content = JSON.stringify({ id: 'long', nodes })
    expect((await deployDag(content, 'long.dag.json')).deployments).toMatchObject([
      { dag: { dagId: 'long', title: 'long', version: 1 } },
    ])
  })
})

/** A process whose only start event waits for what is given. */
const startingBy = (definition: string, roots = ''): string => `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="http://braid.example/s">
  <bpmn:process id="waiting" isExecutable="true"><bpmn:startEvent id="begin">${definition}</bpmn:startEvent></bpmn:process>
  ${roots}
</bpmn:definitions>`
const timer = (kind: string, text: string): string =>
  `<bpmn:timerEventDefinition><bpmn:${kind}>${text}</bpmn:${kind}></bpmn:timerEventDefinition>`

describe('a start event', () => {
  test.each([
    [
      'a message that a variable names',
      startingBy(
        '<bpmn:messageEventDefinition messageRef="m" />',
        '<bpmn:message id="m" name="=orderName" />',
      ),
    ],
    [
      'a signal that a variable names',
      startingBy('<bpmn:signalEventDefinition signalRef="s" />', '<bpmn:signal id="s" name="=signalName" />'),
    ],
    ['a time that a variable gives', startingBy(timer('timeDate', '=due'))],
    ['a time that is none', startingBy(timer('timeCycle', '="every now and then"'))],
    ['an expression that fails', startingBy(timer('timeDuration', '=1/0'))],
  ])('with %s is refused, with its id, and nothing is stored', async (_, content) => {
    const resources = [await fixture('order.bpmn'), { name: 'waiting.bpmn', content }]
    const refused = await client.createDeployment({ body: { resources } }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ApiError)
    expect((refused as ApiError).problem).toMatchObject({
      status: 422,
      code: 'INVALID_DEFINITION',
      findings: [
        { severity: 'error', code: 'UNKNOWN_START', resourceName: 'waiting.bpmn', elementId: 'begin' },
      ],
    })
    const { items } = await client.searchProcessDefinitions({
      body: { filter: { processDefinitionId: { $in: ['order', 'waiting'] } } },
    })
    expect(items).toEqual([])
  })

  test('with an expression that needs no variable is deployed', async () => {
    const content = startingBy(timer('timeDate', '=now() + duration("PT1H")'))
    const answer = await client.createDeployment({ body: { resources: [{ name: 'waiting.bpmn', content }] } })
    expect(answer.deployments).toHaveLength(1)
  })
})
