import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { attackedSandbox } from '../../../../tests/support/attacked-runners.ts'
import { defaultLimits } from '../../runner.ts'

/**
 * What hostile scripts try on whoever reads their output. Each is contained, is told by its outcome, leaves no process and no control
 * group, and changes no file of the host.
 */
describe.runIf(existsSync('/usr/bin/bwrap'))('scripts that want to deceive, or to say too much', () => {
  const { runner, inLanguage } = attackedSandbox('readers')
  const [python, bash] = [inLanguage('python'), inLanguage('bash')]

  it('keeps output within its limit, whole characters only, whatever is written', async () => {
    const told = await python('import os\nwhile True: os.write(1, "é✓🙂".encode() * 5000)', {
      wallMs: 1_500,
      outputBytes: 100_000,
    })
    expect(told.kind).toBe('timed-out')
    expect(Buffer.byteLength(told.out)).toBeLessThanOrEqual(100_000)
    // The last one may have been cut by the end of the process itself.
    expect(told.out.replace(/\uFFFD$/, '').replace(/[é✓🙂]/gu, '')).toBe('')
    expect(told.usage.outputBytes).toBeGreaterThan(100_000)
    const omitted = told.chunks.reduce((sum, chunk) => sum + (chunk.omittedBytes ?? 0), 0)
    // A character that was cut is told by one of three bytes.
    expect(omitted + Buffer.byteLength(told.out)).toBeLessThanOrEqual(told.usage.outputBytes + 3)
  })

  it('keeps memory flat under output without end', async () => {
    const before = process.memoryUsage().rss
    // Read at its pace, it passes the limit after two to three seconds.
    const told = await bash('cat /dev/zero & cat /dev/zero >&2', { wallMs: 7_000 })
    expect(told.kind).toBe('timed-out')
    expect(told.usage.outputBytes).toBeGreaterThan(defaultLimits.outputBytes)
    expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20)
  })

  it('hands on as text whatever is no text, and nothing else', async () => {
    expect((await python('import os; os.write(1, b"a\\xff\\xfe\\x80b\\n")')).out).toBe('a���b\n')
    const forged = '\x1b]52;c;aGk=\x07\n{"level":50,"msg":"forged"}\r\n\x00\u2028event: end\n\ndata: x\n'
    const told = await python(`import sys\nsys.stdout.write(${JSON.stringify(forged)})`)
    expect(told.out).toBe(forged)
    expect(told.chunks.map(({ stream }) => stream)).toEqual(told.chunks.map(() => 'stdout'))
    expect(told.chunks.map(({ sequence }) => sequence)).toEqual(told.chunks.map((_, index) => index + 1))
  })

  it('takes no word of a script for that of the sandbox', async () => {
    const status = '{ "exit-code": 0 }'
    const source = `
import os
for fd in range(3, 256):
  try: os.write(fd, b'${status}\\n')
  except OSError: pass
os._exit(7)`
    expect(await python(source)).toMatchObject({ kind: 'completed', exitCode: 7 })
    // 137 and 125 are words of the sandbox's, too.
    for (const code of [125, 137, 255])
      expect(await bash(`exit ${code}`)).toMatchObject({ kind: 'completed', exitCode: code })
    expect(await bash('kill -9 $$')).toMatchObject({ kind: 'completed', exitCode: 137 })
  })

  it('takes neither a huge, nor a cyclic, nor a poisoned result', async () => {
    const huge = await python('import braid\nbraid.result("x" * (2 << 20))')
    expect(huge).toMatchObject({ kind: 'completed', exitCode: 0, result: { ok: false } })
    const cyclic = await python('import braid\na = {}\na["a"] = a\nbraid.result(a)')
    expect(cyclic).toMatchObject({ kind: 'completed', exitCode: 1 })
    expect('result' in cyclic).toBe(false)
    const poisoned = await python('import braid\nbraid.result({"__proto__": {"admin": True}})')
    expect(poisoned).toMatchObject({ result: { ok: false, error: expect.stringContaining('__proto__') } })
    expect('admin' in {}).toBe(false)
  })

  it('ends when whoever takes the output fails', async () => {
    const outcome = await runner().run({ language: 'bash', source: 'yes', limits: defaultLimits }, () => {
      throw new Error('nobody listens')
    })
    expect(outcome).toMatchObject({ kind: 'runner-failed', message: 'nobody listens' })
  })
})
