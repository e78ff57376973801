import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApplicationsFolder, createApplicationsFolder } from '../support/applications.ts'
import { createTestServer, type TestServer } from '../support/server.ts'
import { chromiumMissing, launch, type OpenedPage, openPage } from './browser.ts'

const library = `
import { dag } from '@braid/contract/application/dag.ts'
const book = model({
  name: 'book', title: 'Books', label: 'title', columns: ['title', 'pages', 'kind', 'lent'],
  schema: z.object({
    title: z.string().min(1), pages: z.int().positive().max(5000), kind: z.enum(['novel', 'guide']),
    lent: z.boolean().optional(), tags: z.array(z.string()).optional(),
  }),
  actions: [
    { name: 'lend', title: 'Lend it', dag: 'lend', where: { kind: 'novel' } },
    { name: 'burn', title: 'Burn it', dag: 'lend', where: { kind: 'guide' } },
  ],
})
const register = task({
  name: 'register', title: 'Register the loan', input: z.object({ id: z.string(), title: z.string() }), output: z.string(),
  run: ({ title }, { emit, log, progress }) => {
    progress(0.5, 'half registered')
    emit({ registered: title })
    log.info('registers ' + title)
    return 'lent ' + title
  },
})
const lend = dag({
  name: 'lend', title: 'Lend a book', input: z.object({ id: z.string(), title: z.string() }),
  build: (flow, { id, title }) => flow.task('loan', register, { id, title }),
})
const find = endpoint({
  method: 'POST', path: 'find', summary: 'Find books',
  input: z.object({ kind: z.enum(['novel', 'guide']), most: z.int().min(1).default(3) }),
  output: z.object({ said: z.string(), books: z.array(z.object({ title: z.string(), about: z.string(), rank: z.number() })) }),
  handle: async ({ kind, most }, { records }) => {
    const found = await records.list('book', { data: { kind }, limit: most })
    return {
      said: found.length + ' found',
      books: found.map(({ data }) => ({ title: data.title, about: data.pages + ' pages', rank: 0.5 })),
    }
  },
})
`
const fields = `title: 'Library', version: '1.2.3', description: 'Lends books.', models: [book], tasks: [register], dags: [lend],
  endpoints: [find], settings: z.object({ shop: z.string().default('main'), apiKey: z.string().optional() }),
  screens: [{ name: 'find', title: 'Find books', endpoint: 'find',
    show: { text: 'said', items: 'books', itemTitle: 'title', itemText: 'about', itemScore: 'rank' } }]`

