import type { RuntimeList } from '@braid/contract/execution.ts'
import { expect, test } from 'vitest'
import { type Content, type Settings, storedOf, usualSettings } from './draft.ts'
import { runRequest, whyNotRun } from './runnable.ts'
import { readScriptFile } from './upload.ts'

const runtimes: RuntimeList = {
  items: [
    { language: 'python', version: '3.12', fullVersion: '3.12.1', isolation: 'sandbox' },
    { language: 'python', version: '3.11', fullVersion: '3.11.2', isolation: 'sandbox' },
  ],
  limits: {
    maxScriptLength: 50_000,
    maxTimeoutMs: 600_000,
    defaultTimeoutMs: 30_000,
    memoryBytes: 1,
    diskBytes: 1,
    processes: 1,
    cpus: 1,
    outputBytes: 1,
  },
  warnings: [],
  unconfined: false,
}
const content: Content = { source: 'print(1)', language: 'python', languageVersion: '3.12' }
const why = (changes: Partial<Content>, settings: Partial<Settings> = {}, list = runtimes) =>
  whyNotRun({ ...content, ...changes }, { ...usualSettings, ...settings }, list)

test('what can be run has no obstacle; everything else says what to do', () => {
  expect(why({})).toBeUndefined()
  expect(why({}, {}, { ...runtimes, items: [] })).toContain('No language can be run here')
  expect(why({ language: 'ruby' })).toBe('Ruby can’t be run here: choose another language')
  expect(why({ languageVersion: '2.7' })).toBe('Python 2.7 is not here: choose version 3.12 or 3.11')
  expect(why({ source: ' \n' })).toContain('nothing to run')
  expect(why({ source: 'x'.repeat(50_000) })).toBeUndefined()
  expect(why({ source: 'x'.repeat(50_001) })).toContain('50,001 characters')
  expect(why({}, { input: '[1]' })).toContain('not a JSON object')
  for (const timeout of ['', '0', '601', 'soon', '-1']) expect(why({}, { timeout })).toContain('0.1 to 600')
})

test('a version that was saved is run by its key, anything else by its source', () => {
  const settings = { ...usualSettings, stdin: 'in', input: '{"a":1}', timeout: '1.5' }
  expect(runRequest(content, settings, { scriptKey: '7', version: 2 })).toEqual({
    scriptKey: '7',
    scriptVersion: 2,
    stdin: 'in',
    input: { a: 1 },
    timeoutMs: 1_500,
    maxAttempts: 3,
    priority: 'normal',
  })
  expect(runRequest(content, usualSettings, undefined)).toMatchObject({
    script: 'print(1)',
    language: 'python',
    version: '3.12',
  })
  expect(runRequest(content, { ...usualSettings, beginsAgain: false }, undefined).maxAttempts).toBe(1)
})

test('what the browser kept is read as far as it makes sense', () => {
  const stored = { draft: { content, basedOn: 3 }, settings: { ...usualSettings, stdin: 'x' } }
  expect(storedOf(JSON.parse(JSON.stringify(stored)))).toEqual(stored)
  for (const broken of [null, 1, {}, { draft: { content: { ...content, language: 'cobol' } } }, { draft: 7 }])
    expect(storedOf(broken)).toEqual({ settings: usualSettings })
})

test('a file is taken when it is text of at most 1 MB', async () => {
  const file = (parts: BlobPart[], name = 'a.py') => readScriptFile(new File(parts, name))
  expect(await file(['print("é")\r\n'])).toEqual({ ok: true, text: 'print("é")\n' })
  expect(await file(['x'.repeat(1_000_001)])).toEqual({
    ok: false,
    message: 'a.py has 1.0 MB: expected a file of at most 1 MB.',
  })
  expect(await file([new Uint8Array([0xff, 0xfe, 0x41])])).toMatchObject({ ok: false })
  expect(await file(['a\0b'])).toMatchObject({ ok: false })
})
