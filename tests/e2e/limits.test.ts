import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPerson, type Person, password } from '../support/person.ts'
import { type LimitedServer, startLimited } from '../support/rate-limits.ts'
import { chromiumMissing, launch, openPage } from './browser.ts'

describe.skipIf(chromiumMissing)('limits', () => {
  let server: LimitedServer
  let browser: Browser
  let page: Page
  let complaints: readonly string[]
  let grace: Person

  beforeAll(async () => {
    server = await startLimited()
    browser = await launch()
    ;({ page, complaints } = await openPage(browser))
    await page.goto(await server.createAdminLink())
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    const admin = createPerson(server)
    await admin.signInAsAdministrator()
    await admin.call('POST', '/users', { username: 'grace', password: password('grace'), role: 'operator' })
    grace = createPerson(server)
    await grace.signIn('grace', password('grace'))
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  const rowOf = (name: string) => page.getByRole('row').filter({ hasText: name })
  const usage = () => page.getByRole('list', { name: 'Usage of grace' }).getByRole('listitem')
  const ask = async (): Promise<number> => (await grace.call('GET', '/workers')).status

  test('are found in the user menu, those of the beginning included', async () => {
    await page.getByRole('button', { name: /^Account of/ }).click()
    await page.getByRole('menuitem', { name: 'Limits' }).click()
    await page.getByRole('heading', { name: 'Limits' }).waitFor()
    await page.getByText('Each node counts for itself').waitFor()
    expect(await rowOf('Run scripts').getByRole('cell').allTextContents()).toEqual([
      '',
      expect.stringContaining('Run scripts'),
      'POST /execute1 route',
      '60 at once, then 60 a minute',
      '100',
      'Edit',
    ])
    expect(await rowOf('Everything else').getByRole('switch').isChecked()).toBe(false)
    await page.getByText('The limits are the same for everybody').waitFor()
  })

  test('one is made, refused with a reason first, and acts', async () => {
    await page.getByRole('button', { name: 'New limit' }).click()
    const dialog = page.getByRole('dialog', { name: 'New limit' })
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Workers')
    await dialog.getByRole('textbox', { name: 'Path begins with' }).fill('/worker')
    await dialog.getByRole('spinbutton', { name: 'Requests' }).fill('2')
    await dialog.getByRole('spinbutton', { name: 'In seconds' }).fill('3600')
    await dialog.getByRole('button', { name: 'Create' }).click()
    await dialog.getByText('body.target.pathPrefix: expected whole segments').waitFor()
    await dialog.getByRole('textbox', { name: 'Path begins with' }).fill('/workers')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await rowOf('Workers').getByRole('cell', { name: '2 an hour', exact: true }).waitFor()
    expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429])
  })

  test('what a user has used is seen, and reset', async () => {
    await page.getByRole('combobox', { name: 'User' }).fill('gra')
    await page.getByRole('option', { name: 'grace' }).click()
    const line = usage().filter({ hasText: 'Workers' })
    await line.getByText('2 of 2').waitFor()
    expect(await line.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('100')
    expect(new URL(page.url()).search).toBe('?user=grace')
    await page.getByRole('button', { name: 'Reset grace' }).click()
    await line.getByText('0 of 2').waitFor()
    expect(await ask()).toBe(200)
    await line.getByText('1 of 2').waitFor()
    await page.getByRole('button', { name: 'Reset all users' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Reset all' }).click()
    await line.getByText('0 of 2').waitFor()
  })

  test('an override is given by keyboard alone, and removed', async () => {
    await page.getByRole('button', { name: 'New override' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'New override' })
    await dialog.getByRole('combobox', { name: 'User' }).waitFor()
    await page.keyboard.type('grace')
    await page.getByRole('option', { name: 'grace' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await dialog.getByRole('spinbutton', { name: 'Times' }).fill('1.5')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    const overrides = page.getByRole('table', { name: 'Overrides' })
    await overrides.getByText('1.5 times as many').waitFor()
    await usage().filter({ hasText: 'Workers' }).getByText('0 of 3').waitFor()
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual([200, 200, 200, 429])

    await page.getByRole('button', { name: 'Edit the override of grace' }).click()
    const edit = page.getByRole('dialog', { name: 'Override of grace' })
    await edit.getByRole('combobox', { name: 'They have' }).click()
    await page.getByRole('option', { name: 'No limit at all' }).click()
    await edit.getByRole('button', { name: 'Save' }).click()
    await usage().filter({ hasText: 'Workers' }).getByText('not limited').waitFor()
    expect(await ask()).toBe(200)
    await page.getByRole('button', { name: 'Edit the override of grace' }).click()
    await edit.getByRole('button', { name: 'Remove' }).click()
    await page.getByText('The limits are the same for everybody').waitFor()
    expect(await ask()).toBe(429)
  })

  test('a limit is switched off and on, changed, and deleted', async () => {
    const isOn = page.getByRole('switch', { name: 'The limit Workers is on' })
    await isOn.focus()
    await page.keyboard.press('Space')
    await expect.poll(ask).toBe(200)
    await page.keyboard.press('Space')
    await expect.poll(ask).toBe(429)

    await page.getByRole('button', { name: 'Edit the limit Workers' }).click()
    const dialog = page.getByRole('dialog', { name: 'Edit Workers' })
    await dialog.getByText('1 route').click()
    expect(await dialog.getByRole('list', { name: 'Routes' }).allTextContents()).toEqual(['GET /workers'])
    await dialog.getByRole('combobox', { name: 'Way of counting' }).click()
    await page.getByRole('option', { name: 'Token bucket' }).click()
    await dialog.getByRole('spinbutton', { name: 'At once' }).fill('4')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await rowOf('Workers').getByRole('cell', { name: '4 at once, then 2 an hour', exact: true }).waitFor()
    expect(await ask()).toBe(200)

    await page.getByRole('button', { name: 'Edit the limit Workers' }).click()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete the limit' }).click()
    await rowOf('Workers').waitFor({ state: 'detached' })
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual([200, 200, 200, 200])
    expect(complaints.filter((complaint) => !complaint.includes('400 (Bad Request)'))).toEqual([])
  })

  test('that can’t be read say so and are read again; others may not see them', async () => {
    const list = '**/api/v1/rate-limits'
    await page.route(list, (route) =>
      route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"detail":"broken"}' }),
    )
    await page.reload()
    await page.getByText('This could not be loaded').waitFor()
    await page.unroute(list)
    await page.getByRole('button', { name: 'Try again' }).click()
    await rowOf('Sign in').waitFor()

    const other = await openPage(browser)
    await other.page.goto(`${server.url}/sign-in?next=/limits`)
    await other.page.getByRole('textbox', { name: 'User name' }).fill('grace')
    await other.page.getByLabel(/^Password/).fill(password('grace'))
    await other.page.getByRole('button', { name: 'Sign in' }).click()
    await other.page.getByText('You may not see this').waitFor()
    await other.page.context().close()
  })
})
