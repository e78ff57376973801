/** What people's scripts give back: S1 to S10 and S16 of the scenarios, through the API of a running node. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createExecutions, type Executions } from '../../support/executions.ts'
import { createTestServer, type TestServer, withScripts } from '../../support/server.ts'

let server: TestServer
let executions: Executions
beforeAll(async () => {
  server = await createTestServer(withScripts())
  executions = createExecutions(server)
  await executions.ready()
}, 60_000)
afterAll(() => server?.stop())

const python = (script: string, more: object = {}) => executions.run({ language: 'python', script, ...more })

test('S1 a line is printed', async () => {
  const run = await python("print('test')")
  expect(run).toMatchObject({ state: 'COMPLETED', exitCode: 0, stdout: 'test\n', stderr: '' })
  expect(run.errorType).toBeUndefined()
  expect(run.isolation).toBe('sandbox')
})

test('S2 three lines come in order', async () => {
  const run = await python("print('Line 1')\nprint('Line 2')\nprint('Line 3')")
  expect(run.stdout).toBe('Line 1\nLine 2\nLine 3\n')
})

test('S3 what it used is known', async () => {
  const run = await python("import time\nitems = list(range(10_000))\ntime.sleep(0.1)\nprint('done')")
  expect(run.wallMs).toBeGreaterThanOrEqual(100)
  expect(run.peakMemoryBytes).toBeGreaterThan(1_000_000)
  expect(run.cpuMs).toBeGreaterThan(0)
  expect(run.outputBytes).toBe(5)
})

test('S4 many lines are all there', async () => {
  const run = await python(`for i in range(500):\n  print(f'Line {i}: ' + 'x' * 50)\nprint('END')`)
  expect(run.stdout.length).toBeGreaterThan(10_000)
  expect(run.stdout).toMatch(/^Line 0: x{50}\n/)
  expect(run.stdout).toMatch(/Line 499: x{50}\nEND\n$/)
})

test('S5 a flaw of the syntax is on stderr', async () => {
  const run = await python('def broken(\npass')
  expect(run).toMatchObject({ state: 'COMPLETED', errorType: 'SCRIPT_ERROR', exitCode: 1, stdout: '' })
  expect(run.stderr).toContain('SyntaxError')
})

test('S6 what was printed before an error is kept', async () => {
  const run = await python("print('before')\nraise ValueError('test error')\nprint('after')")
  expect(run.stdout).toBe('before\n')
  expect(run.stderr).toMatch(/ValueError: test error/)
})

test('S7, S8 every language that is here runs its example', async () => {
  const { items: runtimes } = (await executions.call('GET', '/runtimes')).body
  const { items: examples } = (await executions.call('GET', '/example-scripts')).body
  const expected: Readonly<Record<string, RegExp>> = {
    python: /Got: 42\nGot: hello\nNo value\n$|SyntaxError/,
    javascript: /^Resolved with: Success\n$|not supported/,
    typescript: /^read: done\nsort: done\nwrite: done\n$/,
    bash: /Original: hello, Uppercased: HELLO|HELLO by tr/,
    ruby: /Data object: #<data Point x=1, y=3>|not supported/,
    perl: /^the: 3\nand: 2\nbird: 1\n/,
    php: /^Got: 42\nGot: hello\nNo value\n$/,
    lua: /^ada\t36\nedsger\t72\ngrace\t85\n$/,
    go: /Map before clear: map\[a:1\]\nLength after clear: 0|undefined: clear/,
  }
  expect(runtimes.length).toBeGreaterThan(2)
  for (const { language, version } of runtimes) {
    const example = examples.find((one) => one.language === language)
    const run = await executions.run({ language, version, script: example?.script, timeoutMs: 120_000 })
    expect(`${run.stdout}${run.stderr}`, language).toMatch(expected[language] ?? /never/)
    expect(run.state).toBe('COMPLETED')
  }
}, 180_000)

describe('S9', () => {
  test('characters beyond ASCII survive', async () => {
    expect((await python("print('héllo ✓ 👩‍🚀')")).stdout).toBe('héllo ✓ 👩‍🚀\n')
  })

  test('20,000 lines are all there, in order', async () => {
    const run = await python('for i in range(20_000): print(i)')
    expect(run.stdout.split('\n').slice(0, -1).map(Number)).toEqual(
      Array.from({ length: 20_000 }, (_, index) => index),
    )
  })

  test('what was printed before the time was over is kept', async () => {
    const run = await python("print('early', flush=True)\nimport time\ntime.sleep(30)", { timeoutMs: 1_000 })
    expect(run).toMatchObject({ state: 'TIMED_OUT', errorType: 'TIMEOUT', stdout: 'early\n' })
    expect(run.wallMs).toBeLessThan(2_500)
  })

  test('an exit code is no failure of the run', async () => {
    expect(await python('import sys\nsys.exit(3)')).toMatchObject({
      state: 'COMPLETED',
      exitCode: 3,
      errorType: 'SCRIPT_ERROR',
    })
  })
})

describe('S10 what scripts must not is contained', () => {
  test('too much memory', async () => {
    const run = await python("print('before', flush=True)\nx = bytearray(1 << 30)\nprint('after')")
    expect(run).toMatchObject({ state: 'OUT_OF_MEMORY', errorType: 'OUT_OF_MEMORY', stdout: 'before\n' })
  })

  test('a fork bomb', async () => {
    const run = await executions.run({
      language: 'bash',
      script: 'bomb() { bomb | bomb & }; bomb; sleep 0.5; echo survived',
      timeoutMs: 3_000,
    })
    expect(['COMPLETED', 'TIMED_OUT', 'OUT_OF_MEMORY']).toContain(run.state)
  })

  test('files and the network of the host', async () => {
    const run = await python(`
import os, socket
for path in ('/etc/probe', '/usr/probe', '/probe'):
    try:
        open(path, 'w')
        print('wrote', path)
    except OSError as error:
        print(type(error).__name__)
try:
    socket.create_connection(('127.0.0.1', ${new URL(server.url).port}), 1)
    print('connected')
except OSError as error:
    print('no network')
print(sorted(os.environ))
`)
    expect(run.stdout).not.toMatch(/wrote|connected|BRAID_ADMIN|PGPASSWORD/)
    expect(run.stdout).toContain('no network')
  })
})

describe('S16', () => {
  test.each([
    [
      'a language that is not here',
      { language: 'cobol', script: 'x' },
      /body.language: expected one of .*python/,
    ],
    [
      'a version that is not here',
      { language: 'python', version: '2.7', script: 'x' },
      /body.version: expected/,
    ],
    ['no script', { language: 'python', script: '' }, /body.script: expected a script, but it is empty/],
    ['neither script nor key', { language: 'python' }, /expected a script, or the scriptKey/],
    ['50,001 characters', { language: 'python', script: 'x'.repeat(50_001) }, /at most 50000 characters/],
  ])('%s is refused', async (_, request, detail) => {
    const { status, body } = await executions.call('POST', '/execute', request)
    expect(body).toMatchObject({ code: 'INVALID_SCRIPT', detail: expect.stringMatching(detail) })
    expect(status).toBe(422)
  })

  test('50,000 characters of two bytes each are run', async () => {
    const script = `print('ok') #${'é'.repeat(50_000 - 13)}`
    expect((await python(script)).stdout).toBe('ok\n')
  })
})

test('input and stdin come in, a result goes out', async () => {
  const run = await python(
    'import braid, sys\nbraid.result({"sum": sum(braid.input["parts"]), "in": sys.stdin.read()})',
    {
      input: { parts: [1, 2, 39] },
      stdin: 'hello',
    },
  )
  expect(run.result).toEqual({ sum: 42, in: 'hello' })
})
