/** The page about scripts: its commands do on a real node what the page says, with the files that it shows. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { maxScriptLength, maxTimeoutMs } from '@braid/contract/execution.ts'
import { scriptLanguages } from '@braid/contract/script.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createExecutions } from '../../support/executions.ts'
import { createTestServer, type TestServer, withScripts } from '../../support/server.ts'

const page = await readFile(new URL('../../../docs/scripts.md', import.meta.url), 'utf8')

type Block = { readonly language: string; readonly file: string; readonly text: string }
const blocks: readonly Block[] = [...page.matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', file = '', text = '']) => ({ language, file, text }),
)
/** Commands with what the page says that they print, where it says something. */
const steps = blocks.flatMap(({ language, text }, index) => {
  const next = blocks[index + 1]
  const said = next?.language === 'json' || next?.language === 'text' ? next : undefined
  return language === 'sh' ? [{ command: text, said }] : []
})

let server: TestServer
let folder: string
beforeAll(async () => {
  server = await createTestServer(withScripts())
  folder = await mkdtemp(join(tmpdir(), 'braid-scripts-page-'))
  for (const { file, text } of blocks) if (file !== '') await writeFile(join(folder, file), text)
  await createExecutions(server).ready()
}, 60_000)
afterAll(async () => {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

const run = promisify(execFile)
const mark = '--- next ---'

test('its commands print what it says', async () => {
  expect(steps.filter(({ said }) => said !== undefined).length).toBeGreaterThanOrEqual(6)
  // One shell for all, for later ones use what earlier ones have found.
  const script = steps.map(({ command }) => `${command}echo '${mark}'\n`).join('')
  const env = { PATH: process.env.PATH, BRAID: server.url, KEY: server.apiKey }
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder,
    env,
  })
  const printed = stdout.split(`${mark}\n`)
  for (const [index, { said, command }] of steps.entries()) {
    if (said?.language === 'text') expect(printed[index], command).toBe(said.text)
    else if (said !== undefined)
      expect(JSON.parse(printed[index] ?? ''), command).toEqual(JSON.parse(said.text))
  }
  expect(printed.join('')).toMatch(/^event: status$[\s\S]*^event: output$[\s\S]*42[\s\S]*^event: end$/m)
}, 90_000)

test('the README shows how a script is asked for', async () => {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8')
  const [, command = ''] = /## Run scripts\n[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme) ?? []
  const filled = command.replace('http://localhost:8080', server.url).replace('braid_…', server.apiKey)
  const { stdout } = await run('bash', ['-euc', filled])
  const { executionKey } = JSON.parse(stdout) as { readonly executionKey: string }
  expect(await createExecutions(server).ended(executionKey)).toMatchObject({ stdout: '42\n' })
})

const rows = [...page.matchAll(/^\| (\w+) +\| `([^`]*name[^`]*)` +\|$/gm)].map(
  ([, language = '', script = '']) => [language.toLowerCase(), script] as const,
)

test('a script in each language reads its input and gives its result', async () => {
  expect(rows.length).toBeGreaterThanOrEqual(7)
  const executions = createExecutions(server)
  const { items } = (await executions.call('GET', '/runtimes')).body
  const here = rows.filter(([language]) => items.some((runtime) => runtime.language === language))
  const input = { name: 'Ada' }
  for (const [language, script] of here)
    expect((await executions.run({ language, script, input })).result, language).toBe('Ada')
}, 60_000)

test('names all languages', () => {
  const [first = ''] = page.split('\n## ')
  for (const language of scriptLanguages) expect(first.toLowerCase()).toContain(language)
})

test('says the limits of the API', () => {
  expect(page).toContain(`1 to ${maxScriptLength.toLocaleString('en')} characters`)
  expect(page.split(`100 to ${maxTimeoutMs.toLocaleString('en')}`)).toHaveLength(3)
})
