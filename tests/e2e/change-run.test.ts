/** Moving tokens by hand and letting a run go on in another version. */
import { readFile } from 'node:fs/promises'
import { type Client, createClient } from '@braid/contract/client.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../support/server.ts'
import { chromiumMissing, fileUrl, launch, openPage, tokensAt } from './browser.ts'

describe.skipIf(chromiumMissing)('changing a run', () => {
  let server: TestServer
  let browser: Browser
  let page: Page
  let client: Client

  beforeAll(async () => {
    server = await createTestServer()
    client = createClient({ baseUrl: `${server.url}/api/v1`, apiKey: server.apiKey })
    browser = await launch()
    page = (await openPage(browser)).page
    await page.goto(await server.createAdminLink())
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    await deploy((content) => content)
    const { processInstanceKey } = await client.createProcessInstance({
      body: { processDefinitionId: 'book-trip', variables: { hotels: ['one', 'two'] } },
    })
    await page.goto(`${server.url}/runs/${processInstanceKey}`)
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  async function deploy(change: (content: string) => string): Promise<void> {
    const content = change(await readFile(fileUrl('book-trip.bpmn'), 'utf8'))
    await client.createDeployment({ body: { resources: [{ name: 'book-trip.bpmn', content }] } })
  }

  async function open(item: string) {
    await page.getByRole('button', { name: 'Change run' }).click()
    await page.getByRole('menuitem', { name: item }).click()
    return page.getByRole('dialog')
  }

  async function choose(box: string, option: string): Promise<void> {
    await page.getByRole('dialog').getByRole('combobox', { name: box }).click()
    await page.getByRole('option', { name: option }).click()
  }

  test('a refused move says why and changes nothing', async () => {
    await tokensAt(page, 'book').getByText('2', { exact: true }).waitFor()
    const dialog = await open('Move tokens…')
    await dialog.getByRole('button', { name: 'Begin' }).click()
    await choose('Element', 'Give back')
    await dialog.getByRole('button', { name: 'Apply' }).click()
    expect(await dialog.getByRole('alert').textContent()).toContain('booked-in-vain')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  })

  test('a token is moved with variables, and its diagram follows', async () => {
    const dialog = await open('Move tokens…')
    await dialog.getByRole('checkbox', { name: 'Book hotel, loop' }).check()
    await choose('To', 'Pay')
    await dialog.getByRole('textbox', { name: 'Variables' }).fill('{ "by": "hand" }')
    await dialog.getByRole('button', { name: 'Apply' }).click()
    await dialog.waitFor({ state: 'detached' })
    await tokensAt(page, 'pay').waitFor()
    await tokensAt(page, 'book').waitFor({ state: 'detached' })
    await page.getByRole('tab', { name: 'Variables' }).click()
    await page.getByText('"hand"').waitFor()
  })

  test('a migration names what is in the way, takes a mapping, and shows the new diagram', async () => {
    await deploy((content) => content.replaceAll('"pay"', '"settle"').replace('"Pay"', '"Settle"'))
    const dialog = await open('Migrate…')
    const pay = dialog.getByRole('row').filter({ hasText: 'Pay' })
    await pay.waitFor()
    await dialog.getByRole('button', { name: 'Migrate' }).click()
    await pay.getByText('it is active: expected a mapping for it').waitFor()
    await choose('Pay goes on as', 'Settle')
    await dialog.getByRole('button', { name: 'Migrate' }).click()
    await dialog.waitFor({ state: 'detached' })
    await tokensAt(page, 'settle').waitFor()
    await page.getByRole('link', { name: '2', exact: true }).waitFor()
  })

  test('ending the last token says that the run ends', async () => {
    const dialog = await open('Move tokens…')
    await dialog.getByRole('button', { name: 'End' }).click()
    await dialog.getByText('the run ends, terminated').waitFor()
    await dialog.getByRole('button', { name: 'Apply' }).click()
    await page.getByLabel('State of the run').getByText('Terminated').waitFor()
    expect(await page.getByRole('button', { name: 'Change run' }).count()).toBe(0)
  })
})
