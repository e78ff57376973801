/** Decisions over the API, and as business rule tasks of processes. */
import { ApiError, type Client, createClient } from '@braid/contract/client.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import { Camunda8 } from '@camunda8/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let client: Client
beforeAll(async () => {
  server = await createTestServer()
  client = createClient({ baseUrl: `${server.url}/api/v1`, apiKey: server.apiKey })
})
afterAll(() => server?.stop())

const rule = (id: string, season: string, dish: string): string =>
  `<rule id="${id}"><inputEntry id="${id}-in"><text>${season}</text></inputEntry><outputEntry id="${id}-out"><text>${dish}</text></outputEntry></rule>`

/** `dish` is a table over the season, which an expression derives from the month. */
const menu = (
  options: { readonly summer?: string; readonly tag?: string; readonly more?: string } = {},
): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="menu" name="Menu" namespace="http://braid.example/menu">
  <decision id="season" name="Season">
    <variable name="season" />
    <literalExpression><text>if month in [5..9] then "summer" else "winter"</text></literalExpression>
  </decision>
  <decision id="dish" name="Dish">
    ${options.tag === undefined ? '' : `<extensionElements><zeebe:versionTag value="${options.tag}" /></extensionElements>`}
    <variable name="dish" />
    <informationRequirement id="r1"><requiredDecision href="#season" /></informationRequirement>
    <decisionTable id="table" hitPolicy="UNIQUE">
      <input id="in" label="Season"><inputExpression typeRef="string"><text>season</text></inputExpression></input>
      <output id="out" name="dish" typeRef="string" />
      ${rule('warm', '"summer"', `"${options.summer ?? 'salad'}"`)}
      ${rule('cold', '"winter"', '"stew"')}
      ${options.more ?? ''}
    </decisionTable>
  </decision>
</definitions>`

/** A business rule task, then a job to look at. */
const dinner = (id: string, called: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="http://braid.example/d">
  <bpmn:process id="${id}" isExecutable="true">
    <bpmn:startEvent id="begin" />
    <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="choose" />
    <bpmn:businessRuleTask id="choose">
      <bpmn:extensionElements><zeebe:calledDecision ${called} resultVariable="chosen" /></bpmn:extensionElements>
    </bpmn:businessRuleTask>
    <bpmn:sequenceFlow id="f2" sourceRef="choose" targetRef="done" />
    <bpmn:endEvent id="done" />
  </bpmn:process>
</bpmn:definitions>`

const deploy = (resources: Readonly<Record<string, string>>) =>
  client.createDeployment({
    body: { resources: Object.entries(resources).map(([name, content]) => ({ name, content })) },
  })

const run = async (processDefinitionId: string, variables: JsonObject) =>
  (await client.createProcessInstance({ body: { processDefinitionId, variables, awaitCompletion: true } }))
    .variables

async function refused(request: Promise<unknown>) {
  const error = await request.catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(ApiError)
  return (error as ApiError).problem
}

const evaluate = (variables: JsonObject, choice: JsonObject = { decisionDefinitionId: 'dish' }) =>
  client.evaluateDecision({ body: { ...choice, variables } as never })

