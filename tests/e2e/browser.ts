/** A real Chromium that looks at a real server. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const executablePath = '/usr/bin/chromium'

/** Under CI a missing browser fails the tests instead of skipping them. */
export const chromiumMissing = !existsSync(executablePath) && process.env.CI !== 'true'

// Chromium's own sandbox needs rights that containers do not give.
export const launch = (): Promise<Browser> => chromium.launch({ executablePath, args: ['--no-sandbox'] })

export type OpenedPage = {
  readonly page: Page
  /** Errors of scripts, breaches of the content security policy, and what the page wrote to the console as an error. */
  readonly complaints: readonly string[]
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<OpenedPage> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  await context.addInitScript(reportPolicyBreaches)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // Containers that come and go change the interfaces of the machine: Chromium says so, and loads again.
    if (message.type() === 'error' && !message.text().includes('ERR_NETWORK_CHANGED'))
      complaints.push(`${message.text()} (${message.location().url})`)
  })
  return { page, complaints }
}

/** Runs in the page before its scripts: what they catch themselves, such as a refused `eval`, is reported too. */
function reportPolicyBreaches(): void {
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    console.error(`breach of ${violatedDirective}: ${blockedURI}`),
  )
}

/** Exists in the page, where the callback above runs. */
declare const addEventListener: (
  type: 'securitypolicyviolation',
  listener: (event: { readonly violatedDirective: string; readonly blockedURI: string }) => void,
) => void

/** Exists in the page, where the callback below runs. */
declare const DataTransfer: new () => { readonly items: { add(file: File): void } }

export const fileUrl = (name: string): URL => new URL(`./files/${name}`, import.meta.url)

/** Drops files of `tests/e2e/files` onto the page, as from a file manager. */
export async function dropFiles(page: Page, names: readonly string[]): Promise<void> {
  const files = await Promise.all(
    names.map(async (name) => ({ name: basename(name), content: await readFile(fileUrl(name), 'utf8') })),
  )
  const dataTransfer = await page.evaluateHandle((dropped) => {
    const transfer = new DataTransfer()
    for (const { name, content } of dropped) transfer.items.add(new File([content], name))
    return transfer
  }, files)
  await page.dispatchEvent('main', 'dragenter', { dataTransfer })
  await page.getByText('Drop to deploy').waitFor()
  await page.dispatchEvent('main', 'dragover', { dataTransfer })
  await page.dispatchEvent('main', 'drop', { dataTransfer })
}

/** The badge that counts tokens at an element of the shown diagram. */
export const tokensAt = (page: Page, element: string) =>
  page.locator(`.djs-overlays[data-container-id="${element}"] .braid-badge-active`)
