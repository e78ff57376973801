/** A saved script runs by the clock, and from other programs (S8). */
import { execFileSync } from 'node:child_process'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createExecutions, type Executions } from '../support/executions.ts'
import { createTestServer, type TestServer, withScripts } from '../support/server.ts'
import { chromiumMissing, launch, type OpenedPage, openPage } from './browser.ts'

describe.skipIf(chromiumMissing)('a saved script', () => {
  let server: TestServer
  let executions: Executions
  let browser: Browser
  let opened: OpenedPage
  let page: Page

  beforeAll(async () => {
    server = await createTestServer(withScripts())
    executions = createExecutions(server)
    await executions.ready()
    browser = await launch()
    opened = await openPage(browser)
    page = opened.page
    await page.goto(await server.createAdminLink())
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    await page.getByRole('link', { name: 'New script' }).click()
    await page.getByRole('combobox', { name: 'Language' }).click()
    await page.getByRole('option', { name: 'Bash' }).click()
    await page.getByRole('textbox', { name: 'Source of the script' }).fill('cat "$BRAID_INPUT"\n')
    await button('Save…').click()
    const dialog = page.getByRole('dialog', { name: 'Save the script' })
    await dialog.getByLabel('Name').fill('Sweeper')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.waitForURL(/\/scripts\/\d+/)
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const tab = (name: string) => page.getByRole('tab', { name, exact: true })
  const output = () => page.getByRole('list', { name: 'Output' })
  const schedule = (name: string) => page.getByRole('listitem', { name, exact: true })

  /** Fills in the dialog that is open, for every second. */
  async function fillIn(name: string, input: string): Promise<void> {
    const dialog = page.getByRole('dialog', { name: 'New schedule' })
    await dialog.getByLabel('Name').fill(name)
    await dialog.getByLabel('When').click()
    await page.getByRole('option', { name: 'At an interval' }).click()
    await dialog.getByLabel('Every').fill('PT1S')
    await dialog.getByLabel('Input').fill(input)
    await dialog.getByRole('button', { name: 'Create the schedule' }).click()
    await dialog.waitFor({ state: 'detached' })
  }

  test('is given a schedule on its page, and its history has the runs', async () => {
    await tab('Schedules').click()
    await page.getByText('No schedule runs it').waitFor()
    await button('New schedule').click()
    await fillIn('Often', '{ "place": "home" }')
    await schedule('Often').getByText('every 1 second').waitFor()
    expect(await schedule('Often').getByRole('listitem').count()).toBe(5)
    await tab('Runs').click()
    const runs = page.getByRole('list', { name: 'Runs, newest first' })
    await runs
      .getByRole('button', { name: /^Completed Sweeper v1/ })
      .first()
      .click()
    await output().getByText('{"place":"home"}').waitFor()
  })

  test('rests while its schedule is paused', async () => {
    await tab('Schedules').click()
    await schedule('Often').getByRole('button', { name: 'Pause' }).click()
    await schedule('Often').getByText('None while it is paused').waitFor()
    await schedule('Often').getByText('Paused', { exact: true }).waitFor()
    const { items } = (await executions.call('POST', '/schedules/search', {})).body
    expect(items).toMatchObject([{ name: 'Often', kind: 'script', paused: true, nextTimes: [] }])
  })

  test('is among the schedules of everything by its name, and is chosen there', async () => {
    await page.getByRole('link', { name: 'Schedules' }).click()
    await schedule('Often').getByRole('link', { name: 'Sweeper', exact: true }).waitFor()
    await button('New schedule').click()
    await page.getByRole('dialog', { name: 'New schedule' }).getByLabel('Starts').click()
    await page.getByRole('option', { name: 'Sweeper' }).click()
    await fillIn('Oftener', '{}')
    await page.getByRole('combobox', { name: 'Kind' }).click()
    await page.getByRole('option', { name: 'DAGs' }).click()
    await page.getByText('No schedule matches').waitFor()
    await page.getByRole('combobox', { name: 'Kind' }).click()
    await page.getByRole('option', { name: 'Scripts' }).click()
    await schedule('Oftener').getByRole('button', { name: 'Delete' }).click()
    await button('Delete the schedule').click()
    await schedule('Oftener').waitFor({ state: 'detached' })
    await schedule('Often').getByRole('link', { name: 'Sweeper', exact: true }).click()
    await page.getByRole('heading', { name: 'Sweeper' }).waitFor()
  })

  test('is run by the command that its page shows', async () => {
    await page.getByRole('button', { name: /^Input and limits/ }).click()
    await page.getByLabel('Input (JSON)').fill(`{ "note": "it's $HOME" }`)
    await tab('API').click()
    const [url = '', ...words] = await commandFor('the request')
    expect(words.slice(0, 2)).toEqual(['-X', 'POST'])
    const headers = Object.fromEntries(
      [words[3], words[5]].map((line = '') => line.split(': ') as [string, string]),
    )
    const accepted = await fetch(url, { method: 'POST', headers, body: words[7] ?? '' })
    expect(accepted.status).toBe(202)
    const { executionKey } = (await accepted.json()) as { readonly executionKey: string }
    expect((await executions.ended(executionKey)).stdout).toBe(`{"note":"it's $HOME"}`)
    const [asked = ''] = await commandFor('the question', executionKey)
    const answer = await fetch(asked, { headers })
    expect(await answer.json()).toMatchObject({ executionKey, state: 'COMPLETED' })
    await page.getByRole('tabpanel').getByRole('link', { name: 'Access keys' }).click()
    await page.getByRole('heading', { name: 'Access keys' }).waitFor()
  })

  /** The words that a shell makes of a shown command, its address first. */
  async function commandFor(label: string, executionKey = ''): Promise<readonly string[]> {
    const command = await page.getByLabel(`Command for ${label}`).textContent()
    const words = execFileSync('sh', ['-c', `curl() { printf '%s\\n' "$@"; }\n${command}`], {
      env: { BRAID_KEY: server.apiKey, EXECUTION_KEY: executionKey },
      encoding: 'utf8',
    })
      .trimEnd()
      .split('\n')
    const address = words.findIndex((word) => word.startsWith(server.url))
    return [words[address] ?? '', ...words.filter((_, index) => index !== address)]
  }

  test('takes its schedules along when it is deleted', async () => {
    await page.goBack()
    await button('More about this script').click()
    await page.getByRole('menuitem', { name: 'Delete…' }).click()
    await button('Delete the script').click()
    await page.getByText('No scripts yet').waitFor()
    await page.getByRole('link', { name: 'Schedules' }).click()
    await page.getByText('Nothing starts by the clock').waitFor()
  })

  test('without a complaint of the page', () => {
    expect(opened.complaints).toEqual([])
  })
})
