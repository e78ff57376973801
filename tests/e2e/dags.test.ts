import { createClient } from '@braid/contract/client.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../support/server.ts'
import { chromiumMissing, dropFiles, launch, type OpenedPage, openPage } from './browser.ts'
import { type ParcelWorker, startParcelWorker } from './parcel-worker.ts'

describe.skipIf(chromiumMissing)('a DAG', () => {
  let server: TestServer
  let worker: ParcelWorker
  let browser: Browser
  let opened: OpenedPage
  let page: Page

  beforeAll(async () => {
    server = await createTestServer()
    worker = startParcelWorker(server)
    browser = await launch()
    opened = await openPage(browser)
    page = opened.page
    await page.goto(await server.createAdminLink())
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    await page.getByRole('link', { name: 'DAGs' }).click()
    await page.getByText('No DAGs yet').waitFor()
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await worker?.stop()
    await server?.stop()
  })

  const node = (id: string) => page.locator(`[data-node="${id}"]`)
  const inState = (id: string, state: string) => page.locator(`[data-node="${id}"][data-state="${state}"]`)
  const tab = (name: string) => page.getByRole('tab', { name, exact: true })

  async function startRun(fill: (dialog: ReturnType<Page['getByRole']>) => Promise<void>): Promise<string> {
    await page.goto(`${server.url}/dags/parcel-report`)
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Run Parcel report' })
    await dialog.getByLabel('City').waitFor()
    await fill(dialog)
    await dialog.getByRole('button', { name: 'Start the run' }).click()
    await page.waitForURL(/\/dag-runs\/\d+/)
    return new URL(page.url()).pathname.split('/').at(-1) ?? ''
  }

  test('is listed with its next run once its file was dropped', async () => {
    await dropFiles(page, ['parcel-report.dag.yaml'])
    const row = page
      .getByRole('table', { name: 'DAGs' })
      .getByRole('row')
      .filter({ hasText: 'Parcel report' })
    await row.getByText(/^in \d+ (h|min)$/).waitFor()
    await row.getByRole('link', { name: 'Parcel report' }).click()
    await page.getByRole('heading', { name: 'Parcel report' }).waitFor()
  })

  test('is drawn, with a list of its nodes beside it and arrow keys that follow its edges', async () => {
    await node('weigh').waitFor()
    const outline = page.getByRole('navigation', { name: 'Nodes of the graph' })
    const entries = await outline.getByRole('button').allInnerTexts()
    expect(entries.map((text) => text.split('\n')[0])).toEqual([
      'List the parcels',
      'Every parcel',
      'Weigh',
      'Heavy?',
      'Order a truck',
      'Order a bicycle',
    ])
    expect(entries.find((text) => text.startsWith('Order a truck'))).toContain('after Heavy? (heavy)')
    await node('list').focus()
    await page.keyboard.press('ArrowRight')
    expect(await page.locator(':focus').getAttribute('data-node')).toBe('each')
    await page.keyboard.press('ArrowDown')
    expect(await page.locator(':focus').getAttribute('data-node')).toBe('weigh')
    await page.keyboard.press('Enter')
    await page.getByRole('complementary', { name: 'Weigh' }).getByText('e2e/weigh').waitFor()
  })

  test('is handed out as SVG, as DOT, and as PNG that the browser draws', async () => {
    for (const [name, ending] of [
      ['SVG', '.svg'],
      ['PNG', '.png'],
      ['DOT (Graphviz)', '.dot'],
    ] as const) {
      await page.getByRole('button', { name: 'Export' }).click()
      const download = page.waitForEvent('download')
      await page.getByRole('menuitem', { name }).click()
      expect((await download).suggestedFilename()).toBe(`parcel-report${ending}`)
    }
  })

  test('shows its schedules with their next times, is paused, and says what a backfill would do', async () => {
    await tab('Schedules').click()
    const schedule = page.getByRole('listitem', { name: 'nightly' })
    await schedule.getByText('cron 0 2 * * * (Europe/Rome)').waitFor()
    expect(await schedule.getByRole('listitem').count()).toBe(5)
    await schedule.getByRole('button', { name: 'Pause' }).click()
    await schedule.getByText('None while it is paused').waitFor()
    await schedule.getByRole('button', { name: 'Resume' }).click()
    await schedule.getByRole('listitem').first().waitFor()
    await schedule.getByRole('button', { name: 'Backfill' }).click()
    const dialog = page.getByRole('dialog', { name: 'Backfill nightly' })
    await dialog.getByLabel('From').fill('2026-03-01T00:00')
    await dialog.getByLabel('To').fill('2026-03-03T23:00')
    await dialog.getByRole('button', { name: 'Show the times' }).click()
    await dialog.getByText('3 runs would start').waitFor()
    expect(await dialog.getByRole('listitem').count()).toBe(3)
    await dialog.getByRole('button', { name: 'Close' }).click()
  })

  test('asks for its input in a form that tells what is wrong, field by field', async () => {
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Run Parcel report' })
    await dialog.getByRole('button', { name: 'Start the run' }).click()
    await dialog.getByText('Needed').waitFor()
    await dialog.getByLabel('City').fill('turin')
    await dialog.getByText('Expected text that matches ^[A-Z]').waitFor()
    expect(await dialog.getByLabel('Parcels').inputValue()).toBe('3')
    await dialog.getByLabel('Variant').click()
    await page.getByRole('option', { name: 'turin' }).click()
    expect(await dialog.getByLabel('City').inputValue()).toBe('Turin')
    expect(await dialog.getByLabel('Parcels').inputValue()).toBe('2')
    await dialog.getByRole('button', { name: 'Add' }).click()
    await dialog.getByRole('textbox', { name: '1', exact: true }).fill('fragile')
    await dialog.getByRole('button', { name: 'JSON' }).click()
    expect(JSON.parse(await dialog.getByLabel('Input').inputValue())).toEqual({
      city: 'Turin',
      parcels: 2,
      notes: ['fragile'],
    })
    // Past the form: what the server refuses stands in the dialog, at its field once the form is back.
    await dialog.getByLabel('Input').fill('{ "city": "Turin", "parcels": 0 }')
    await dialog.getByRole('button', { name: 'Start the run' }).click()
    await dialog.getByText('parcels: expected a number of at least 1').waitFor()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await dialog.waitFor({ state: 'detached' })
  })

  test('runs: nodes change state, what tasks say is seen, values end in the output', async () => {
    worker.hold('e2e/weigh')
    const key = await startRun(async (dialog) => {
      await dialog.getByLabel('City').fill('Oslo')
    })
    await inState('list', 'succeeded').waitFor()
    await inState('weigh', 'running').waitFor()
    await node('weigh')
      .getByText(/3 running/)
      .waitFor()
    await page.getByRole('status', { name: 'State of the run' }).getByText('Running').waitFor()
    worker.release('e2e/weigh')
    await page.getByRole('status', { name: 'State of the run' }).getByText('Succeeded').waitFor()
    await inState('bicycle', 'succeeded').waitFor()
    await inState('truck', 'skipped').waitFor()
    await tab('Data').click()
    await page.getByRole('region', { name: 'Output' }).getByText('"total": 6').waitFor()
    const client = createClient({ baseUrl: `${server.url}/api/v1`, apiKey: server.apiKey })
    const run = await client.getDagRun({ params: { dagRunKey: key } })
    expect(run).toMatchObject({ state: 'SUCCEEDED', output: { city: 'Oslo', total: 6 } })
  })

  test('shows its tasks, their attempts, input, output and logs', async () => {
    await tab('Tasks').click()
    await page.getByRole('button', { name: 'Weigh · item 2' }).click()
    const task = page.getByRole('complementary', { name: 'Task' })
    await task.getByText('1 attempt').waitFor()
    await task.getByText('parcel-worker').waitFor()
    await task.getByRole('region', { name: 'Input' }).getByText('"weight": 2').waitFor()
    await task.getByText('the scale is old').waitFor()
    await tab('Logs').click()
    const log = page.getByRole('list', { name: 'Log' })
    await log.getByText('begins e2e/list').waitFor()
    await page.getByLabel('Level').click()
    await page.getByRole('option', { name: 'Warnings and errors' }).click()
    await log.getByText('begins e2e/list').waitFor({ state: 'detached' })
    expect(await log.getByText('the scale is old').count()).toBe(5)
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download' }).click()
    expect((await download).suggestedFilename()).toMatch(/^parcel-report-\d+\.log$/)
    await tab('Timeline').click()
    await page.getByRole('list', { name: 'Tasks by time' }).getByText('Weigh · 3').waitFor()
    await tab('Events').click()
    await page.getByRole('list', { name: 'Events, newest first' }).getByText('instance-completed').waitFor()
  })

  test('stops at what failed; somebody tries again, or repeats from there with other input', async () => {
    worker.fail('e2e/carry')
    const key = await startRun(async (dialog) => {
      await dialog.getByLabel('City').fill('Bergen')
    })
    await inState('bicycle', 'incident').waitFor()
    await page
      .getByRole('list', { name: 'Tasks' })
      .getByRole('button', { name: /^Order a bicycle/ })
      .click()
    const task = page.getByRole('complementary', { name: 'Task' })
    await task.getByRole('alert').getByText('the scale broke').waitFor()
    await task.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('status', { name: 'State of the run' }).getByText('Succeeded').waitFor()
    await task.getByRole('button', { name: 'Re-run from this task' }).click()
    const dialog = page.getByRole('dialog', { name: 'Re-run Parcel report' })
    await dialog.getByLabel('Input').fill('{ "by": "ship" }')
    await dialog.getByRole('button', { name: 'Start the re-run' }).click()
    await page.waitForURL((url) => /\/dag-runs\/\d+$/.test(url.pathname) && !url.pathname.endsWith(key))
    await page.getByText(`Repeats run ${key} from Order a bicycle on`).waitFor()
    await page.getByRole('status', { name: 'State of the run' }).getByText('Succeeded').waitFor()
    await tab('Data').click()
    await page.getByRole('region', { name: 'Order a bicycle' }).getByText('by ship').waitFor()
  })

  test('is canceled after a question', async () => {
    worker.hold('e2e/list')
    await startRun(async (dialog) => {
      await dialog.getByLabel('City').fill('Lima')
    })
    await inState('list', 'running').waitFor()
    await page.getByRole('button', { name: 'Cancel run' }).click()
    await page.getByRole('button', { name: 'Cancel the run' }).click()
    await page.getByRole('status', { name: 'State of the run' }).getByText('Canceled').waitFor()
    worker.release('e2e/list')
  })

  test('with a thousand items stays usable: only rows in sight exist', async () => {
    await startRun(async (dialog) => {
      await dialog.getByLabel('City').fill('Quito')
      await dialog.getByLabel('Parcels').fill('1000')
    })
    await node('weigh')
      .getByText(/1,000 succeeded/)
      .waitFor({ timeout: 60_000 })
    const tasks = page.getByRole('list', { name: 'Tasks' })
    await tasks.getByRole('listitem').first().waitFor()
    expect(await tasks.getByRole('listitem').count()).toBeLessThan(60)
    expect(Number(await tasks.getByRole('listitem').first().getAttribute('aria-setsize'))).toBe(1_000)
  }, 90_000)

  test('has its runs in the list of all runs', async () => {
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    await page.getByRole('navigation', { name: 'Kinds of runs' }).getByRole('link', { name: 'DAGs' }).click()
    await page.getByText('Runs of DAGs, newest first').waitFor()
    await page.getByLabel('State').click()
    await page.getByRole('option', { name: 'Canceled' }).click()
    const rows = page.getByRole('table', { name: 'Runs of DAGs' }).getByRole('row')
    await expect.poll(() => rows.count()).toBe(2)
  })

  test('without a complaint of the page', () => {
    // The browser tells of the input that the server refused.
    const expected = /status of 400 .*\/dag-runs\)/
    const unexpected = opened.complaints.filter((text) => !expected.test(text))
    expect(unexpected).toEqual([])
  })
})
