/** The same forms with the same values in form-js itself: what the server says must be what the browser says. */
import { fileURLToPath } from 'node:url'
import type { JsonObject } from '@braid/core/base/json.ts'
import { type FormCase, formCases } from '@braid/core/form/fixtures/form-cases.ts'
import { type Path, valueAt } from '@braid/core/form/path.ts'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumMissing, launch } from '../e2e/browser.ts'

type Submission = {
  readonly data: JsonObject
  readonly errors: readonly { readonly path: Path; readonly messages: readonly string[] }[]
}

/** Exists in the page: shows a form with data and presses its button; JSON of both, and of what comes out. */
declare const fillAndSubmit: (given: string) => Promise<string>

/** form-js as one script. */
async function bundleFormJs(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      lib: {
        entry: fileURLToPath(new URL('./form-js-page.js', import.meta.url)),
        formats: ['iife'],
        name: 'page',
      },
    },
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  const [output] = Array.isArray(built) ? built : [built]
  if (output === undefined || !('output' in output)) throw new Error('nothing was built')
  return output.output[0].code
}

const pathOf = (place: string): Path =>
  [...place.matchAll(/[^.[\]]+/g)].map(([step]) => (/^\d+$/.test(step) ? Number(step) : step))

const placeOf = (path: Path): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '')

describe.skipIf(chromiumMissing)('form-js', () => {
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    const [script, launched] = await Promise.all([bundleFormJs(), launch()])
    browser = launched
    page = await browser.newPage()
    await page.setContent('<body></body>')
    await page.addScriptTag({ content: script })
  }, 90_000)

  afterAll(() => browser?.close())

  /** As text: the types of the browser would follow JSON without end. */
  const submit = async ({ components, known, submitted, shown }: FormCase): Promise<Submission> => {
    const schema = { id: 'form', type: 'default', components }
    const given = JSON.stringify([schema, shown ?? { ...known, ...submitted }])
    return JSON.parse(await page.evaluate((text) => fillAndSubmit(text), given)) as Submission
  }

  test.each(formCases)('agrees: $name', async (formCase) => {
    const { submitted, refused = {}, sent = submitted } = formCase
    const { data, errors } = await submit(formCase)
    const isOurs = (messages: readonly string[]) => messages.some((message) => message.startsWith('!'))
    const [ours, theirs] = [true, false].map((wanted) =>
      Object.fromEntries(Object.entries(refused).filter(([, messages]) => isOurs(messages) === wanted)),
    )
    const found = errors.map(({ path, messages }) => [placeOf(path), messages] as const)
    // What form-js drops because of its type or options is then missing, where it is required.
    expect(Object.fromEntries(found.filter(([place]) => !(place in ours!)))).toEqual(theirs)
    for (const place of Object.keys(ours!)) {
      expect(valueAt(data, pathOf(place))).not.toEqual(valueAt(submitted, pathOf(place)))
    }
    if (Object.keys(refused).length > 0) return
    expect(data).toMatchObject(sent)
    for (const name of Object.keys(submitted)) if (!(name in sent)) expect(data).not.toHaveProperty(name)
  })
})
