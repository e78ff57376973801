/** What process owners bring along: files that are drawn in part, not drawn, not for running, with many starts. */
import { type Client, createClient } from '@braid/contract/client.ts'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../support/server.ts'
import { chromiumMissing, dropFiles, launch, openPage } from './browser.ts'

const phone = { width: 390, height: 844 }

describe.skipIf(chromiumMissing)('models of other modelers', () => {
  let server: TestServer
  let client: Client
  let browser: Browser
  let page: Page
  let signedIn: BrowserContextOptions

  beforeAll(async () => {
    server = await createTestServer()
    client = createClient({ baseUrl: `${server.url}/api/v1`, apiKey: server.apiKey })
    browser = await launch()
    page = (await openPage(browser)).page
    await page.goto(await server.createAdminLink())
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    signedIn = { storageState: await page.context().storageState() }
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  const outline = (at: Page) => at.getByRole('navigation', { name: 'Elements of the diagram' })

  test('a refusal says what to do, and sets apart what is only noteworthy', async () => {
    await dropFiles(page, ['not-executable.bpmn'])
    const refusal = page.getByRole('alert').filter({ hasText: 'nothing was stored' })
    const [errors, warnings] = [refusal.getByRole('list').first(), refusal.getByRole('list').nth(1)]
    await errors.getByText('mark the one to run as executable in the modeler').waitFor()
    expect(await errors.getByRole('listitem').count()).toBe(1)
    await refusal.getByText('Also noticed').waitFor()
    expect(await warnings.textContent()).toContain('process "Purchase" is not executable')
  })

  test('what was deployed is named as its owner named it', async () => {
    await dropFiles(page, ['goods-in.bpmn'])
    const done = page.getByRole('alert').filter({ hasText: 'Deployed' })
    await done.getByRole('link', { name: 'Goods in' }).click()
    await page.getByRole('heading', { name: 'Goods in' }).waitFor()
  })

  test('a drawing with gaps says so and opens the list of elements', async () => {
    await page.getByText('does not draw all elements').waitFor()
    await outline(page).getByRole('button', { name: 'Check the goods' }).waitFor()
    expect((await outline(page).boundingBox())?.width).toBeGreaterThan(200)
  })

  test('a process with several start events starts at the chosen one', async () => {
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('combobox', { name: 'Start event' }).click()
    expect(await page.getByRole('option').allInnerTexts()).toEqual([
      'Truck came',
      'Parcel came',
      'Announced · message, now by hand',
    ])
    await page.getByRole('option', { name: 'Parcel came' }).click()
    await dialog.getByRole('button', { name: 'Start' }).click()
    await page.waitForURL(/\/runs\/\d+/)
    const processInstanceKey = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    const { items } = await client.searchElementInstances({ body: { filter: { processInstanceKey } } })
    expect(items.map(({ elementId }) => elementId)).toEqual(['_goods', '_parcel', '_check'])
  })

  test('a file without drawing fits a phone, with the elements of its one process', async () => {
    await page.goto(`${server.url}/processes`)
    await page.getByRole('heading', { name: 'Processes' }).waitFor()
    await dropFiles(page, ['two-undrawn.bpmn'])
    await page.getByRole('alert').getByRole('link', { name: 'Pack' }).waitFor()
    const opened = await openPage(browser, { ...signedIn, viewport: phone })
    await opened.page.goto(`${server.url}/processes/pack`)
    const notice = opened.page.getByRole('alert').filter({ hasText: 'carries no drawing' })
    await notice.waitFor()
    const place = await notice.boundingBox()
    expect((place?.x ?? phone.width) + (place?.width ?? 0)).toBeLessThanOrEqual(phone.width)
    expect(await outline(opened.page).getByRole('button').allInnerTexts()).toEqual(['Wrap it\nuser task'])
    await opened.page.context().close()
  })

  test('a long failure stays in its column of the home page', async () => {
    await client.createProcessInstance({ body: { processDefinitionId: 'send', variables: {} } })
    const body = { type: 'post', worker: 'browser test', timeout: 60_000, maxJobsToActivate: 1 }
    const [job] = (await client.activateJobs({ body })).jobs
    const errorMessage = 'the post office did not answer '.repeat(20)
    await client.failJob({ params: { jobKey: job?.jobKey ?? '' }, body: { retries: 0, errorMessage } })
    await page.goto(server.url)
    const failures = page.getByRole('region', { name: 'Failed in the last hour' })
    const [left, right] = await Promise.all([
      failures.boundingBox(),
      page.getByText('Deploy a process').boundingBox(),
    ])
    expect((left?.x ?? 0) + (left?.width ?? 0)).toBeLessThan(right?.x ?? 0)
  })
})
