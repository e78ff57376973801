import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../support/server.ts'
import { chromiumMissing, dropFiles, launch, type OpenedPage, openPage } from './browser.ts'

describe.skipIf(chromiumMissing)('a decision', () => {
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
    await page.getByRole('heading', { name: 'Processes' }).waitFor()
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  test('is listed once its file was dropped', async () => {
    await dropFiles(page, ['discount.dmn'])
    const done = page.getByRole('alert').filter({ hasText: 'Deployed' })
    await done.getByRole('link', { name: 'Decision Discount' }).waitFor()
    await page.getByRole('table', { name: 'Decisions' }).getByRole('link', { name: 'Discount' }).click()
    await page.getByRole('heading', { name: 'Discount' }).waitFor()
  })

  test('shows its rules as a table', async () => {
    const rules = page.getByRole('table', { name: 'Rules of Discount' })
    await rules.waitFor()
    expect(await rules.getByRole('columnheader').allInnerTexts()).toEqual([
      'Rule',
      'when Loyalty',
      'then percent',
    ])
    expect((await rules.getByRole('row').allInnerTexts()).slice(1)).toEqual([
      '1\t"old friend"\t15',
      '2\t"new"\t0',
    ])
    await page.getByText('Hit policy UNIQUE').waitFor()
    await page.getByText('Not evaluated yet').waitFor()
  })

  test('shows its result and the rules that matched', async () => {
    await page.getByLabel('Variables').fill('{ "customer": { "years": 7 } }')
    await page.getByRole('button', { name: 'Evaluate' }).click()
    const rules = page.getByRole('table', { name: 'Matched rules' })
    await rules.getByText('friends').waitFor()
    expect(await rules.getByText('15').count()).toBe(1)
    expect(await page.getByText('Loyalty =').count()).toBe(1)
    const matched = page.getByRole('table', { name: 'Rules of Discount' }).getByRole('row')
    expect(await matched.filter({ hasText: 'matched' }).allInnerTexts()).toEqual([
      expect.stringContaining('"old friend"'),
    ])
  })

  test('remembers how it was decided', async () => {
    const evaluations = page.getByRole('table', { name: 'Recent evaluations' })
    await evaluations.getByText('Decided').waitFor()
    expect(await evaluations.getByRole('row').last().textContent()).toContain('15')
    await page.getByLabel('Variables').fill('{ "customer": 1 }')
    await page.getByRole('button', { name: 'Evaluate' }).click()
    await evaluations.getByRole('row').nth(2).waitFor()
  })

  test('that is one expression shows it', async () => {
    await page.goto(`${server.url}/decisions/loyalty`)
    await page.getByText('if customer.years >= 5').waitFor()
  })

  test('without a complaint of the page', () => {
    expect(opened.complaints).toEqual([])
  })
})
