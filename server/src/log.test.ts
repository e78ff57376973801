import { expect, test } from 'vitest'
import { createLog } from './log.ts'

const secret = 'canary"with-a-quote'

/** Lines that logging something gives. */
function linesOf(write: (log: ReturnType<typeof createLog>) => void): string {
  let text = ''
  const sink = {
    write: (line: string) => {
      text += line
    },
  }
  write(createLog({ logLevel: 'trace', secrets: [secret] }, sink))
  return text
}

test.each([
  ['message', (log) => log.info(`it is ${secret}`)],
  ['field', (log) => log.info({ deep: { inside: [secret] } }, 'said')],
  ['error', (log) => log.error({ err: new Error(`no ${secret}`, { cause: new Error(secret) }) }, 'failed')],
  [
    'property of an error',
    (log) => log.error({ err: Object.assign(new Error('x'), { input: secret }) }, 'failed'),
  ],
  ['child', (log) => log.child({ secret }).warn('said')],
] satisfies [string, (log: ReturnType<typeof createLog>) => void][])(
  'a secret in a %s is not logged',
  (_, write) => {
    const lines = linesOf(write)
    expect(lines).not.toContain('canary')
    expect(lines).toContain('[redacted]')
    for (const line of lines.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ pid: process.pid })
  },
)

test('fields that are secret by their names are not logged, known or not', () => {
  const lines = linesOf((log) => {
    log.info({ password: 'unknown', headers: { authorization: 'Bearer unknown', cookie: 'unknown' } }, 'said')
    log.info({ config: { adminApiKey: 'unknown' } }, 'said')
  })
  expect(lines).not.toContain('unknown')
})

test('other fields are', () => {
  expect(JSON.parse(linesOf((log) => log.info({ jobType: 'a' }, 'done')))).toMatchObject({
    jobType: 'a',
    msg: 'done',
  })
})