/** Polls: incidents appear when a handler has failed. */
async function incidentOf(processInstanceKey: string) {
  for (;;) {
    const filter = { processInstanceKey, state: 'ACTIVE' as const }
    const { items } = await client.searchIncidents({ body: { filter } })
    if (items[0] !== undefined) return items[0]
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('a DMN file', () => {
  test('is deployed in versions, with all its decisions, and found again', async () => {
    const first = await deploy({ 'menu.dmn': menu() })
    expect(first.deployments).toMatchObject([
      {
        decisionRequirements: {
          decisionRequirementsId: 'menu',
          decisionRequirementsName: 'Menu',
          version: 1,
        },
      },
      { decisionDefinition: { decisionDefinitionId: 'season', version: 1, decisionRequirementsId: 'menu' } },
      { decisionDefinition: { decisionDefinitionId: 'dish', name: 'Dish', version: 1 } },
    ])
    expect((await deploy({ 'menu.dmn': menu() })).deployments).toEqual(first.deployments)
    await deploy({ 'menu.dmn': menu({ summer: 'ice' }) })
    const filter = { decisionDefinitionId: 'dish' }
    const sort = [{ field: 'version' as const, order: 'desc' as const }]
    const { items } = await client.searchDecisionDefinitions({ body: { filter, sort } })
    expect(items).toMatchObject([
      { version: 2, decisionRequirementsVersion: 2 },
      { version: 1, decisionRequirementsVersion: 1, decisionRequirementsName: 'Menu' },
    ])
    const { decisionDefinitionKey, decisionRequirementsKey } = items[1]!
    const params = { decisionDefinitionKey }
    expect(await client.getDecisionDefinition({ params })).toEqual(items[1])
    expect(await client.getDecisionDefinitionXml({ params })).toBe(menu())
    const latest = { isLatestVersion: true, decisionRequirementsId: 'menu' }
    const requirements = await client.searchDecisionRequirements({ body: { filter: latest } })
    expect(requirements.items).toMatchObject([{ version: 2, resourceName: 'menu.dmn' }])
    const of = { params: { decisionRequirementsKey } }
    expect(await client.getDecisionRequirements(of)).toMatchObject({ version: 1 })
    expect(await client.getDecisionRequirementsXml(of)).toBe(menu())
    for (const key of [decisionRequirementsKey, '999999']) {
      const unknown = { params: { decisionDefinitionKey: key } }
      expect(await refused(client.getDecisionDefinition(unknown))).toMatchObject({ status: 404 })
      expect(await refused(client.getDecisionDefinitionXml(unknown))).toMatchObject({ status: 404 })
    }
  })

  test('with a mistake is refused with its place, and nothing of the deployment is stored', async () => {
    const broken = menu({ more: rule('bad', 'season +', '"x"') }).replaceAll('"menu"', '"broken"')
    const problem = await refused(
      deploy({ 'broken.dmn': broken, 'p.bpmn': dinner('not-stored', 'decisionId="x"') }),
    )
    expect(problem).toMatchObject({
      code: 'INVALID_DEFINITION',
      findings: [{ code: 'INVALID_EXPRESSION', resourceName: 'broken.dmn', severity: 'error' }],
    })
    expect(problem.findings?.[0]?.line).toBeGreaterThan(10)
    const body = { filter: { processDefinitionId: 'not-stored' } }
    expect((await client.searchProcessDefinitions({ body })).items).toEqual([])
  })

  test('is deleted with its decisions, which leaves the version before', async () => {
    const one = await deploy({ 'm.dmn': menu({ summer: 'one' }).replaceAll('id="menu"', 'id="deleted"') })
    const two = await deploy({ 'm.dmn': menu({ summer: 'two' }).replaceAll('id="menu"', 'id="deleted"') })
    const [newer, older] = [two, one].map(({ deployments: [item] }) =>
      item !== undefined && 'decisionRequirements' in item
        ? item.decisionRequirements.decisionRequirementsKey
        : '',
    )
    await client.deleteResource({ params: { resourceKey: newer! } })
    expect((await evaluate({ month: 6 })).output).toBe('"one"')
    const body = { filter: { decisionRequirementsId: 'deleted' } }
    expect((await client.searchDecisionDefinitions({ body })).items).toHaveLength(2)
    await client.deleteResource({ params: { resourceKey: older! } })
    expect((await client.searchDecisionRequirements({ body })).items).toEqual([])
    const again = client.deleteResource({ params: { resourceKey: older! } })
    expect(await refused(again)).toMatchObject({ status: 404 })
  })

  test('without an id is known by its name; a second file with the same one is refused', async () => {
    const nameless = menu().replace(' id="menu"', '').replaceAll('id="dish"', 'id="nameless"')
    const { deployments } = await deploy({ 'nameless.dmn': nameless })
    expect(deployments[0]).toMatchObject({ decisionRequirements: { decisionRequirementsId: 'Menu' } })
    const problem = await refused(deploy({ 'one.dmn': nameless, 'two.dmn': nameless }))
    expect(problem.findings).toContainEqual(
      expect.objectContaining({ code: 'REPEATED_ID', resourceName: 'two.dmn', severity: 'error' }),
    )
  })

  test('may import another one of the same deployment, in any order', async () => {
    const importing = `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="guests" name="Guests" namespace="urn:guests">
      <import name="m" namespace="http://braid.example/rates" importType="https://www.omg.org/spec/DMN/20191111/MODEL/" />
      <decision id="bill" name="Bill"><variable name="bill" />
        <informationRequirement id="i1"><requiredDecision href="http://braid.example/rates#rate" /></informationRequirement>
        <literalExpression><text>m.rate * guests</text></literalExpression>
      </decision></definitions>`
    const imported = `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="rates" name="Rates" namespace="http://braid.example/rates">
      <decision id="rate" name="rate"><variable name="rate" /><literalExpression><text>12.5</text></literalExpression></decision></definitions>`
    await deploy({ 'guests.dmn': importing, 'rates.dmn': imported })
    const { output } = await evaluate({ guests: 4 }, { decisionDefinitionId: 'bill' })
    expect(output).toBe('50')
  })
})

describe('an evaluation over the API', () => {
  test('answers with the result and how it came about, and is kept', async () => {
    await deploy({ 'menu.dmn': menu({ tag: 'spring' }) })
    const answer = await evaluate({ month: 6 })
    expect(answer).toMatchObject({
      decisionDefinitionId: 'dish',
      decisionRequirementsId: 'menu',
      output: '"salad"',
      evaluatedDecisions: [
        { decisionDefinitionId: 'season', decisionDefinitionType: 'LITERAL_EXPRESSION', output: '"summer"' },
        {
          decisionDefinitionId: 'dish',
          decisionDefinitionType: 'DECISION_TABLE',
          evaluatedInputs: [{ inputId: 'in', inputValue: '"summer"' }],
          matchedRules: [
            { ruleId: 'warm', ruleIndex: 1, evaluatedOutputs: [{ outputId: 'out', outputValue: '"salad"' }] },
          ],
        },
      ],
    })
    expect(answer).not.toHaveProperty('failureMessage')
    const { decisionEvaluationKey } = answer
    const { items } = await client.searchDecisionInstances({ body: { filter: { decisionEvaluationKey } } })
    expect(items).toMatchObject([
      { decisionDefinitionId: 'season', state: 'EVALUATED', result: '"summer"' },
      { decisionDefinitionId: 'dish', state: 'EVALUATED', result: '"salad"' },
    ])
    expect(items[0]).not.toHaveProperty('processInstanceKey')
    const params = { decisionEvaluationInstanceKey: `${decisionEvaluationKey}-2` }
    const details = await client.getDecisionInstance({ params })
    const { matchedRules, evaluatedInputs } = answer.evaluatedDecisions[1]!
    expect(details).toEqual({ ...items[1], matchedRules, evaluatedInputs })
    const beyond = { decisionEvaluationInstanceKey: `${decisionEvaluationKey}-3` }
    expect(await refused(client.getDecisionInstance({ params: beyond }))).toMatchObject({ status: 404 })
  })

  test('is of a version by its key, or by a tag', async () => {
    const tagged = await evaluate({ month: 6 }, { decisionDefinitionId: 'dish', versionTag: 'spring' })
    await deploy({ 'menu.dmn': menu({ summer: 'soup' }) })
    expect((await evaluate({ month: 6 })).output).toBe('"soup"')
    const { decisionDefinitionKey } = tagged
    expect(await evaluate({ month: 6 }, { decisionDefinitionKey })).toMatchObject({ output: '"salad"' })
    const again = await evaluate({ month: 6 }, { decisionDefinitionId: 'dish', versionTag: 'spring' })
    expect(again).toMatchObject({ decisionDefinitionKey })
    const unknown = [
      { decisionDefinitionId: 'dish', versionTag: 'x' },
      { decisionDefinitionId: 'x' },
      { decisionDefinitionKey: '9' },
    ]
    for (const choice of unknown) expect(await refused(evaluate({}, choice))).toMatchObject({ status: 404 })
    const both = { decisionDefinitionId: 'dish', decisionDefinitionKey }
    expect(await refused(evaluate({}, both))).toMatchObject({ status: 400 })
  })

  test('that fails names the decision and the reason', async () => {
    await deploy({ 'menu.dmn': menu({ more: rule('again', '"summer"', '"cake"') }) })
    const answer = await evaluate({ month: 6 })
    expect(answer).toMatchObject({ output: 'null', failedDecisionDefinitionId: 'dish' })
    expect(answer.failureMessage).toContain('warm')
    const filter = { decisionEvaluationKey: answer.decisionEvaluationKey, state: 'FAILED' as const }
    const { items } = await client.searchDecisionInstances({ body: { filter } })
    expect(items).toMatchObject([{ decisionDefinitionId: 'dish', evaluationFailure: answer.failureMessage }])
  })

  test('that needs too much is stopped', async () => {
    const endless = `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="endless" name="Endless" namespace="urn:e">
      <decision id="sum" name="Sum"><variable name="sum" /><literalExpression><text>sum(for i in 1..100000, j in 1..100000 return i)</text></literalExpression></decision></definitions>`
    await deploy({ 'endless.dmn': endless })
    const answer = await evaluate({}, { decisionDefinitionId: 'sum' })
    expect(answer).toMatchObject({ output: 'null', failedDecisionDefinitionId: 'sum' })
    const { decisionEvaluationKey } = answer
    const { items } = await client.searchDecisionInstances({ body: { filter: { decisionEvaluationKey } } })
    expect(items).toMatchObject([{ decisionDefinitionId: 'sum', state: 'FAILED' }])
  })

  test('is the same for the client of Camunda 8', async () => {
    await deploy({ 'menu.dmn': menu() })
    const rest = new Camunda8({
      ZEEBE_REST_ADDRESS: server.url,
      CAMUNDA_AUTH_STRATEGY: 'BASIC',
      CAMUNDA_BASIC_AUTH_USERNAME: 'worker',
      CAMUNDA_BASIC_AUTH_PASSWORD: server.apiKey,
      CAMUNDA_LOG_LEVEL: 'none',
    }).getCamundaRestClient()
    const answer = await rest.evaluateDecision({
      decisionDefinitionId: 'dish',
      variables: { month: 1 } as never,
    })
    expect(answer).toMatchObject({ output: '"stew"', decisionDefinitionName: 'Dish' })
    expect(answer.evaluatedDecisions[1]?.matchedRules[0]?.ruleId).toBe('cold')
    const deployed = await rest.deployResources([{ name: 'menu.dmn', content: menu() }])
    expect(deployed.decisions.map(({ decisionDefinitionId }) => decisionDefinitionId)).toEqual([
      'season',
      'dish',
    ])
    expect(deployed.decisionRequirements).toMatchObject([{ decisionRequirementsId: 'menu' }])
  })
})

describe('a business rule task', () => {
  test('sets its variable to the result, and the evaluation says where it was', async () => {
    await deploy({ 'menu.dmn': menu({ summer: 'fruit' }), 'a.bpmn': dinner('dinner', 'decisionId="dish"') })
    expect(await run('dinner', { month: 7 })).toMatchObject({ chosen: 'fruit' })
    const { items } = await client.searchDecisionInstances({
      body: { filter: { decisionDefinitionId: 'dish' }, sort: [{ field: 'evaluationDate', order: 'desc' }] },
    })
    const [newest] = items
    expect(newest).toMatchObject({ processDefinitionId: 'dinner', state: 'EVALUATED', result: '"fruit"' })
    const elementInstanceKey = newest?.elementInstanceKey ?? ''
    expect(await client.getElementInstance({ params: { elementInstanceKey } })).toMatchObject({
      elementId: 'choose',
      processInstanceKey: newest?.processInstanceKey,
    })
  })

  test('calls the version that its binding means, also one that a variable names', async () => {
    await deploy({
      'menu.dmn': menu({ summer: 'old', tag: 'fixed' }),
      'a.bpmn': dinner('with-deployment', 'decisionId="dish" bindingType="deployment"'),
      'b.bpmn': dinner('with-tag', 'decisionId="dish" bindingType="versionTag" versionTag="fixed"'),
      'c.bpmn': dinner('with-latest', 'decisionId="=wanted"'),
    })
    // The file has not changed: it stays the version of its first deployment.
    await deploy({
      'menu.dmn': menu({ summer: 'old', tag: 'fixed' }),
      'd.bpmn': dinner('with-unchanged', 'decisionId="dish" bindingType="deployment"'),
    })
    await deploy({ 'menu.dmn': menu({ summer: 'new' }) })
    const results = await Promise.all(
      ['with-deployment', 'with-tag', 'with-unchanged', 'with-latest'].map((id) =>
        run(id, { month: 7, wanted: 'dish' }),
      ),
    )
    expect(results.map(({ chosen }) => chosen)).toEqual(['old', 'old', 'old', 'new'])
  })

  test('that fails is an incident which names decision and reason, and goes on when it is resolved', async () => {
    await deploy({
      'menu.dmn': menu({ more: rule('again', '"summer"', '"cake"') }),
      'a.bpmn': dinner('failing', 'decisionId="dish"'),
    })
    const body = { processDefinitionId: 'failing', variables: { month: 7 } }
    const { processInstanceKey } = await client.createProcessInstance({ body })
    const incident = await incidentOf(processInstanceKey)
    expect(incident).toMatchObject({ errorType: 'DECISION_EVALUATION_ERROR', elementId: 'choose' })
    expect(incident.errorMessage).toMatch(/decision dish: .*warm/)
    await deploy({ 'menu.dmn': menu({ summer: 'mended' }) })
    await client.resolveIncident({ params: { incidentKey: incident.incidentKey } })
    await expect
      .poll(() => client.getProcessInstance({ params: { processInstanceKey } }), { timeout: 10_000 })
      .toMatchObject({ state: 'COMPLETED', hasIncident: false })
    const { items } = await client.searchDecisionInstances({ body: { filter: { processInstanceKey } } })
    expect(items.filter(({ decisionDefinitionId }) => decisionDefinitionId === 'dish')).toMatchObject([
      { state: 'FAILED' },
      { state: 'EVALUATED', result: '"mended"' },
    ])
  })

  test('whose decision nobody has deployed is an incident', async () => {
    await deploy({ 'a.bpmn': dinner('lonely', 'decisionId="nobody-knows"') })
    const { processInstanceKey } = await client.createProcessInstance({
      body: { processDefinitionId: 'lonely' },
    })
    const { errorMessage } = await incidentOf(processInstanceKey)
    expect(errorMessage).toBe('there is no decision nobody-knows')
  })

  test('is no work for others', async () => {
    const body = { type: 'braid:decision', timeout: 1_000, maxJobsToActivate: 1, requestTimeout: -1 }
    expect(await refused(client.activateJobs({ body }))).toMatchObject({
      status: 400,
      code: 'INVALID_REQUEST',
    })
    const stream = await fetch(`${server.url}/api/v1/jobs/stream?type=braid:decision&worker=w`, {
      headers: { authorization: `Bearer ${server.apiKey}` },
    })
    expect(stream.status).toBe(400)
    await stream.body?.cancel()
  })
})
