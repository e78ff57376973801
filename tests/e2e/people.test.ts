import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../support/server.ts'
import { chromiumMissing, launch, openPage } from './browser.ts'

describe.skipIf(chromiumMissing)('people', () => {
  let server: TestServer
  let browser: Browser
  let admin: Page
  const complaints: (readonly string[])[] = []

  beforeAll(async () => {
    server = await createTestServer({ registration: 'open' })
    browser = await launch()
    admin = await open()
    await admin.goto(await server.createAdminLink())
    await admin.getByRole('heading', { name: 'Home' }).waitFor()
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  async function open(): Promise<Page> {
    const opened = await openPage(browser)
    complaints.push(opened.complaints)
    return opened.page
  }

  async function signIn(page: Page, username: string, password: string): Promise<void> {
    await page.getByRole('textbox', { name: 'User name' }).fill(username)
    await page.getByLabel(/^Password/).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }

  const choose = (page: Page, place: string) => async () => {
    await page.getByRole('button', { name: /^Account of/ }).click()
    await page.getByRole('menuitem', { name: place }).click()
  }

  let password = ''

  test('an administrator gives somebody an account', async () => {
    await choose(admin, 'Users')()
    await admin.getByRole('heading', { name: 'Users' }).waitFor()
    await admin.getByRole('button', { name: 'New user' }).click()
    const dialog = admin.getByRole('dialog', { name: 'New user' })
    await dialog.getByRole('textbox', { name: 'User name' }).fill('Admin')
    await dialog.getByRole('button', { name: 'Suggest' }).click()
    await dialog.getByRole('button', { name: 'Create' }).click()
    await dialog.getByText('somebody has this user name already').waitFor()
    await dialog.getByRole('textbox', { name: 'User name' }).fill('grace')
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Grace Hopper')
    await dialog.getByRole('combobox', { name: 'Role' }).click()
    await admin.getByRole('option', { name: 'Operator' }).click()
    password = await dialog.getByRole('textbox', { name: 'Password' }).inputValue()
    expect(password).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/)
    await dialog.getByRole('button', { name: 'Create' }).click()
    const created = admin.getByRole('dialog', { name: 'grace can sign in' })
    await created.getByText(password).waitFor()
    await created.getByRole('button', { name: 'Done' }).click()
    const line = admin.getByRole('row').filter({ hasText: 'Grace Hopper' })
    expect(await line.getByRole('cell').allTextContents()).toEqual([
      'Grace Hoppergrace',
      'Operator',
      '',
      'never',
      'Edit',
    ])
    expect(await admin.content()).not.toContain(password)
  })

  test('who signs in with it comes to where they wanted, and sees what is theirs', async () => {
    const page = await open()
    await page.goto(`${server.url}/runs?state=ACTIVE`)
    await signIn(page, 'grace', 'not the password')
    await page.getByRole('alert').filter({ hasText: 'the user name or the password is wrong' }).waitFor()
    await signIn(page, 'grace', password)
    await page.waitForURL(`${server.url}/runs?state=ACTIVE`)
    await page.getByRole('button', { name: 'Account of Grace Hopper' }).click()
    await page.getByText('grace · Operator').waitFor()
    expect(await page.getByRole('menuitem').allTextContents()).toEqual(['My account', 'Sign out'])
    await page.goto(`${server.url}/users`)
    await page.getByText('You may not see this').waitFor()
    await page.context().close()
  })

  test('they end a session that is open elsewhere', async () => {
    const [here, there] = [await open(), await open()]
    for (const page of [there, here]) {
      await page.goto(`${server.url}/account`)
      await signIn(page, 'grace', password)
      await page.getByRole('heading', { name: 'My account' }).waitFor()
    }
    const sessions = here.getByRole('list', { name: 'Where I am signed in' }).getByRole('listitem')
    await sessions.first().getByText('This one').waitFor()
    const count = await sessions.count()
    await sessions.nth(1).getByRole('button', { name: 'End the session in Chrome on Linux' }).click()
    await sessions.nth(count - 1).waitFor({ state: 'detached' })
    await there.reload()
    await there.getByRole('heading', { name: 'Sign in to Braid' }).waitFor()
    await here.context().close()
    await there.context().close()
  })

  test('they change their password, and sign in with the new one', async () => {
    const page = await open()
    await page.goto(`${server.url}/account`)
    await signIn(page, 'grace', password)
    await page.getByLabel(/^Current password/).fill('not the password')
    await page.getByLabel(/^New password/).fill('a sentence of my own')
    await page.getByRole('button', { name: 'Change my password' }).click()
    await page.getByText('expected the current password').waitFor()
    await page.getByLabel(/^Current password/).fill(password)
    await page.getByRole('button', { name: 'Change my password' }).click()
    await page.getByText('Your password is changed').waitFor()
    await choose(page, 'Sign out')()
    await page.getByRole('heading', { name: 'Sign in to Braid' }).waitFor()
    await signIn(page, 'grace', 'a sentence of my own')
    await page.getByRole('button', { name: 'Account of Grace Hopper' }).waitFor()
    await page.context().close()
  })

  test('the administrator changes the role, sets a new password, and deletes the account', async () => {
    await admin.getByRole('button', { name: 'Edit grace' }).click()
    const dialog = admin.getByRole('dialog', { name: 'Edit grace' })
    await dialog.getByRole('combobox', { name: 'Role' }).click()
    await admin.getByRole('option', { name: 'Developer' }).click()
    await dialog.getByRole('textbox', { name: 'New password' }).fill('given once more')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await admin.getByText('They are signed out everywhere').waitFor()
    await admin.getByRole('cell', { name: 'Developer' }).waitFor()

    const page = await open()
    await page.goto(server.url)
    await signIn(page, 'grace', 'given once more')
    await page.getByRole('heading', { name: 'Home' }).waitFor()

    await admin.getByRole('button', { name: 'Edit grace' }).click()
    await admin.getByRole('button', { name: 'Delete' }).click()
    await admin.getByRole('button', { name: 'Delete the user' }).click()
    await admin.getByText('grace is deleted').waitFor()
    await admin.getByRole('cell', { name: 'Grace Hopper' }).waitFor({ state: 'detached' })
    await page.reload()
    await page.getByRole('heading', { name: 'Sign in to Braid' }).waitFor()
    await page.context().close()
  })

  test('admin is neither deleted nor demoted from the page', async () => {
    await admin.getByRole('button', { name: 'Edit admin' }).click()
    const dialog = admin.getByRole('dialog', { name: 'Edit admin' })
    expect(await dialog.getByRole('combobox', { name: 'Role' }).getAttribute('aria-disabled')).toBe('true')
    expect(await dialog.getByRole('button', { name: 'Delete' }).count()).toBe(0)
    await dialog.getByRole('button', { name: 'Cancel' }).click()
  })

  test('a stranger makes an account where that is open', async () => {
    const page = await open()
    await page.goto(`${server.url}/tasks`)
    await page.getByRole('button', { name: 'I have no account yet' }).click()
    await page.getByRole('textbox', { name: 'User name' }).fill('newcomer')
    await page.getByLabel(/^Password/).fill('newcomer')
    await page.getByRole('button', { name: 'Create an account' }).click()
    expect(await page.getByLabel(/^Password/).evaluate((input) => input.matches(':invalid'))).toBe(true)
    await page.getByLabel(/^Password/).fill('a sentence of my own')
    await page.getByRole('button', { name: 'Create an account' }).click()
    await page.getByRole('button', { name: 'Account of newcomer' }).waitFor()
    expect(page.url()).toBe(`${server.url}/tasks`)
    await page.context().close()
  })

  test('nothing went wrong in the pages but what was refused', () => {
    const wrong = complaints.flat().filter((line) => !/status of (400|401|403|409)/.test(line))
    expect(wrong).toEqual([])
  })
})
