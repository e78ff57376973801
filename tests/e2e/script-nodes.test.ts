/** Scripts of DAGs and processes on the pages: the graph, the log of a run, the pane of a task, the output of a process. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bpmn, end, process as processXml, start, xml } from '../scenarios/processes/bpmn-text.ts'
import { createApi, eventually } from '../support/api.ts'
import { dagApi } from '../support/dag.ts'
import { createExecutions } from '../support/executions.ts'
import { createTestServer, type TestServer, withScripts } from '../support/server.ts'
import { chromiumMissing, launch, type OpenedPage, openPage } from './browser.ts'

const file = `
id: cleaning
title: Cleaning
nodes:
  - id: clean
    title: Clean the list
    script:
      language: python
      source: |
        import braid, sys
        print("\\x1b[32mcleans", braid.input["name"] + "\\x1b[0m", flush=True)
        print("something odd", file=sys.stderr, flush=True)
        braid.result({"rows": 3})
    input: { name: = input.name }
output: = clean.rows
`

const waiting = `
id: waiting
nodes:
  - id: wait
    script: { language: bash, source: 'printf "half a "; sleep 0.5; echo line; exec sleep 60' }
`

const tidying = bpmn(
  processXml(
    'tidying',
    start('begin'),
    ...[
      ['wipe', 'Wipe', 'echo wipes'],
      ['sweep', 'Sweep', 'echo "sweeps <the floor>"; echo something odd >&2; exec sleep 60'],
    ].map(([id = '', name = '', source = '']) =>
      xml('scriptTask', { id, name, scriptFormat: 'bash' }, xml('script', {}, `<![CDATA[${source}]]>`)),
    ),
    'begin -> wipe -> sweep -> over',
    end('over'),
  ),
)

describe.skipIf(chromiumMissing)('a script node', () => {
  let server: TestServer
  let browser: Browser
  let opened: OpenedPage
  let page: Page
  let dagRunKey: unknown

  beforeAll(async () => {
    server = await createTestServer(withScripts())
    await createExecutions(server).ready()
    const api = createApi(server, '/api/v1')
    expect((await api.tryDeploy('cleaning.dag.yaml', file)).status).toBe(200)
    const { start, stateOf } = dagApi(api)
    dagRunKey = (await start('cleaning', { input: { name: '<addresses>' } })).dagRunKey
    await eventually(() => stateOf(dagRunKey), 'SUCCEEDED')
    browser = await launch()
    opened = await openPage(browser)
    page = opened.page
    await page.goto(await server.createAdminLink())
    await page.getByRole('heading', { name: 'Home' }).waitFor()
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  test('says in the graph what it is', async () => {
    await page.goto(`${server.url}/dags/cleaning`)
    const node = page.getByRole('button', { name: 'Clean the list, script' })
    await node.click()
    const pane = page.getByRole('complementary', { name: 'Clean the list' })
    expect(await pane.textContent()).toContain('KindscriptLanguagepython')
  })

  test('has what it wrote in the log of the run, whatever the level, and in its own pane', async () => {
    await page.goto(`${server.url}/dag-runs/${dagRunKey}`)
    await page.getByRole('tab', { name: 'Logs', exact: true }).click()
    const log = page.getByRole('list', { name: 'Log' })
    await log.getByText('cleans <addresses>', { exact: true }).waitFor()
    await log.getByText('stderr', { exact: true }).waitFor()
    await page.getByLabel('Level').click()
    await page.getByRole('option', { name: 'Errors', exact: true }).click()
    await log.getByText('something odd', { exact: true }).waitFor()
    await log.getByText('cleans <addresses>', { exact: true }).waitFor()
    await log.getByRole('button', { name: 'Clean the list' }).first().click()
    const pane = page.getByRole('complementary', { name: 'Task' })
    await pane.getByText('something odd', { exact: true }).waitFor()
    expect(opened.complaints).toEqual([])
  })

  test('of a process is a script task: what it writes is on the page of the run, by element', async () => {
    const api = createApi(server, '/api/v1')
    await api.deploy('tidying.bpmn', tidying)
    const key = await api.start('tidying')
    await page.goto(`${server.url}/runs/${key}`)
    await page.getByRole('tab', { name: 'Output', exact: true }).click()
    const output = page.getByRole('list', { name: 'Output' })
    // While it goes on.
    await output.getByText('sweeps <the floor>', { exact: true }).waitFor()
    await output.getByText('something odd', { exact: true }).waitFor()
    await output.getByText('wipes', { exact: true }).waitFor()
    expect((await api.post(`/process-instances/${key}/cancellation`)).status).toBe(204)
    await eventually(() => api.stateOf(key), 'TERMINATED')
    await output.getByRole('button', { name: 'Wipe' }).first().click()
    await page.getByText('Only Wipe').waitFor()
    await output.getByText('sweeps <the floor>', { exact: true }).waitFor({ state: 'detached' })
    await output.getByText('wipes', { exact: true }).waitFor()
    expect(opened.complaints).toEqual([])
  })

  test('is watched while it writes, and ends when its run is canceled', async () => {
    const api = createApi(server, '/api/v1')
    expect((await api.tryDeploy('waiting.dag.yaml', waiting)).status).toBe(200)
    const { dagRunKey: key } = await dagApi(api).start('waiting')
    await page.goto(`${server.url}/dag-runs/${key}`)
    await page.getByRole('tab', { name: 'Logs', exact: true }).click()
    // One line, although it came in two pieces.
    const line = page.getByRole('list', { name: 'Log' }).getByText('half a line', { exact: true })
    await line.waitFor()
    const state = page.getByRole('status', { name: 'State of the run' })
    expect(await state.textContent()).toContain('Running')
    expect(await dagApi(api).cancel(key)).toBe(204)
    await state.getByText('Canceled').waitFor()
    await line.waitFor()
  })
})
