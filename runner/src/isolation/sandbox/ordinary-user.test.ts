import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Outcome, Runtime } from '../../runner.ts'

/** Nobody whom this machine knows. */
const user = 54_321
const isRoot = process.getuid?.() === 0

type Said = {
  readonly warnings: readonly string[]
  readonly runtimes: readonly Runtime[]
  readonly told: Readonly<Record<string, Outcome & { readonly out: string }>>
}

const scripts: Readonly<Record<string, readonly [language: string, source: string]>> = {
  streams: [
    'bash',
    'echo a > /dev/stdout; cat /dev/stdin; echo more >> /proc/self/fd/0; echo 1 > $BRAID_RESULT; touch /braid/x /etc/x /braid/modules/x; chmod 777 $BRAID_RESULT',
  ],
  priority: ['python', 'import os\nprint(os.nice(0), open("/proc/self/oom_score_adj").read().strip())'],
  node: ['javascript', 'console.log(1)'],
  memory: ['python', 'try: x = bytearray(10 << 30)\nexcept MemoryError: print("refused")'],
  processes: [
    'python',
    'import os\nn = 0\nwhile True:\n  try:\n    if os.fork() == 0:\n      while True: pass\n    n += 1\n  except OSError: break\nprint(n < 32, flush=True)\nwhile True: pass',
  ],
  daemon: ['bash', 'setsid sleep 100 & sleep 100'],
}

const program = (folder: string): string => `
import { createSandboxRunner } from ${JSON.stringify(new URL('./sandbox.ts', import.meta.url).href)}
import { defaultLimits } from ${JSON.stringify(new URL('../../runner.ts', import.meta.url).href)}
const made = await createSandboxRunner({ folder: ${JSON.stringify(folder)}, name: 'ordinary-${process.pid}', languages: ['bash', 'python', 'javascript'] })
if (!made.ok) throw new Error(made.error)
const told = {}
for (const [name, [language, source]] of Object.entries(${JSON.stringify(scripts)})) {
  let out = ''
  const request = { language, source, stdin: 'in', limits: { ...defaultLimits, wallMs: 3000, processes: 32 } }
  const outcome = await made.value.run(request, (chunks) => { out += chunks.filter(({ stream }) => stream === 'stdout').map(({ text }) => text).join('') })
  told[name] = { ...outcome, out }
}
const { warnings, runtimes } = made.value
await made.value.close()
console.log(JSON.stringify({ warnings, runtimes, told }))`

/** What a server can do that is not root and was given no control groups: a person's laptop. */
describe.runIf(existsSync('/usr/bin/bwrap'))('scripts of an ordinary user', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'braid-sandbox-'))
  let said: Said

  beforeAll(() => {
    if (isRoot) chownSync(folder, user, user)
    chmodSync(folder, 0o755)
    const as = isRoot ? ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups'] : ['env']
    const node = [process.execPath, '--input-type=module', '-e', program(folder)]
    const { stdout, stderr } = spawnSync(as[0] as string, [...as.slice(1), ...node], { encoding: 'utf8' })
    if (stdout === '') throw new Error(stderr)
    said = JSON.parse(stdout) as Said
  }, 90_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('run in all languages, with a word on what bounds them less', () => {
    expect(said.runtimes.map(({ language }) => language)).toEqual(
      expect.arrayContaining(['bash', 'python', 'javascript']),
    )
    if (isRoot)
      expect(said.warnings).toEqual([
        expect.stringContaining('is bounded for each of their processes, not together'),
      ])
    expect(said.told.node).toMatchObject({ kind: 'completed', out: '1\n' })
  })

  it('have the same streams, and change nothing of the host through them', () => {
    // The last command fails, as it should.
    expect(said.told.streams).toMatchObject({ kind: 'completed', exitCode: 1, out: 'a\nin' })
    expect(said.told.streams).toMatchObject({ result: { ok: true, value: 1 } })
  })

  it('get no more memory or processes than they may', () => {
    expect(said.told.memory).toMatchObject({ kind: 'completed', out: 'refused\n' })
    expect(said.told.processes).toMatchObject({ kind: 'timed-out', out: 'True\n' })
  })

  it('come after the server, for the processor and for memory', () => {
    expect(said.told.priority).toMatchObject({ kind: 'completed', out: '10 1000\n' })
  })

  it('end with all that they began', () => {
    expect(said.told.daemon).toMatchObject({ kind: 'timed-out' })
    if (isRoot) expect(spawnSync('pgrep', ['-u', String(user), '-r', 'R,S,D,T']).stdout.toString()).toBe('')
  })
})
