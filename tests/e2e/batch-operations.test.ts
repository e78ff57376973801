/** Doing one thing to many runs from the list of runs. */
import { readFile } from 'node:fs/promises'
import { type Client, createClient } from '@braid/contract/client.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../support/server.ts'
import { chromiumMissing, fileUrl, launch, openPage } from './browser.ts'

describe.skipIf(chromiumMissing)('many runs at once', () => {
  let server: TestServer
  let browser: Browser
  let page: Page
  let complaints: readonly string[]
  let client: Client
  let keys: readonly string[]

  beforeAll(async () => {
    server = await createTestServer()
    client = createClient({ baseUrl: `${server.url}/api/v1`, apiKey: server.apiKey })
    await deploy((content) => content)
    keys = await Promise.all(['one', 'two', 'three', 'four'].map(start))
    browser = await launch()
    const opened = await openPage(browser)
    page = opened.page
    complaints = opened.complaints
    await page.goto(await server.createAdminLink())
    await page.getByRole('heading', { name: 'Home' }).waitFor()
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  async function deploy(change: (content: string) => string): Promise<void> {
    const content = change(await readFile(fileUrl('book-trip.bpmn'), 'utf8'))
    await client.createDeployment({ body: { resources: [{ name: 'book-trip.bpmn', content }] } })
  }

  async function start(businessId: string): Promise<string> {
    const body = { processDefinitionId: 'book-trip', businessId, variables: { hotels: ['x'] } }
    return (await client.createProcessInstance({ body })).processInstanceKey
  }

  const select = (key = '') => page.getByRole('checkbox', { name: `Select run ${key}`, exact: true }).check()
  const bar = () => page.getByRole('region', { name: 'Batch operations' })
  const outcome = () => page.getByRole('status', { name: 'State of the batch operation' })
  const stateOf = async (processInstanceKey = '') =>
    (await client.getProcessInstance({ params: { processInstanceKey } })).state

  async function begin(action: string, question: string): Promise<void> {
    await bar().getByRole('button', { name: action }).click()
    const dialog = page.getByRole('dialog', { name: question })
    await dialog.getByRole('button', { name: action }).click()
    await page.waitForURL(/batch-operations\/\d+/)
    await outcome().getByText('Completed').waitFor()
  }

  test('selected runs are suspended, and the progress is there after a reload', async () => {
    await page.goto(`${server.url}/runs`)
    await select(keys[0])
    await select(keys[1])
    await bar().getByText('2 selected').waitFor()
    await begin('Suspend', 'Suspend 2 runs?')
    await page.getByText('2 of 2 done').waitFor()
    await page.reload()
    await page.getByText('2 of 2 done').waitFor()
    expect(await Promise.all(keys.map(stateOf))).toEqual(['SUSPENDED', 'SUSPENDED', 'ACTIVE', 'ACTIVE'])
  })

  test('all that a filter finds are resumed', async () => {
    await page.goto(`${server.url}/runs?state=SUSPENDED`)
    await bar().getByText('For all 2 runs found').waitFor()
    await begin('Resume', 'Resume all 2 runs found?')
    expect(new Set(await Promise.all(keys.map(stateOf)))).toEqual(new Set(['ACTIVE']))
  })

  test('incidents of many runs are resolved', async () => {
    const { jobs } = await client.activateJobs({
      body: { type: 'book-hotel', worker: 'browser test', timeout: 60_000, maxJobsToActivate: 2 },
    })
    for (const { jobKey } of jobs)
      await client.failJob({ params: { jobKey }, body: { retries: 0, errorMessage: 'no room' } })
    await page.goto(`${server.url}/runs?incident=true`)
    await begin('Resolve incidents', 'Resolve the incidents of all 2 runs found?')
    await page.goto(`${server.url}/runs?incident=true`)
    await page.getByText('No run matches').waitFor()
  })

  test('migration needs one version; what could not be migrated says why', async () => {
    await deploy((content) => content.replaceAll('"book"', '"reserve"').replace('"Book hotel"', '"Reserve"'))
    const other = await start('of version 2')
    await page.goto(`${server.url}/runs`)
    expect(await bar().getByRole('button', { name: 'Migrate…' }).isDisabled()).toBe(true)
    await select(keys[0])
    await select(keys[1])
    await bar().getByRole('button', { name: 'Migrate…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('combobox', { name: 'Book hotel goes on as' }).click()
    await page.getByRole('option', { name: 'Cancel hotel' }).click()
    await dialog.getByRole('button', { name: 'Migrate' }).click()
    await outcome().getByText('Some failed').waitFor()
    const failed = page.getByRole('region', { name: 'What failed' }).getByRole('listitem')
    await failed.first().waitFor()
    expect(await failed.count()).toBe(2)
    expect(await failed.first().textContent()).toContain("'book'")
    await client.cancelProcessInstance({ params: { processInstanceKey: other } })
  })

  test('all of one version are migrated with a mapping', async () => {
    await page.goto(`${server.url}/runs?process=book-trip&version=1`)
    await bar().getByRole('button', { name: 'Migrate…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('combobox', { name: 'Book hotel goes on as' }).click()
    await page.getByRole('option', { name: 'Reserve' }).click()
    await dialog.getByRole('button', { name: 'Migrate' }).click()
    await outcome().getByText('Completed').waitFor()
    await page.getByText('4 of 4 done').waitFor()
  })

  test('runs are cancelled and deleted, and the list of batch operations tells it all', async () => {
    await page.goto(`${server.url}/runs?state=ACTIVE`)
    await begin('Cancel', 'Cancel all 4 runs found?')
    await page.goto(`${server.url}/runs`)
    await begin('Delete', 'Delete all 5 runs found?')
    await page.getByRole('link', { name: 'All batch operations' }).click()
    await page.getByRole('heading', { name: 'Batch operations' }).waitFor()
    await page.getByRole('link', { name: 'Delete runs' }).waitFor()
    const titles = await page.getByRole('table').getByRole('link').allInnerTexts()
    expect(titles).toEqual([
      'Delete runs',
      'Cancel runs',
      'Migrate runs',
      'Migrate runs',
      'Resolve incidents',
      'Resume runs',
      'Suspend runs',
    ])
    await page.getByRole('link', { name: 'Runs', exact: true }).last().click()
    await page.getByText('Nothing has run yet').waitFor()
  })

  test('the page never complained', () => expect(complaints).toEqual([]))
})
