import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readLayers } from './layers.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'braid-layers-'))
})
afterEach(() => rm(folder, { recursive: true }))

const write = (name: string, text: string) => writeFile(join(folder, name), text)

function read(environment: Readonly<Record<string, string>> = {}): Record<string, string> {
  const layers = readLayers(environment, folder)
  if (!layers.ok) throw new Error(layers.error.join('\n'))
  return Object.fromEntries(
    [...layers.value].map(([name, { value, source }]) => [
      name,
      source.kind === 'file' ? `${value} of ${source.file}:${source.line}` : `${value} of the environment`,
    ]),
  )
}

test('the environment decides over the local file, and that over the shared one', async () => {
  await write('.env', '# mine\nB=local\nC=local\n')
  await write('.env.local.development', 'A=shared\nB=shared\nC=shared\n')
  expect(read({ C: 'here', D: '' })).toEqual({
    A: 'shared of .env.local.development:1',
    B: 'local of .env:2',
    C: 'here of the environment',
  })
})

test('the shared file is that of the platform and the environment', async () => {
  await write('.env', 'BRAID_PLATFORM=kubernetes\n')
  await write('.env.kubernetes.production', 'A=right\n')
  await write('.env.local.development', 'A=wrong\n')
  expect(read({ BRAID_ENVIRONMENT: 'production' })).toMatchObject({
    A: 'right of .env.kubernetes.production:1',
  })
})

test('quotes, comments and repeated names are read as Node reads them', async () => {
  await write('.env', 'A=1\nB="two\nlines" # said\n export C=3\nA=4\n')
  expect(read()).toEqual({ A: '4 of .env:5', B: 'two\nlines of .env:2', C: '3 of .env:4' })
})

test('what can not be is refused', async () => {
  await write('.env.local.development', 'BRAID_ENVIRONMENT=production\n')
  expect(readLayers({}, folder)).toEqual({
    ok: false,
    error: ["BRAID_ENVIRONMENT: it names the file .env.local.development, so it can't be set in it"],
  })
  expect(readLayers({ BRAID_PLATFORM: '../x' }, folder)).toEqual({
    ok: false,
    error: ['BRAID_PLATFORM: expected letters, digits, _ and -'],
  })
  await mkdir(join(folder, '.env'))
  expect(readLayers({}, folder)).toEqual({ ok: false, error: [".env: it can't be read (EISDIR)"] })
})