describe.skipIf(chromiumMissing)('applications', () => {
  let folder: ApplicationsFolder
  let server: TestServer
  let browser: Browser
  let opened: OpenedPage
  let page: Page

  beforeAll(async () => {
    folder = await createApplicationsFolder()
    await folder.define('library', library, fields)
    await folder.write('torn/application.ts', "function f(): never {\n  throw new Error('boom')\n}\nf()\n")
    server = await createTestServer({ applicationsDir: folder.path })
    browser = await launch()
    opened = await openPage(browser)
    page = opened.page
    await page.goto(await server.createAdminLink())
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    await page.getByRole('link', { name: 'Applications' }).click()
    await page.getByRole('listitem', { name: 'Library' }).waitFor()
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    await folder?.drop()
  })

  test('are shown with what they bring; a broken one with its error and its place', async () => {
    const torn = page.getByRole('listitem', { name: 'torn' })
    await torn.getByText('Broken').waitFor()
    await torn.getByRole('link').click()
    await page.getByRole('alert').getByText('boom').waitFor()
    await page
      .getByRole('alert')
      .getByText(/application\.ts:2:\d+/)
      .waitFor()
    await page.getByRole('main').getByRole('link', { name: 'Applications' }).click()
    await page.getByRole('link', { name: 'Library' }).click()
    await page.getByRole('heading', { name: 'Library' }).waitFor()
    await page.getByRole('region', { name: 'Tasks' }).getByText('library/register').waitFor()
    await page.getByRole('region', { name: 'Settings' }).getByText('BRAID_APP_LIBRARY_SHOP').waitFor()
    await page.getByRole('region', { name: 'Endpoints' }).getByText('application:use').waitFor()
  })

  test('have records that are made in a form of their schema, found and changed', async () => {
    await page.getByRole('link', { name: 'Books', exact: true }).click()
    await page.getByText('No records yet').waitFor()
    await page.getByRole('button', { name: 'New record' }).click()
    const dialog = page.getByRole('dialog', { name: 'New record of Books' })
    await dialog.getByLabel('Title').fill('Zeno')
    await dialog.getByLabel('Pages').fill('9000')
    await dialog.getByRole('button', { name: 'Create' }).click()
    await dialog.getByText('Expected 5000 or less').waitFor()
    await dialog.getByLabel('Pages').fill('420')
    await dialog.getByLabel('Kind').click()
    await page.getByRole('option', { name: 'novel' }).click()
    await dialog.getByRole('button', { name: 'Create' }).click()
    await page.getByRole('heading', { name: 'Zeno' }).waitFor()
    await page.getByText('420').waitFor()
    await page.getByRole('button', { name: 'Edit' }).click()
    const edit = page.getByRole('dialog', { name: 'Edit Zeno' })
    await edit.getByLabel('Lent').check()
    await edit.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Yes').waitFor()
    await page.getByRole('main').getByRole('link', { name: 'Books', exact: true }).click()
    await page.getByLabel('Search').fill('nothing like it')
    await page.getByText('No record matches').waitFor()
    await page.getByLabel('Search').fill('zen')
    const row = page.getByRole('table', { name: 'Books' }).getByRole('row').filter({ hasText: 'Zeno' })
    await row.waitFor()
    expect(await row.getByRole('cell').allInnerTexts()).toEqual([
      'Zeno',
      '420',
      'novel',
      'Yes',
      expect.stringMatching(/now|ago/),
    ])
    await row.getByRole('link').click()
  })

  test('start DAGs for a record, as far as they are offered for it', async () => {
    await page.getByRole('button', { name: 'Lend it' }).waitFor()
    expect(await page.getByRole('button', { name: 'Burn it' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Lend it' }).click()
    const dialog = page.getByRole('dialog', { name: 'Run Lend it: Zeno' })
    expect(await dialog.getByLabel('Title').inputValue()).toBe('Zeno')
    await dialog.getByRole('button', { name: 'Start the run' }).click()
    await page.getByRole('status', { name: 'State of the run' }).getByText('Succeeded').waitFor()
    await page.getByRole('tab', { name: 'Logs' }).click()
    await page.getByText('registers Zeno').waitFor()
  })

  test('have DAGs at addresses that can be opened again', async () => {
    await page.goto(`${server.url}/dags/library/lend?tab=source`)
    await page.getByRole('heading', { name: 'Lend a book' }).waitFor()
    await page.getByText('Made by the application library').waitFor()
  })

  test('have screens: a form for an endpoint, and its answer as they say', async () => {
    await page.goto(`${server.url}/applications/library/screens/find`)
    await page.getByLabel('Kind').click()
    await page.getByRole('option', { name: 'novel' }).click()
    await page.getByLabel('Most').fill('0')
    await page.getByRole('button', { name: 'Find books' }).click()
    await page.getByText('Expected 1 or more').waitFor()
    await page.getByLabel('Most').fill('5')
    await page.getByRole('button', { name: 'Find books' }).click()
    await page.getByText('1 found').waitFor()
    const items = page.getByRole('list', { name: 'What was found' })
    expect(await items.getByRole('listitem').allInnerTexts()).toEqual([expect.stringContaining('420 pages')])
  })

  test('lose a record after a question', async () => {
    await page.goto(`${server.url}/applications/library/models/book`)
    await page.getByRole('link', { name: 'Zeno' }).click()
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('button', { name: 'Delete the record' }).click()
    await page.getByText('No records yet').waitFor()
  })

  test('are done by workers that show what they can do', async () => {
    await page.getByRole('link', { name: 'Workers' }).click()
    await page.getByRole('list', { name: 'Workers' }).getByText('library/register').waitFor()
  })

  test('without a complaint of the page', () => {
    expect(opened.complaints).toEqual([])
  })
})
