import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parseConfig } from '../../server/src/config.ts'

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8')

/** Name and default of each row, without the marks of code. */
async function rows(): Promise<readonly (readonly [string, string])[]> {
  const table = (await read('README.md')).split('## Settings')[1]?.split('\n## ')[0] ?? ''
  return [...table.matchAll(/^\| `(\w+)` *\| ([^|]+?) *\|/gm)].map(([, name = '', text = '']) => [
    name,
    text.replaceAll('`', ''),
  ])
}

test('the README lists every setting that the server reads, with its default', async () => {
  const known = [...(await read('server/src/config.ts')).matchAll(/^ {2}((?:BRAID_|RUN_)\w+):/gm)]
  const parsed = parseConfig({})
  if (!parsed.ok) throw new Error(parsed.error.join('\n'))
  const { value: defaults } = parsed
  expect(defaults).not.toHaveProperty('databaseUrl')
  expect(defaults).not.toHaveProperty('adminApiKey')
  expect(Object.fromEntries(await rows())).toEqual({
    BRAID_PORT: `${defaults.port}, or the next free one`,
    BRAID_HOST: defaults.host,
    BRAID_DATABASE_URL: 'an embedded PostgreSQL 18',
    BRAID_DATA_DIR: defaults.dataDir,
    BRAID_ADMIN_API_KEY: 'none',
    BRAID_SEED: defaults.seed ? 'samples' : 'none',
    BRAID_CONTROLLED_CLOCK: String(defaults.controlledClock),
    BRAID_LOG_LEVEL: defaults.logLevel,
    RUN_MODE: defaults.runMode,
  })
  expect((await rows()).map(([name]) => name).toSorted()).toEqual(known.map(([, name]) => name).toSorted())
})
