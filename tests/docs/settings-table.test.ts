import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { settingNames, settingTexts } from '../../server/src/config/settings.ts'
import { parseConfig } from '../../server/src/config.ts'

const page = new URL('../../docs/configuration.md', import.meta.url)
const readme = new URL('../../README.md', import.meta.url)

type Row = { readonly name: string; readonly default: string; readonly about: string }

const cell = (name: string, text: string): string =>
  /^(none|an? |8080)/.test(text) || text.includes(' ') || name === '' ? text : `\`${text}\``

const rows: readonly Row[] = settingNames.map((name) => {
  const { default: fallback, about } = settingTexts[name]
  return { name: `\`${name}\``, default: cell(name, fallback), about }
})

function table(): string {
  const header: Row = { name: 'variable', default: 'default', about: 'what it does' }
  const width = (column: keyof Row): number => Math.max(...[header, ...rows].map((row) => row[column].length))
  const line = (row: Row, fill = ' '): string =>
    `| ${(['name', 'default', 'about'] as const).map((column) => row[column].padEnd(width(column), fill)).join(' | ')} |`
  return [
    line(header),
    line({ name: '', default: '', about: '' }, '-'),
    ...rows.map((row) => line(row)),
  ].join('\n')
}

/** The text with the table between its marks. */
const withTable = (text: string): string =>
  text.replace(
    /<!-- settings -->[\s\S]*<!-- \/settings -->/,
    `<!-- settings -->\n\n${table()}\n\n<!-- /settings -->`,
  )

test('the page of settings lists what the server reads', async () => {
  const text = await readFile(page, 'utf8')
  if (process.env.UPDATE_DOCS === '1') await writeFile(page, withTable(text))
  expect(await readFile(page, 'utf8')).toBe(withTable(text))
  expect(text).toContain('<!-- settings -->')
})

test('defaults are what the texts say', () => {
  const parsed = parseConfig({})
  if (!parsed.ok) throw new Error(parsed.error.join('\n'))
  const { value: config } = parsed
  const said = (name: keyof typeof settingTexts): string => settingTexts[name].default
  expect(config).toMatchObject({
    runMode: said('RUN_MODE'),
    host: said('BRAID_HOST'),
    dataDir: said('BRAID_DATA_DIR'),
    seed: said('BRAID_SEED') === 'samples',
    controlledClock: said('BRAID_CONTROLLED_CLOCK') === 'true',
    logLevel: said('BRAID_LOG_LEVEL'),
    registration: said('BRAID_REGISTRATION'),
    workerTags: [],
  })
  expect(`${config.port}, or the next free one`).toBe(said('BRAID_PORT'))
  for (const absent of ['databaseUrl', 'adminApiKey']) expect(config).not.toHaveProperty(absent)
})

test('the README says the same of the settings that it names', async () => {
  const part = (await readFile(readme, 'utf8')).split('## Settings')[1]?.split('\n## ')[0] ?? ''
  const named = [...part.matchAll(/^\| (`\w+`) *\| ([^|]+?) *\| ([^|]+?) *\|$/gm)].map(
    ([, name = '', fallback = '', about = '']) => ({ name, default: fallback, about }),
  )
  expect(named.length).toBeGreaterThan(5)
  for (const row of named) expect(rows).toContainEqual(row)
})
