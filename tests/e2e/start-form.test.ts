import { createClient } from '@braid/contract/client.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../support/server.ts'
import { chromiumMissing, dropFiles, launch, type OpenedPage, openPage, tokensAt } from './browser.ts'

describe.skipIf(chromiumMissing)('a process with a start form', () => {
  let server: TestServer
  let browser: Browser
  let opened: OpenedPage
  let page: Page

  beforeAll(async () => {
    server = await createTestServer()
    browser = await launch()
    opened = await openPage(browser)
    page = opened.page
    await page.goto(await server.createAdminLink())
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    await page.getByRole('link', { name: 'Processes' }).click()
    // Before that, the files would be dropped on the page that is left.
    await page.getByRole('heading', { name: 'Processes' }).waitFor()
    await dropFiles(page, ['plan-trip.bpmn', 'trip-request.form'])
    const done = page.getByRole('alert').filter({ hasText: 'Deployed' })
    await done.getByRole('link', { name: 'Plan a trip' }).click()
    await page.locator('[data-element-id="wanted"]').waitFor()
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  test('asks for what it needs in the form', async () => {
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Destination').waitFor()
    expect(await dialog.getByRole('textbox', { name: 'Variables' }).count()).toBe(0)
    await dialog.getByRole('button', { name: 'Start' }).click()
    await dialog.getByText('Field is required').waitFor()
  })

  test('starts with what was entered', async () => {
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Destination').fill('Lisbon')
    await dialog.getByRole('button', { name: 'Start' }).click()
    await page.waitForURL(/\/runs\/\d+/)
    await tokensAt(page, 'book').waitFor()
    const processInstanceKey = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    const client = createClient({ baseUrl: `${server.url}/api/v1`, apiKey: server.apiKey })
    const { items } = await client.searchVariables({ body: { filter: { processInstanceKey } } })
    expect(Object.fromEntries(items.map(({ name, value }) => [name, value]))).toEqual({
      destination: '"Lisbon"',
      days: '2',
    })
  })

  test('without a complaint of the page', () => {
    expect(opened.complaints).toEqual([])
  })
})
