import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { attempt, leftOf, stateOf } from '../../../../tests/support/script-runs.ts'
import { defaultLimits, type Limits, type Runner } from '../../runner.ts'
import { createGvisorRunner } from './gvisor.ts'

// Debian: apt install runsc. It needs root.
const canRun = existsSync('/usr/bin/runsc') && process.getuid?.() === 0

describe.runIf(canRun)('scripts in gVisor', { timeout: 60_000 }, () => {
  let runner: Runner
  let before: readonly string[]
  const name = `gvisor-${process.pid}`
  const folder = mkdtempSync(join(tmpdir(), 'braid-gvisor-'))

  /** Mount points appear there, empty and for the next run as well. */
  const state = () => stateOf(folder).filter((path) => !path.startsWith('root'))

  beforeAll(async () => {
    const made = await createGvisorRunner({ folder, name, languages: ['python', 'bash', 'javascript'] })
    if (!made.ok) throw new Error(made.error)
    runner = made.value
    writeFileSync(join(folder, 'secret'), 'canary-7281')
    before = state()
  }, 120_000)
  afterEach(() => {
    expect(leftOf(name)).toEqual([])
    expect(readdirSync(join(folder, 'bundles'))).toEqual([])
    expect(state().filter((path) => !/^(state|bundles) /.test(path))).toEqual(
      before.filter((path) => !/^(state|bundles) /.test(path)),
    )
  })
  afterAll(async () => {
    await runner.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const python = (source: string, limits: Partial<Limits> = {}) =>
    attempt(runner, 'python', source, { limits: { wallMs: 30_000, ...limits } })
  const bash = (source: string, limits: Partial<Limits> = {}) =>
    attempt(runner, 'bash', source, { limits: { wallMs: 30_000, ...limits } })

  it('were tried out in each runtime', () => {
    expect(runner.tier).toBe('gvisor')
    expect(runner.runtimes.map(({ language }) => language)).toEqual(
      expect.arrayContaining(['python', 'bash', 'javascript']),
    )
  })

  it('run on another kernel, with input, files, output and result', async () => {
    const source =
      'import braid, platform, sys\nprint(open("data.txt").read(), sys.stdin.read())\nprint("err", file=sys.stderr)\nbraid.result({"x": braid.input["x"]})'
    const told = await attempt(runner, 'python', source, {
      input: { x: [1, 'é'] },
      stdin: 'in',
      files: { 'data.txt': 'data' },
    })
    expect(told).toMatchObject({ kind: 'completed', exitCode: 0, out: 'data in\n', err: 'err\n' })
    expect(told).toMatchObject({ result: { ok: true, value: { x: [1, 'é'] } } })
    expect((await bash('dmesg 2>/dev/null; cat /proc/version; echo out > /dev/stdout')).out).toMatch(
      /^Linux version 4\.4\.0[\s\S]*out\n$/,
    )
    expect(await bash('exit 7')).toMatchObject({ kind: 'completed', exitCode: 7 })
    expect(await bash('exit 128')).toMatchObject({ kind: 'completed', exitCode: 128 })
    const script = 'import { input, result } from "braid"; result(Object.keys(input))'
    expect(await attempt(runner, 'javascript', script, { limits: { wallMs: 30_000 } })).toMatchObject({
      result: { ok: true, value: [] },
    })
  })

  it.each([
    ['an endless loop', 'while True: pass'],
    [
      'ignored signals',
      'import signal, time\nfor s in (1, 2, 15): signal.signal(s, signal.SIG_IGN)\nwhile True: time.sleep(1)',
    ],
    [
      'a daemon forked twice',
      'import os, time\nif os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0:\n    while True: time.sleep(1)\n  os._exit(0)\ntime.sleep(100)',
    ],
  ])('end at the deadline: %s', async (_, source) => {
    expect(await python(source, { wallMs: 2_000 })).toMatchObject({ kind: 'timed-out' })
  })

  it('are refused with files that lead elsewhere', async () => {
    const told = await attempt(runner, 'bash', 'echo on', { files: { '../x': '' } })
    expect(told).toMatchObject({ kind: 'runner-failed', message: expect.stringContaining('relative path') })
  })

  it('are cancelled at once', async () => {
    const cancel = new AbortController()
    const limits = { ...defaultLimits, wallMs: 60_000 }
    const request = { language: 'bash', source: 'echo on; sleep 100', limits, signal: cancel.signal }
    expect(await runner.run(request, () => cancel.abort())).toMatchObject({ kind: 'cancelled' })
  })

  it('leave nothing in the background', async () => {
    expect(await bash('sleep 4246 & setsid sleep 4247 & echo gone')).toMatchObject({
      kind: 'completed',
      out: 'gone\n',
    })
  })

  it('get no more memory than they may, all together', async () => {
    expect(await python('x = []\nwhile True: x.append(bytearray(1 << 20))')).toMatchObject({
      kind: 'out-of-memory',
    })
  })

  it('may end with the code that their kernel ends with in a panic', async () => {
    expect(await python('import sys; sys.exit(2)')).toMatchObject({ kind: 'completed', exitCode: 2 })
  })

  it('end with their kernel when they make processes without end', async () => {
    const told = await python('import os\nwhile True:\n  try: os.fork()\n  except OSError: pass')
    expect(['runner-failed', 'timed-out', 'out-of-memory']).toContain(told.kind)
  })

  it('see no file, environment or network of the host', async () => {
    const server = createServer((socket) => socket.end('reached'))
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    process.env.BRAID_CANARY = 'canary-7282'
    const paths = ['/etc/shadow', '/root', '/home', '/var', '/work', '/run', join(folder, 'secret')]
    const source = `
import os, socket
for p in ${JSON.stringify(paths)}:
  try: open(p).read(1); print(p)
  except IsADirectoryError: print(p)
  except OSError: pass
for family, where in ((2, ("127.0.0.1", ${port})), (2, ("169.254.169.254", 80)), (10, ("::1", ${port}))):
  try: s = socket.socket(family, 1); s.settimeout(1); s.connect(where); print("reached", where)
  except OSError: pass
try: print(socket.getaddrinfo("example.com", 80))
except OSError: pass
print(sorted(os.environ))`
    expect((await python(source)).out).toBe(
      "['BRAID_INPUT', 'BRAID_RESULT', 'HOME', 'LANG', 'PATH', 'PWD', 'PYTHONPATH', 'TERM']\n",
    )
    server.close()
  })

  it('write nowhere but into their scratch space, and leave nothing for the next', async () => {
    const source = `
import os
for p in ("/x", "/etc/x", "/usr/x", "/usr/lib/python3.11/x", "/braid/modules/braid.py", "/etc/passwd"):
  try: open(p, "w").write("left"); print(p)
  except OSError: pass
for p in ("/tmp/left", "/dev/shm/left"): open(p, "w").write("left")
os.symlink("/etc/shadow", "/tmp/link"); os.mkfifo("/tmp/pipe")
print("end")`
    expect((await python(source)).out).toBe('end\n')
    const told = await python('import os; print(os.listdir("/tmp"), os.listdir("/dev/shm"))')
    expect(told.out).toBe("['main.py'] []\n")
  })

  it("are no root, and can't become it", async () => {
    const source = `
import os
print(os.getuid(), [line.split()[1] for line in open("/proc/self/status") if line.startswith("CapEff")])
for call in (lambda: os.setuid(0), lambda: os.chroot("/tmp"), lambda: (os.mknod("/tmp/sda", 0o60600, 0x800), open("/tmp/sda").read(1))):
  try: call(); print("done")
  except OSError: pass`
    expect((await python(source)).out).toBe("65534 ['0000000000000000']\n")
  })
})
