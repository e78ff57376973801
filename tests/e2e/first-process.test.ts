import { createClient } from '@braid/contract/client.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../support/server.ts'
import { chromiumMissing, dropFiles, launch, type OpenedPage, openPage, tokensAt } from './browser.ts'

if (chromiumMissing) console.warn('\n*** Chromium is missing: the browser tests did NOT run. ***\n')

describe.skipIf(chromiumMissing)('from a dropped file to a completed run', () => {
  let server: TestServer
  let browser: Browser
  let opened: OpenedPage
  let page: Page

  beforeAll(async () => {
    server = await createTestServer()
    browser = await launch()
    opened = await openPage(browser)
    page = opened.page
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  test('the printed link signs in and does not leave its token in the address', async () => {
    await page.goto(await server.createAdminLink())
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    expect(page.url()).toBe(`${server.url}/`)
  })

  test('a file that cannot run is refused with the place of each flaw', async () => {
    await page.getByRole('link', { name: 'Processes' }).click()
    await page.getByRole('heading', { name: 'Processes' }).waitFor()
    await dropFiles(page, ['broken.bpmn'])
    const refusal = page.getByRole('alert').filter({ hasText: 'nothing was stored' })
    await refusal.waitFor()
    const finding = await refusal.getByRole('listitem').first().textContent()
    expect(finding).toContain('broken.bpmn')
    expect(finding).toContain('line 7')
    expect(finding).toContain('lost-flow')
    expect(await page.getByRole('link', { name: 'broken-process' }).count()).toBe(0)
  })

  test('a BPMN file of another modeler is deployed by dropping it with its form', async () => {
    await dropFiles(page, ['leave-request.bpmn', 'approve-leave.form'])
    const done = page.getByRole('alert').filter({ hasText: 'Deployed' })
    await done.getByRole('link', { name: 'Leave request' }).click()
    await page.getByRole('heading', { name: 'Leave request' }).waitFor()
    await page.locator('[data-element-id="sid-approve"]').waitFor()
    expect(await page.locator('.bjs-powered-by').isVisible()).toBe(true)
  })

  test('a started run shows its token on the diagram', async () => {
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    const dialog = page.getByRole('dialog')
    const variables = dialog.getByRole('textbox', { name: 'Variables' })
    await variables.fill('{ "employee": "Ada", days: 3 }')
    await dialog.getByText('(line 1, column 22)').waitFor()
    await variables.fill('{ "employee": "Ada", "days": 3 }')
    await dialog.getByRole('textbox', { name: 'Business id' }).fill('L-1')
    await dialog.getByRole('button', { name: 'Start' }).click()
    await page.waitForURL(/\/runs\/\d+/)
    await tokensAt(page, 'sid-approve').waitFor()
    await page.locator('.braid-taken[data-element-id="sid-flow-1"]').waitFor({ state: 'attached' })
    await page.getByRole('tab', { name: 'Variables' }).click()
    await page.getByText('"Ada"').waitFor()
  })

  test('a selected element filters the panels and stays in the address', async () => {
    await page.locator('[data-element-id="sid-start"] .djs-hit').first().click({ force: true })
    await page.getByText('Only Leave wanted').waitFor()
    expect(new URL(page.url()).searchParams.get('element')).toBe('sid-start')
    await page.getByRole('tab', { name: 'Timeline' }).click()
    const rows = page.getByRole('list', { name: 'Element instances' }).getByRole('listitem')
    await rows.first().waitFor()
    expect(await rows.count()).toBe(1)
  })

  test('the run is found by a variable', async () => {
    await page.goto(`${server.url}/runs?var=employee%3DAda&state=ACTIVE`)
    await page.getByRole('link', { name: 'Leave request' }).waitFor()
    await page.goto(`${server.url}/runs?var=employee%3DGrace`)
    await page.getByText('No run matches').waitFor()
    await page.goBack()
    await page.getByRole('link', { name: 'Leave request' }).click()
    await tokensAt(page, 'sid-approve').waitFor()
  })

  test('the user task is claimed and completed by keyboard in its form, in another tab', async () => {
    const tasks = await page.context().newPage()
    await tasks.goto(`${server.url}/tasks`)
    await tasks.getByRole('link', { name: /Approve leave/ }).click()
    await tasks.getByText('Leave of Ada').waitFor()
    const form = await tasks.waitForSelector('.braid-form form')
    await tasks.keyboard.press('c')
    await tasks.getByRole('button', { name: 'Unclaim' }).waitFor()
    // Made anew it would hear no key for a while.
    expect(await form.isVisible()).toBe(true)
    await tasks.keyboard.press('Control+Enter')
    await tasks.getByText('Field is required').waitFor()
    await tasks.getByRole('radio', { name: 'Grant' }).check()
    await tasks.keyboard.press('Control+Enter')
    await tasks.getByText('Completed: Approve leave').waitFor()
    await tasks.close()
  })

  test('the open diagram follows by itself, up to the end', async () => {
    await tokensAt(page, 'sid-book').waitFor()
    await completeJob(server, 'book-leave')
    await page.getByLabel('State of the run').getByText('Completed').waitFor()
    await page.locator('.braid-completed[data-element-id="sid-booked"]').waitFor()
    expect(await page.locator('.braid-badge').count()).toBe(0)
    expect(await page.locator('.braid-taken[data-element-id="sid-flow-4"]').count()).toBe(0)
  })

  test('the page never complained', () => {
    // The refused deployment is a 422, which browsers report by themselves.
    expect(opened.complaints.filter((text) => !text.includes('422'))).toEqual([])
  })
})

/** What a worker does. */
async function completeJob({ url, apiKey }: TestServer, type: string): Promise<void> {
  const client = createClient({ baseUrl: `${url}/api/v1`, apiKey })
  const { jobs } = await client.activateJobs({
    body: { type, worker: 'browser test', timeout: 60_000, maxJobsToActivate: 1 },
  })
  for (const { jobKey } of jobs) await client.completeJob({ params: { jobKey }, body: {} })
}
