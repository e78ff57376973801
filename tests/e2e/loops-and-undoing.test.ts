/** What a run shows of loops, listeners and compensation. */
import { readFile } from 'node:fs/promises'
import { type Client, createClient } from '@braid/contract/client.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../support/server.ts'
import { chromiumMissing, fileUrl, launch, openPage, tokensAt } from './browser.ts'

describe.skipIf(chromiumMissing)('loops, listeners and undoing', () => {
  let server: TestServer
  let browser: Browser
  let page: Page
  let complaints: readonly string[]
  let client: Client

  beforeAll(async () => {
    server = await createTestServer()
    client = createClient({ baseUrl: `${server.url}/api/v1`, apiKey: server.apiKey })
    const content = await readFile(fileUrl('book-trip.bpmn'), 'utf8')
    await client.createDeployment({ body: { resources: [{ name: 'book-trip.bpmn', content }] } })
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

  const start = (hotels: number) =>
    client.createProcessInstance({
      body: {
        processDefinitionId: 'book-trip',
        variables: { hotels: Array.from({ length: hotels }, (_, index) => `hotel ${index + 1}`) },
      },
    })

  /** Does so many jobs of a type, as workers would. */
  async function work(type: string, count: number): Promise<void> {
    const { jobs } = await client.activateJobs({
      body: { type, worker: 'browser test', timeout: 60_000, maxJobsToActivate: count },
    })
    expect(jobs).toHaveLength(count)
    await client.answerJobs({ body: { completions: jobs.map(({ jobKey }) => ({ jobKey })) } })
  }

  const rows = () => page.getByRole('list', { name: 'Element instances' }).getByRole('listitem')
  const rowNames = async () =>
    (await rows().getByRole('button').allInnerTexts()).filter((name) => name !== 'Trip wanted')

  test('the badge counts the runs of a loop, and the timeline numbers them', async () => {
    const { processInstanceKey } = await start(3)
    await page.goto(`${server.url}/runs/${processInstanceKey}`)
    await tokensAt(page, 'book').getByText('3', { exact: true }).waitFor()
    await work('book-hotel', 1)
    await tokensAt(page, 'book').getByText('2', { exact: true }).waitFor()
    expect(await rowNames()).toEqual([
      'Book hotel, loop',
      'Book hotel, run 1',
      'Book hotel, run 2',
      'Book hotel, run 3',
    ])
  })

  test('the job of a listener says whose it is', async () => {
    await work('book-hotel', 2)
    await page.getByRole('tab', { name: 'Jobs' }).click()
    const job = page.getByRole('row').filter({ hasText: 'audit' })
    await job.getByText('Listener at the start').waitFor()
    await work('audit', 1)
    await work('pay', 1)
  })

  test('what compensates is named after what it undoes, in the timeline and among the events', async () => {
    await page.getByRole('tab', { name: 'Timeline' }).click()
    await rows().getByText('Cancel hotel, compensates Book hotel, run 3').waitFor()
    await page.getByRole('tab', { name: 'Events' }).click()
    const events = page.getByRole('list', { name: 'Events, newest first' })
    await events.getByText('Undo all · undoes all that has completed').waitFor()
    await events.getByText('Book hotel, loop · 3 runs').waitFor()
    await events.getByText('Pay · audit, listener on start').waitFor()
  })

  test('a loop of ten thousand runs stays usable', async () => {
    const { processInstanceKey } = await start(10_000)
    await page.goto(`${server.url}/runs/${processInstanceKey}`)
    await tokensAt(page, 'book').getByText('10000', { exact: true }).waitFor({ timeout: 30_000 })
    await page.getByText('… and 9,950 more runs of Book hotel').waitFor()
    await page.getByRole('button', { name: 'Show more' }).click()
    await page.getByText('… and 9,750 more runs of Book hotel').waitFor()
    await page.getByRole('tab', { name: 'Events' }).click()
    await page.getByRole('button', { name: 'Show older events' }).waitFor()
    await page.getByRole('tab', { name: 'Variables' }).click()
    await page.getByRole('button', { name: 'Change hotels' }).waitFor()
    await work('book-hotel', 1)
    await tokensAt(page, 'book').getByText('9999', { exact: true }).waitFor()
  }, 90_000)

  test('the page never complained', () => expect(complaints).toEqual([]))
})
