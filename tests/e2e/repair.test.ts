import { readFile } from 'node:fs/promises'
import { type Client, createClient } from '@braid/contract/client.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../support/server.ts'
import { chromiumMissing, fileUrl, launch, openPage, tokensAt } from './browser.ts'

const jobRequest = { type: 'book-leave', worker: 'browser test', timeout: 60_000, maxJobsToActivate: 1 }

describe.skipIf(chromiumMissing)('repairing and stopping runs', () => {
  let server: TestServer
  let browser: Browser
  let page: Page
  let client: Client

  beforeAll(async () => {
    server = await createTestServer()
    client = createClient({ baseUrl: `${server.url}/api/v1`, apiKey: server.apiKey })
    const names = ['leave-request.bpmn', 'approve-leave.form']
    const resources = names.map(async (name) => ({ name, content: await readFile(fileUrl(name), 'utf8') }))
    await client.createDeployment({ body: { resources: await Promise.all(resources) } })
    browser = await launch()
    page = (await openPage(browser)).page
    await page.goto(await server.createAdminLink())
    await page.getByRole('heading', { name: 'Home' }).waitFor()
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  async function startAtBooking(variables: JsonObject): Promise<string> {
    const started = await client.createProcessInstance({
      body: { processDefinitionId: 'leave-request', variables },
    })
    const { processInstanceKey } = started
    const { items } = await client.searchUserTasks({ body: { filter: { processInstanceKey } } })
    for (const { userTaskKey } of items)
      await client.completeUserTask({
        params: { userTaskKey },
        body: { variables: { decision: 'grant' } },
      })
    return processInstanceKey
  }

  const takeJob = async () => {
    const [job] = (await client.activateJobs({ body: jobRequest })).jobs
    if (job === undefined) throw new Error('expected a job to take')
    return { params: { jobKey: job.jobKey }, variables: job.variables }
  }

  test('a run is suspended, and resumed', async () => {
    const key = await startAtBooking({ employee: 'Eve', days: 1 })
    await page.goto(`${server.url}/runs/${key}`)
    await tokensAt(page, 'sid-book').waitFor()
    await page.getByRole('button', { name: 'Suspend run' }).click()
    await page.getByLabel('State of the run').getByText('Suspended').waitFor()
    expect((await client.activateJobs({ body: jobRequest })).jobs).toEqual([])
    await page.getByRole('button', { name: 'Resume run' }).click()
    await page.getByLabel('State of the run').getByText('Running').waitFor()
    const { params } = await takeJob()
    await client.completeJob({ params, body: {} })
    await page.getByLabel('State of the run').getByText('Completed').waitFor()
  })

  test('a failed job shows on the diagram, its variable is corrected, and Retry carries on', async () => {
    const key = await startAtBooking({ employee: 'Ada', days: -3 })
    await page.goto(`${server.url}/runs/${key}`)
    await tokensAt(page, 'sid-book').waitFor()
    const { params } = await takeJob()
    await client.failJob({ params, body: { retries: 0, errorMessage: 'days must be positive' } })

    await page.locator('.djs-overlays[data-container-id="sid-book"] .braid-badge-incident').waitFor()
    await page.getByLabel('State of the run').getByText('Incident').waitFor()
    await page.getByRole('tab', { name: 'Variables' }).click()
    await page.getByRole('button', { name: 'Change days' }).click()
    await page.getByRole('dialog').getByRole('textbox', { name: 'Value' }).fill('3')
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })

    await page.getByRole('tab', { name: /Incidents/ }).click()
    await page.getByText('days must be positive').waitFor()
    const changes: string[] = []
    page.on('request', (request) => {
      const { pathname } = new URL(request.url())
      if (request.method() !== 'GET' && !pathname.endsWith('/search')) changes.push(pathname)
    })
    await page.getByRole('button', { name: 'Retry' }).click()
    await page.getByLabel('State of the run').getByText('Running').waitFor()
    await page.getByRole('alert').getByText('Trying again').waitFor()
    expect(changes).toEqual([expect.stringMatching(/\/incidents\/\d+\/resolution$/)])
    const again = await takeJob()
    expect(again.variables).toMatchObject({ days: 3 })
    await client.completeJob({ params: again.params, body: {} })
    await page.getByLabel('State of the run').getByText('Completed').waitFor()
  })

  test('who retries what somebody else has resolved is told that nothing is left to do', async () => {
    const key = await startAtBooking({ employee: 'Bob', days: 2 })
    const { params } = await takeJob()
    await client.failJob({ params, body: { retries: 0, errorMessage: 'closed for today' } })
    await page.goto(`${server.url}/runs/${key}`)
    await page.getByRole('tab', { name: /Incidents/ }).click()
    await page.route('**/incidents/*/resolution', async (route) => {
      const incidentKey = new URL(route.request().url()).pathname.split('/').at(-2) ?? ''
      await client.resolveIncident({ params: { incidentKey }, body: { retries: 1 } })
      await route.continue()
    })
    await page.getByRole('button', { name: 'Retry' }).click()
    const notice = page
      .getByRole('alert')
      .filter({ hasText: 'Resolved already: there is nothing left to do' })
    await notice.waitFor()
    expect(await notice.getAttribute('class')).toContain('colorInfo')
    await page.getByRole('list', { name: 'Incidents' }).getByText('Resolved').waitFor()
    await page.unroute('**/incidents/*/resolution')
    await client.completeJob({ params: (await takeJob()).params, body: {} })
    await page.getByLabel('State of the run').getByText('Completed').waitFor()
  })

  test('Home tells what failed within the hour and leads to it', async () => {
    await page.goto(server.url)
    await page.getByRole('link', { name: /Failed in the last hour/ }).waitFor()
    await page.getByRole('link', { name: 'days must be positive' }).click()
    await page.getByRole('tab', { name: 'Incidents', selected: true }).waitFor()
    await page.getByRole('list', { name: 'Incidents' }).getByText('Resolved').waitFor()
  })

  test('a run is cancelled after a question, and its diagram shows no token any more', async () => {
    const key = await startAtBooking({ employee: 'Grace', days: 1 })
    await page.goto(`${server.url}/runs/${key}`)
    await tokensAt(page, 'sid-book').waitFor()
    await page.getByRole('button', { name: 'Cancel run' }).click()
    await page.getByRole('dialog', { name: 'Cancel this run?' }).waitFor()
    await page.getByRole('button', { name: 'Cancel the run' }).click()
    await page.getByLabel('State of the run').getByText('Terminated').waitFor()
    await tokensAt(page, 'sid-book').waitFor({ state: 'detached' })
    expect(await page.getByRole('button', { name: 'Cancel run' }).count()).toBe(0)
  })
})
