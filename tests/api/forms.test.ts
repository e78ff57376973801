/** What the server makes of values that were sent for a form. */
import { ApiError, type Client, createClient } from '@braid/contract/client.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let client: Client
beforeAll(async () => {
  server = await createTestServer()
  client = createClient({ baseUrl: `${server.url}/api/v1`, apiKey: server.apiKey })
})
afterAll(() => server?.stop())

const formOf = (id: string, components: readonly JsonObject[], more: JsonObject = {}): string =>
  JSON.stringify({ id, type: 'default', ...more, components })

/** Start event, user task, end event; each of the first two with a form, or none. */
const processOf = (id: string, forms: { readonly start?: string; readonly task?: string }): string => {
  const extension = (form?: string) =>
    form === undefined
      ? ''
      : `<bpmn:extensionElements><zeebe:formDefinition ${form} /></bpmn:extensionElements>`
  return `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="http://braid.example/f">
  <bpmn:process id="${id}" isExecutable="true">
    <bpmn:startEvent id="begin">${extension(forms.start)}</bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="check" />
    <bpmn:userTask id="check"><bpmn:extensionElements><zeebe:userTask />${
      forms.task === undefined ? '' : `<zeebe:formDefinition ${forms.task} />`
    }</bpmn:extensionElements></bpmn:userTask>
    <bpmn:sequenceFlow id="f2" sourceRef="check" targetRef="done" />
    <bpmn:endEvent id="done" />
  </bpmn:process>
</bpmn:definitions>`
}

const deploy = (resources: Readonly<Record<string, string>>) =>
  client.createDeployment({
    body: { resources: Object.entries(resources).map(([name, content]) => ({ name, content })) },
  })

/** The fields that a request was refused for, with what is wrong. */
async function refusal(request: Promise<unknown>): Promise<unknown> {
  const refused = await request.catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(ApiError)
  const { problem } = refused as ApiError
  expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST' })
  return Object.fromEntries((problem.errors ?? []).map(({ path, message }) => [path, message]))
}

const start = (processDefinitionId: string, variables: JsonObject) =>
  client.createProcessInstance({ body: { processDefinitionId, variables } })

async function waitingTask(processInstanceKey: string): Promise<string> {
  const { items } = await client.searchUserTasks({ body: { filter: { processInstanceKey } } })
  return items[0]!.userTaskKey
}

async function variablesOf(processInstanceKey: string): Promise<JsonObject> {
  const { items } = await client.searchVariables({ body: { filter: { processInstanceKey } } })
  return Object.fromEntries(items.map(({ name, value }) => [name, JSON.parse(value)]))
}

describe('a start form', () => {
  beforeAll(() =>
    deploy({
      'loan.bpmn': processOf('loan', { start: 'formId="loan-request"' }),
      'loan-request.form': formOf('loan-request', [
        { type: 'textfield', key: 'name', validate: { required: true, pattern: '^\\w+$' } },
        { type: 'number', key: 'amount', validate: { min: 100, max: 5000 } },
        { type: 'select', key: 'term', values: ['short', 'long'], defaultValue: 'short' },
        { type: 'checkbox', key: 'insured' },
        { type: 'number', key: 'premium', conditional: { hide: '=insured = false' } },
      ]),
    }),
  )

  test('gives the variables of the process their types, and names each that does not fit', async () => {
    const variables = { amount: 99, term: 'forever', insured: 'yes' }
    expect(await refusal(start('loan', variables))).toEqual({
      'body.variables.name': 'Field is required.',
      'body.variables.amount': 'Field must have minimum value of 100.',
      'body.variables.term': 'Value is not one of the options.',
      'body.variables.insured': 'expected true or false, got a text',
    })
  })

  test('adds defaults and leaves out what is hidden', async () => {
    const variables = { name: 'Ada', amount: 100, insured: false, premium: 7, note: 'x' }
    const { processInstanceKey } = await start('loan', variables)
    expect(await variablesOf(processInstanceKey)).toEqual({
      name: 'Ada',
      amount: 100,
      term: 'short',
      insured: false,
      note: 'x',
    })
  })
})

