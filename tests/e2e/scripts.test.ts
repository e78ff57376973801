/** People's scripts: written, run in a real sandbox, kept and found again (S29). */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createExecutions, type Executions } from '../support/executions.ts'
import { createTestServer, type TestServer, withScripts } from '../support/server.ts'
import { chromiumMissing, launch, type OpenedPage, openPage } from './browser.ts'

describe.skipIf(chromiumMissing)('a script', () => {
  let server: TestServer
  let executions: Executions
  let browser: Browser
  let opened: OpenedPage
  let page: Page

  beforeAll(async () => {
    server = await createTestServer(withScripts({ bounds: { atOnce: 1, atOncePerUser: 1 } }))
    executions = createExecutions(server)
    await executions.ready()
    browser = await launch()
    opened = await openPage(browser)
    page = opened.page
    await page.goto(await server.createAdminLink())
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    await page.getByRole('link', { name: 'New script' }).click()
    await source().waitFor()
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  const source = () => page.getByRole('textbox', { name: 'Source of the script' })
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const tab = (name: string) => page.getByRole('tab', { name, exact: true })
  const output = () => page.getByRole('list', { name: 'Output' })
  const state = (text: string) => page.getByRole('region', { name: 'State of the run' }).getByText(text)
  const code = async (): Promise<string> => (await source().locator('.cm-line').allTextContents()).join('\n')

  async function choose(field: string, option: string): Promise<void> {
    // By its role, for the list of a field that was chosen from a moment ago has its name, too.
    await page.getByRole('combobox', { name: field, exact: true }).click()
    await page.getByRole('option', { name: option }).click()
  }

  test('that is new begins with an example that runs', async () => {
    await page.getByLabel('Language').getByText('Python').waitFor()
    await button('Run').click()
    await output().getByText('Got: 42').waitFor()
    await state('Completed').waitFor()
    const facts = page.getByRole('region', { name: 'State of the run' }).locator('dl')
    expect(await facts.textContent()).toMatch(/^exit code0took.+CPU.+peak memory.+inSandbox$/)
  })

  test('shows what it writes while it runs, and is stopped', async () => {
    await source().fill('import time\nprint("\\033[32mbegun\\033[0m", flush=True)\ntime.sleep(300)\n')
    await page.getByLabel('Timeout in seconds').waitFor({ state: 'hidden' })
    await source().press('Control+Enter')
    const begun = output().getByText('begun')
    await begun.waitFor()
    await state('Running').waitFor()
    expect(await begun.getAttribute('style')).toContain('--ansi-green')
    await button('Stop').click()
    await state('Canceled').waitFor()
    await button('Stop').waitFor({ state: 'detached' })
    await begun.waitFor()
  })

  test('that fails shows what it wrote to stderr, told apart, and its exit code', async () => {
    await source().fill(
      'import sys\nprint("<b>fine</b>")\nprint("odd", file=sys.stderr)\nraise SystemExit(3)\n',
    )
    await button('Run').click()
    await state('Exit code 3').waitFor()
    expect(await output().locator('[data-stream=stdout]').allTextContents()).toEqual(['<b>fine</b>'])
    expect(await output().locator('[data-stream=stderr]').allTextContents()).toEqual(['stderr: odd'])
    const download = page.waitForEvent('download')
    await button('Download').click()
    await page.getByRole('menuitem', { name: 'Errors (stderr)' }).click()
    expect((await download).suggestedFilename()).toMatch(/^run-\d+\.stderr\.txt$/)
  })

  test('reads its input, within its limits, and gives a result', async () => {
    await source().fill(
      'import braid, sys\nbraid.result({"sum": sum(braid.input["terms"]), "in": sys.stdin.read()})\n',
    )
    await page.getByRole('button', { name: /^Input and limits/ }).click()
    await page.getByLabel('Standard input').fill('typed')
    await page.getByLabel('Input (JSON)').fill('[1]')
    await page.getByText('Expected an object').waitFor()
    expect(await button('Run').isDisabled()).toBe(true)
    await page.getByLabel('Input (JSON)').fill('{ "terms": [40, 2] }')
    await page.getByLabel('Timeout in seconds').fill('700')
    await page.getByText('The timeout must be from 0.1 to 600 seconds').waitFor()
    await page.getByLabel('Timeout in seconds').fill('20')
    await button('Run').click()
    const result = page.getByRole('region', { name: 'Result' })
    await result.getByText('"sum": 42').waitFor()
    await result.getByText('"in": "typed"').waitFor()
    await page.getByRole('button', { name: /^Input and limits/ }).click()
  })

  test('comes from an example, or from a file of one’s own', async () => {
    await button('Examples').click()
    await page.getByRole('menuitem', { name: /^JavaScript/ }).click()
    await page.getByLabel('Language').getByText('JavaScript').waitFor()
    expect(await code()).toContain('Promise.withResolvers')
    await button('Run').click()
    await output().getByText('Resolved with: Success').waitFor()
    const files = page.getByLabel('File with a script')
    await files.setInputFiles({
      name: 'big.py',
      mimeType: 'text/plain',
      buffer: Buffer.alloc(1_500_000, 'x'),
    })
    await page.getByText('big.py has 1.5 MB: expected a file of at most 1 MB.').waitFor()
    await files.setInputFiles({
      name: 'photo.py',
      mimeType: 'image/png',
      buffer: Buffer.from([0x89, 0xff, 0x00]),
    })
    await page.getByText('photo.py is not text in UTF-8').waitFor()
    await files.setInputFiles({
      name: 'hello.sh',
      mimeType: 'text/plain',
      buffer: Buffer.from('echo "from a file"\n'),
    })
    await page.getByLabel('Language').getByText('Bash').waitFor()
    await button('Run').click()
    await output().getByText('from a file').waitFor()
    await state('Completed').waitFor()
  })

  test('that is too long says so before it is run', async () => {
    const before = await code()
    await source().fill('#'.repeat(50_001))
    await page.getByText('The script has 50,001 characters: at most 50,000 can be run or saved.').waitFor()
    expect(await button('Run').isDisabled()).toBe(true)
    await source().fill(before)
  })

  test('is saved, asked for before it is left, and found again with what was not saved', async () => {
    await source().fill('print("version one")\n')
    await choose('Language', 'Python')
    await button('Save…').click()
    const dialog = page.getByRole('dialog', { name: 'Save the script' })
    await dialog.getByLabel('Name').fill('Greeter')
    await dialog.getByLabel('Description').fill('Says which version it is')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Greeter' }).waitFor()
    await page.waitForURL(/\/scripts\/\d+/)
    await button('Run').click()
    await output().getByText('version one').waitFor()

    await source().fill('print("version two")\n')
    await page.getByText('Not saved').waitFor()
    await page.getByRole('link', { name: 'DAGs' }).click()
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor()
    await button('Leave').click()
    await page.getByRole('heading', { name: 'DAGs' }).waitFor()
    await page.getByRole('link', { name: 'Scripts' }).click()
    const row = page.getByRole('table', { name: 'Scripts' }).getByRole('row').filter({ hasText: 'Greeter' })
    await row.getByRole('link').click()
    await page.getByText('Not saved').waitFor()
    expect(await code()).toBe('print("version two")\n')
  })

  test('has versions, and an older one is restored', async () => {
    await button('Save').click()
    await page.getByText('Saved as version 2.').waitFor()
    await tab('Versions').click()
    const versions = page.getByRole('list', { name: 'Versions, newest first' })
    await versions.getByText('Version 2 (newest)').waitFor()
    await button('View version 1').click()
    await page.getByRole('dialog', { name: 'Version 1' }).getByText('"version one"').waitFor()
    await button('Close').click()
    await button('Restore version 1').click()
    await page.getByText('Version 1 is back, as version 3.').waitFor()
    await versions.getByText('Version 3 (newest)').waitFor()
    expect(await code()).toBe('print("version one")\n')
    expect(await page.getByText('Not saved').count()).toBe(0)
  })

  test('has its runs, which are seen and run again', async () => {
    await tab('Runs').click()
    const runs = page.getByRole('list', { name: 'Runs, newest first' })
    await runs.getByRole('button', { name: /^Completed Greeter v1/ }).click()
    await output().getByText('version one').waitFor()
    await tab('Runs').click()
    await runs.getByRole('button', { name: /^More about run/ }).click()
    await page.getByRole('menuitem', { name: 'Run it again' }).click()
    await state('Completed').waitFor()
    await tab('Runs').click()
    await expect.poll(() => runs.getByRole('listitem').count()).toBe(2)
    await button('All of mine').click()
    await runs.getByText('Bash 5.2, unsaved').first().waitFor()
    const bash = runs.getByRole('listitem').filter({ hasText: 'Bash' }).first()
    await bash.getByRole('button', { name: /^More about run/ }).click()
    await page.getByRole('menuitem', { name: 'Load its source' }).click()
    await expect.poll(code).toBe('echo "from a file"\n')
    await source().fill('echo changed')
    await button('Examples').click()
    await page.getByRole('menuitem', { name: /^Ruby/ }).click()
    await page.getByLabel('Language').getByText('Ruby').waitFor()
    await button('Undo').click()
    await page.getByLabel('Language').getByText('Bash').waitFor()
    await expect.poll(code).toBe('echo changed')
  })

  test('is given another name and shared, and is deleted after a question', async () => {
    await button('More about this script').click()
    await page.getByRole('menuitem', { name: 'Discard my changes' }).click()
    await expect.poll(code).toBe('print("version one")\n')
    await button('More about this script').click()
    await page.getByRole('menuitem', { name: 'Name and sharing…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Name and sharing' })
    await dialog.getByLabel('Name').fill('Greeter of all')
    await dialog.getByLabel('Shared').click()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Greeter of all' }).waitFor()
    await page.getByText('Shared', { exact: true }).waitFor()
    await button('More about this script').click()
    await page.getByRole('menuitem', { name: 'Delete…' }).click()
    await button('Delete the script').click()
    await page.getByText('No scripts yet').waitFor()
  })

  test('that runs or waits is in the list of runs and in the queue', async () => {
    const sleep = { language: 'bash', script: 'sleep 300' }
    const [first, second] = [await executions.ask(sleep), await executions.ask({ ...sleep, priority: 'low' })]
    await page.goto(`${server.url}/executions?language=bash`)
    const row = (key: string) =>
      page
        .getByRole('table', { name: 'Runs of scripts' })
        .getByRole('row')
        .filter({ has: page.locator(`a[href="/executions/${key}"]`) })
    await row(first).getByText('Running').waitFor()
    await row(second).getByText('Queued').waitFor()
    await choose('Started', 'By hand')
    await row(first).waitFor({ state: 'detached' })
    await choose('Started', 'Over the API')
    await row(first).getByText('over the API').waitFor()
    await tab('Queue').click()
    const queue = page.getByRole('table', { name: 'Queue of runs' }).getByRole('row')
    await expect
      .poll(() => queue.allInnerTexts())
      .toEqual([
        expect.stringMatching(/^Place/),
        expect.stringMatching(/Running\s+Bash\s+\S.*\s+Normal/),
        expect.stringMatching(/^1\s+Queued\s+Bash\s+\S.*\s+Low/),
      ])
    await queue.getByRole('link', { name: 'Bash' }).first().click()
    await button('Stop').click()
    await state('Canceled').waitFor()
    await tab('Events').click()
    await page.getByRole('list', { name: 'Events of the run' }).getByText('Canceled').waitFor()
    await page.goto(`${server.url}/executions/${second}`)
    await state('Running').waitFor()
    await button('Stop').click()
    await state('Canceled').waitFor()
  })

  test('that ran has a page with all about it; it is run again, and deleted', async () => {
    await tab('Script').click()
    await page.getByLabel('Source of the script').getByText('sleep 300').waitFor()
    await button('Run again').click()
    await page.getByText('repeats').waitFor()
    await button('Stop').click()
    await state('Canceled').waitFor()
    await button('Delete').click()
    await button('Delete the run').click()
    await page.getByText('Runs of everybody’s scripts, newest first').waitFor()
    await choose('State', 'Canceled')
    const rows = page.getByRole('table', { name: 'Runs of scripts' }).getByRole('row')
    await expect.poll(() => rows.count()).toBe(4)
  })

  test('that writes a hundred thousand lines leaves the page usable, and the reader where they read', async () => {
    await page.goto(`${server.url}/scripts/new`)
    await source().fill('for n in range(100_000): print("line", n)\nimport time; time.sleep(300)\n')
    await button('Run').click()
    await output().getByText('line 99999', { exact: true }).waitFor({ timeout: 60_000 })
    expect(await output().getByRole('listitem').count()).toBeLessThan(100)
    await output().locator('..').press('Home')
    await output().getByText('line 0', { exact: true }).waitFor()
    await button('To the end').click()
    await output().getByText('line 99999', { exact: true }).waitFor()
    await button('Stop').click()
    await state('Canceled').waitFor()
  }, 90_000)

  test('can’t be run by who may not, who still reads what is shared', async () => {
    const { page: other } = await openPage(browser)
    const shared = await executions.call('POST', '/scripts', {
      ...{ name: 'For all', language: 'python', languageVersion: '3.11', source: 'print(1)', shared: true },
    })
    expect(shared.status).toBe(201)
    const account = { username: 'reader', name: 'Reader', password: 'a sentence of my own', role: 'user' }
    expect((await executions.call('POST', '/users', account)).status).toBe(201)
    await other.goto(`${server.url}/scripts`)
    await other.getByRole('textbox', { name: 'User name' }).fill('reader')
    await other.getByLabel(/^Password/).fill('a sentence of my own')
    await other.getByRole('button', { name: 'Sign in' }).click()
    await other.getByRole('link', { name: 'For all' }).click()
    await other.getByLabel('Source of the script').getByText('print').waitFor()
    for (const name of ['Run', 'Save', 'Examples', 'Upload a file', 'More about this script'])
      expect(await other.getByRole('button', { name, exact: true }).count()).toBe(0)
    await other.context().close()
  })

  test('without a complaint of the page', () => {
    expect(opened.complaints).toEqual([])
  })
})
