import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../support/server.ts'
import { chromiumMissing, dropFiles, launch, openPage } from './browser.ts'

const phone = { width: 390, height: 844 }
/** Somewhat more than it takes today. */
const mostBytesBeforePaint = 1_000_000
/** Of 255, over red, green and blue: below, a surface is dark. */
const darkBelow = 80

describe.skipIf(chromiumMissing)('themes, sizes, keyboard', () => {
  let server: TestServer
  let browser: Browser
  let adminLink: string
  let signedIn: BrowserContextOptions

  beforeAll(async () => {
    server = await createTestServer()
    browser = await launch()
    const { page } = await openPage(browser)
    adminLink = await server.createAdminLink()
    await page.goto(adminLink)
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    await page.getByRole('link', { name: 'Processes' }).click()
    await page.getByRole('heading', { name: 'Processes' }).waitFor()
    await dropFiles(page, ['leave-request.bpmn', 'approve-leave.form'])
    await page.getByRole('alert').filter({ hasText: 'Deployed' }).waitFor()
    signedIn = { storageState: await page.context().storageState() }
    await page.context().close()
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  async function visit(path: string, options: BrowserContextOptions, look: (page: Page) => Promise<void>) {
    const { page } = await openPage(browser, options)
    await page.goto(`${server.url}${path}`)
    await look(page)
    await page.context().close()
  }

  test('without a session every page leads to how to sign in', () =>
    visit('/runs?state=ACTIVE', {}, async (page) => {
      await page.getByRole('heading', { name: 'Sign in to Braid' }).waitFor()
      await page.getByText('/sign-in#token=').waitFor()
    }))

  test('a used link says that it was used', async () => {
    const { page } = await openPage(browser)
    await page.goto(adminLink)
    await page.getByText('A link works once').waitFor()
    await page.context().close()
  })

  test('the first paint waits for little', () =>
    visit('/', signedIn, async (page) => {
      await page.getByRole('heading', { name: 'Home' }).waitFor()
      const { paintedMs, bytes, files } = await page.evaluate(() => {
        const painted = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0
        const before = performance
          .getEntriesByType('resource')
          .filter(({ startTime }) => startTime < painted) as unknown as { encodedBodySize: number }[]
        const sizes = before.map(({ encodedBodySize }) => encodedBodySize)
        return { paintedMs: painted, bytes: sizes.reduce((sum, size) => sum + size, 0), files: sizes.length }
      })
      console.log(`first paint after ${Math.round(paintedMs)} ms, ${files} files, ${bytes} bytes`)
      expect(files).toBeGreaterThan(0)
      expect(bytes).toBeLessThan(mostBytesBeforePaint)
    }))

  test('in the dark the surfaces are dark and the mark of bpmn.io stays readable', () =>
    visit('/processes/leave-request', { ...signedIn, colorScheme: 'dark' }, async (page) => {
      await page.locator('[data-element-id="sid-approve"]').waitFor()
      expect(await brightness(page, 'body')).toBeLessThan(darkBelow)
      expect(await page.locator('.bjs-powered-by').isVisible()).toBe(true)
      expect(await brightness(page, '.bjs-powered-by')).toBeGreaterThan(200)
    }))

  test('a chosen theme is remembered', () =>
    visit('/', { ...signedIn, colorScheme: 'light' }, async (page) => {
      await page.getByRole('button', { name: 'Use the dark theme' }).click()
      expect(await brightness(page, 'body')).toBeLessThan(darkBelow)
      await page.reload()
      await page.getByRole('button', { name: 'Use the light theme' }).waitFor()
      expect(await brightness(page, 'body')).toBeLessThan(darkBelow)
    }))

  test.each([
    '/',
    '/processes',
    '/processes/leave-request',
    '/runs',
    '/tasks',
    '/access-keys',
    '/limits',
    '/users',
    '/account',
    ...['/dags', '/runs/dags', '/schedules', '/applications', '/workers'],
    ...['/scripts', '/scripts/new', '/executions', '/executions?tab=queue'],
  ])('on a phone %s fits the width and has its navigation at the bottom', (path) =>
    visit(path, { ...signedIn, viewport: phone }, async (page) => {
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      const navigation = await page.getByRole('navigation', { name: 'Main' }).boundingBox()
      expect(navigation?.y).toBeGreaterThan(phone.height / 2)
      const width = await page.locator('main').evaluate((main) => main.scrollWidth)
      expect(width).toBeLessThanOrEqual(phone.width)
    }),
  )

  test('keys lead through the pages, and the outline of a diagram is in reach of Tab', () =>
    visit('/', signedIn, async (page) => {
      await page.getByRole('heading', { name: 'Home' }).waitFor()
      await page.keyboard.press('Tab')
      expect(await page.locator(':focus').textContent()).toBe('Skip to the content')
      await page.keyboard.press('?')
      await page.getByRole('dialog', { name: 'Keys' }).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await page.keyboard.press('g')
      await page.keyboard.press('p')
      await page.getByRole('link', { name: 'Leave request' }).click()
      const outline = page.getByRole('navigation', { name: 'Elements of the diagram' })
      await outline.getByRole('button').first().waitFor()
      expect(await outline.getByRole('button').allInnerTexts()).toEqual([
        'Leave wanted\nstart event',
        'Approve leave\nuser task',
        'Granted?\nexclusive gateway',
        'Book leave\nservice task',
        'Leave refused\nend event',
        'Leave booked\nend event',
      ])
    }))

  test('an access key is made, shown once, works, and is revoked', () =>
    visit('/access-keys', signedIn, async (page) => {
      await page.getByRole('button', { name: 'New key' }).click()
      await page.getByRole('textbox', { name: 'Name' }).fill('stock worker')
      await page.getByRole('button', { name: 'Create' }).click()
      const shown = page.getByRole('dialog', { name: 'Your new key' })
      const secret = await shown.locator('code').textContent()
      const withKey = { headers: { authorization: `Bearer ${secret}` } }
      expect((await fetch(`${server.url}/api/v1/topology`, withKey)).status).toBe(200)
      await shown.getByRole('button', { name: 'I have copied it' }).click()
      await page.getByRole('cell', { name: 'stock worker' }).waitFor()
      expect(await page.content()).not.toContain(secret)
      await page.getByRole('button', { name: 'Revoke' }).click()
      await page.getByRole('button', { name: 'Revoke the key' }).click()
      await page.getByText('No keys yet').waitFor()
      expect((await fetch(`${server.url}/api/v1/topology`, withKey)).status).toBe(401)
    }))
})

/** Exists in the page, where the callback below runs. */
declare const getComputedStyle: (element: unknown) => { readonly backgroundColor: string }

/** Mean of red, green and blue of an element's background. */
async function brightness(page: Page, selector: string): Promise<number> {
  const colour = await page
    .locator(selector)
    .first()
    .evaluate((element) => getComputedStyle(element).backgroundColor)
  const parts = (colour.match(/\d+(\.\d+)?/g) ?? []).slice(0, 3).map(Number)
  return parts.reduce((sum, part) => sum + part, 0) / 3
}