describe('the form of a user task', () => {
  beforeAll(() =>
    deploy({
      'review.bpmn': processOf('review', { task: 'formId="review"' }),
      'review.form': formOf('review', [
        { type: 'number', key: 'total', readonly: true },
        { type: 'textfield', key: 'owner', disabled: true },
        { type: 'radio', key: 'reviewer', valuesKey: 'reviewers', validate: { required: true } },
        {
          type: 'dynamiclist',
          path: 'remarks',
          components: [{ type: 'textarea', key: 'text', validate: { required: true, maxLength: 5 } }],
        },
      ]),
    }),
  )

  test('is checked with what the process knows; the task stays open until it is valid', async () => {
    const known = { total: 5, owner: 'Ada', reviewers: ['Grace', { label: 'Edsger', value: 'ed' }] }
    const { processInstanceKey } = await start('review', known)
    const params = { userTaskKey: await waitingTask(processInstanceKey) }
    const complete = (variables: JsonObject) => client.completeUserTask({ params, body: { variables } })
    expect(
      await refusal(complete({ reviewer: 'Ada', remarks: [{ text: 'good' }, { text: 'too long' }] })),
    ).toEqual({
      'body.variables.reviewer': 'Value is not one of the options.',
      'body.variables.remarks[1].text': 'Field must have maximum length of 5.',
    })
    expect(await client.getUserTask({ params })).toMatchObject({ state: 'CREATED' })
    await complete({ reviewer: 'ed', remarks: [], total: 1_000, owner: 'Eve' })
    const { reviewers, ...variables } = await variablesOf(processInstanceKey)
    expect(reviewers).toHaveLength(2)
    expect(variables).toEqual({ total: 5, owner: 'Ada', reviewer: 'ed', remarks: [] })
  })
})

describe('a binding', () => {
  test('says which version of a form is used, at the start and in a task', async () => {
    const limit = (max: number, versionTag: string) =>
      formOf('limit', [{ type: 'number', key: 'n', validate: { max } }], { versionTag })
    await deploy({ 'limit.form': limit(1, 'low') })
    const deployment = 'formId="limit" bindingType="deployment"'
    await deploy({
      'limit.form': limit(2, 'middle'),
      'with.bpmn': processOf('with-deployment', { start: deployment, task: deployment }),
    })
    const tag = 'formId="limit" bindingType="versionTag" versionTag="low"'
    await deploy({ 'tag.bpmn': processOf('with-tag', { start: tag, task: tag }) })
    await deploy({
      'latest.bpmn': processOf('with-latest', { start: 'formId="limit"', task: 'formId="limit"' }),
      'limit.form': limit(3, 'high'),
    })
    for (const [id, max] of [
      ['with-deployment', 2],
      ['with-tag', 1],
      ['with-latest', 3],
    ] as const) {
      const message = `Field must have maximum value of ${max}.`
      expect(await refusal(start(id, { n: max + 1 }))).toEqual({ 'body.variables.n': message })
      const { processInstanceKey } = await start(id, { n: max })
      const params = { userTaskKey: await waitingTask(processInstanceKey) }
      const complete = client.completeUserTask({ params, body: { variables: { n: max + 1 } } })
      expect(await refusal(complete)).toEqual({ 'body.variables.n': message })
    }
  })
})

describe('a form that is malformed', () => {
  test.each([
    ['FORM_MALFORMED', '{\n  "id": "x",\n  "components": [}\n', 3],
    ['FORM_MALFORMED', '{\n  "id": "x",\n  "id": "y"\n}', 3],
    ['FORM_WITHOUT_ID', '{ "components": [] }', undefined],
    [
      'FORM_EXPRESSION_INVALID',
      '{ "id": "x", "components": [\n{ "type": "number", "key": "n", "conditional": { "hide": "=(" } } ] }',
      2,
    ],
    [
      'FORM_PATTERN_UNSUPPORTED',
      '{ "id": "x", "components": [\n\n{ "type": "textfield", "key": "n", "validate": { "pattern": "(?=x)" } } ] }',
      3,
    ],
  ])('is refused with %s and its place', async (code, content, line) => {
    const refused = await deploy({ 'x.form': content }).catch((error: unknown) => error)
    expect((refused as ApiError).problem).toMatchObject({
      code: 'INVALID_DEFINITION',
      findings: [{ code, resourceName: 'x.form', ...(line !== undefined && { line }) }],
    })
  })
})
