import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultLimits, type Limits, type Outcome, type OutputChunk, type Runner } from '../../runner.ts'
import { createSandboxRunner } from './sandbox.ts'

/**
 * What hostile scripts try. Each is contained, is told by its outcome, and leaves nothing: `run` resolves only once its
 * control group is gone, which the kernel allows only when no process is left in it.
 */
describe.runIf(existsSync('/usr/bin/bwrap'))('hostile scripts in the sandbox', () => {
  let runner: Runner
  const folder = mkdtempSync(join(tmpdir(), 'braid-sandbox-'))

  beforeAll(async () => {
    const made = await createSandboxRunner({ folder, name: `attacks-${process.pid}` })
    if (!made.ok) throw new Error(made.error)
    runner = made.value
  })
  afterAll(async () => {
    await runner.close()
    rmSync(folder, { recursive: true, force: true })
  })

  type Told = Outcome & {
    readonly chunks: readonly OutputChunk[]
    readonly out: string
    readonly err: string
  }
  async function attempt(language: string, source: string, limits: Partial<Limits> = {}): Promise<Told> {
    const chunks: OutputChunk[] = []
    const outcome = await runner.run(
      { language, source, limits: { ...defaultLimits, wallMs: 5_000, ...limits } },
      (more) => {
        chunks.push(...more)
      },
    )
    const text = (stream: string): string =>
      chunks
        .filter((chunk) => chunk.stream === stream)
        .map((chunk) => chunk.text)
        .join('')
    return { ...outcome, chunks, out: text('stdout'), err: text('stderr') }
  }
  const python = (source: string, limits?: Partial<Limits>) => attempt('python', source, limits)
  const bash = (source: string, limits?: Partial<Limits>) => attempt('bash', source, limits)
  /** Processes of this machine whose command line holds a text. */
  const processesWith = (text: string): number =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text)
        } catch {
          return false
        }
      }).length

  it('has full isolation here, so that what follows tests it', () => {
    expect(runner.warnings.filter((warning) => warning.includes('control groups'))).toEqual([])
    expect(runner.runtimes.map(({ language }) => language)).toEqual(
      expect.arrayContaining(['python', 'javascript', 'typescript', 'bash']),
    )
  })

  it.each([
    ['an endless loop', 'python', 'while True: pass'],
    ['endless sleep', 'python', 'import time; time.sleep(1e9)'],
    [
      'ignored signals',
      'python',
      'import signal, time\nfor s in (1, 2, 15): signal.signal(s, signal.SIG_IGN)\nwhile True: time.sleep(1)',
    ],
    [
      'a daemon forked twice',
      'python',
      'import os, time\nif os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0:\n    while True: time.sleep(1)\n  os._exit(0)\ntime.sleep(100)',
    ],
    ['an endless loop of JavaScript', 'javascript', 'for (;;) {}'],
  ])('stops %s at the deadline', async (_, language, source) => {
    expect(await attempt(language, source, { wallMs: 700 })).toMatchObject({ kind: 'timed-out' })
  })

  it('ends what a script leaves in the background', async () => {
    const told = await bash('sleep 4242 & setsid sleep 4243 & disown -a; echo gone')
    expect(told).toMatchObject({ kind: 'completed', exitCode: 0, out: 'gone\n' })
    expect(processesWith('sleep\x004242') + processesWith('sleep\x004243')).toBe(0)
  })

  it.each([
    ['python', 'import os\nwhile True:\n  try: os.fork()\n  except OSError: pass'],
    ['bash', ':(){ :|:& };:; sleep 100'],
    [
      'python',
      'import threading, time\nn = 0\ntry:\n  while n < 1000000:\n    threading.Thread(target=time.sleep, args=(100,)).start(); n += 1\nexcept RuntimeError: pass\nwhile True: time.sleep(1)',
    ],
  ])('bounds a bomb of processes in %s', async (language, source) => {
    expect(await attempt(language, source, { wallMs: 1_500 })).toMatchObject({ kind: 'timed-out' })
  })

  it('says when memory ran out', async () => {
    expect(await python('x = bytearray(10 << 30)')).toMatchObject({ kind: 'out-of-memory' })
    const greedy = 'x = []\nwhile True: x.append(bytearray(1 << 20))'
    expect(await python(greedy, { memoryBytes: 64 << 20 })).toMatchObject({ kind: 'out-of-memory' })
    const inChild =
      'import os, time\nif os.fork() == 0:\n  x = []\n  while True: x.append(bytearray(1 << 20))\nprint(os.wait()[1])'
    expect(await python(inChild, { memoryBytes: 64 << 20 })).toMatchObject({ kind: 'completed', out: '9\n' })
  })

  it('bounds files by space and keeps them away from the host', async () => {
    const fill = (path: string) =>
      `try:\n  f = open("${path}", "wb")\n  while True: f.write(bytes(1 << 20)); f.flush()\nexcept OSError as e: print(e.strerror)`
    expect(await python(fill('/tmp/x'), { diskBytes: 8 << 20 })).toMatchObject({
      out: 'No space left on device\n',
    })
    expect(await python(fill('/dev/shm/x'), { diskBytes: 8 << 20 })).toMatchObject({
      out: 'No space left on device\n',
    })
    for (const path of ['/x', '/etc/passwd', '/usr/x', '/dev/x', '/proc/x', '/usr/bin/python3.11'])
      expect((await python(fill(path))).out, path).toMatch(
        /Read-only file system|Permission denied|No such file or directory|Operation not permitted|Text file busy/,
      )
    const inodes =
      'n = 0\ntry:\n  while n < 10000000:\n    open(f"/tmp/{n}", "w").close(); n += 1\nexcept OSError as e: print(e.strerror)'
    expect(['out-of-memory', 'timed-out', 'completed']).toContain((await python(inodes)).kind)
  })

  it('bounds open files, dumps no core', async () => {
    const source =
      'import os\nn = 0\ntry:\n  while True: os.open("/dev/null", 0); n += 1\nexcept OSError: print(n < 1000)'
    expect(await python(source)).toMatchObject({ out: 'True\n' })
    expect(await python('import os; os.abort()')).toMatchObject({ kind: 'completed', exitCode: 134 })
  })

  it('shows no file, environment or process of the host', async () => {
    const secret = join(folder, 'secret')
    writeFileSync(secret, 'canary-7281')
    const paths = [
      ...[
        '/etc/shadow',
        '/root',
        '/home',
        '/var',
        '/sys',
        '/run',
        '/work',
        '/boot',
        secret,
        '/proc/1/root/etc/shadow',
      ],
      ...['/var/run/docker.sock', '/run/containerd', '/var/run/secrets/kubernetes.io/serviceaccount/token'],
    ]
    const source = `import os\nfor p in ${JSON.stringify(paths)}:\n  if os.path.exists(p): print(p)\nprint("end")`
    expect((await python(source)).out).toBe('end\n')
    process.env.BRAID_CANARY = 'canary-7282'
    const all = await bash(
      'cat /proc/*/environ /proc/*/cmdline | tr "\\0" "\\n"; ls /proc | grep -c "^[0-9]"',
    )
    expect(all.out).not.toMatch(/canary|BRAID_(?!INPUT|RESULT)/)
    expect(Number(all.out.trim().split('\n').at(-1))).toBeLessThan(10)
    expect((await bash('env | sort')).out.split('\n').map((line) => line.split('=')[0])).toEqual([
      ...['BRAID_INPUT', 'BRAID_RESULT', 'HOME', 'LANG', 'PATH', 'PWD', 'SHLVL', 'TERM', '_', ''],
    ])
  })

  it('has no network: neither this machine, nor names, nor metadata, nor its sockets', async () => {
    const server = createServer((socket) => socket.end('reached'))
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const abstract = createServer((socket) => socket.end('reached'))
    await new Promise<void>((resolve) => abstract.listen(`\0braid-${process.pid}`, resolve))
    const source = `
import socket
for family, where in ((2, ("127.0.0.1", ${port})), (2, ("169.254.169.254", 80)), (2, ("1.1.1.1", 53)), (10, ("::1", ${port})), (1, "\\0braid-${process.pid}")):
  try:
    s = socket.socket(family, 1); s.settimeout(1); s.connect(where); print("reached", where)
  except OSError as e: pass
try: print(socket.getaddrinfo("example.com", 80))
except OSError: pass
for family in (16, 17, 40):
  try: socket.socket(family, 3); print("made", family)
  except OSError: pass
print("end")`
    expect((await python(source)).out).toBe('end\n')
    server.close()
    abstract.close()
  })

  it('refuses what leads out of containers', async () => {
    const source = `
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
calls = {"unshare": (272, 0x10000000), "mount": (165, 0, 0, 0, 0, 0), "ptrace": (101, 0, 0, 0, 0), "bpf": (321, 0, 0, 0),
  "io_uring_setup": (425, 1, 0), "keyctl": (250, 0, 0), "userfaultfd": (323, 0), "setns": (308, 0, 0), "open_by_handle_at": (304, 0, 0, 0),
  "process_vm_readv": (310, 1, 0, 0, 0, 0, 0), "perf_event_open": (298, 0, 0, 0, 0, 0), "kexec_load": (246, 0, 0, 0, 0), "clone newuser": (56, 0x10000000 | 17, 0, 0, 0, 0),
  "fsopen": (430, 0, 0), "chroot": (161, 0), "TIOCSTI": (16, 0, 0x5412, 0)}
for name, (number, *args) in calls.items():
  ctypes.set_errno(0)
  r = libc.syscall(number, *args)
  if r != -1 or ctypes.get_errno() != 1: print(name, r, ctypes.get_errno())
print(os.getuid(), [line for line in open("/proc/self/status") if line.startswith(("CapEff", "CapBnd", "NoNewPrivs", "Seccomp:"))])`
    const told = await python(process.arch === 'x64' ? source : 'print("65534")')
    expect(told.out.split('\n').slice(0, -2)).toEqual([])
    if (process.arch === 'x64')
      expect(told.out).toContain(
        "65534 ['CapBnd:\\t0000000000000000\\n', 'CapEff:\\t0000000000000000\\n', 'NoNewPrivs:\\t1\\n', 'Seccomp:\\t2\\n']".replace(
          "'CapBnd:\\t0000000000000000\\n', 'CapEff:\\t0000000000000000\\n'",
          "'CapEff:\\t0000000000000000\\n', 'CapBnd:\\t0000000000000000\\n'",
        ),
      )
  })

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
    expect((await python('import os; os.write(1, b"a\\xff\\xfe\\x80b\\n")')).out).toBe('a���b\n')
    expect((await python('print("\\x1b]52;c;aGk=\\x07\\n{\\"level\\":50}")')).out).toBe(
      '\x1b]52;c;aGk=\x07\n{"level":50}\n',
    )
  })

  it('leaves nothing for the next run', async () => {
    await bash(
      'echo left > /tmp/left; ln -s /etc/shadow /tmp/link; mkfifo /tmp/pipe 2>/dev/null; echo x > /dev/shm/left',
    )
    expect((await bash('ls -A /tmp /dev/shm')).out).toBe('/dev/shm:\n\n/tmp:\nmain.sh\n')
  })

  it('cancels at once, and says so', async () => {
    const cancel = new AbortController()
    const running = runner.run(
      {
        language: 'python',
        source: 'import time\nprint("on")\ntime.sleep(100)',
        limits: defaultLimits,
        signal: cancel.signal,
      },
      () => cancel.abort(),
    )
    expect(await running).toMatchObject({ kind: 'cancelled' })
  })

  it('removes what a crash of the server left', async () => {
    const program = `
import { createSandboxRunner } from ${JSON.stringify(new URL('./sandbox.ts', import.meta.url).href)}
import { defaultLimits } from ${JSON.stringify(new URL('../../runner.ts', import.meta.url).href)}
const made = await createSandboxRunner({ folder: ${JSON.stringify(join(folder, 'crash'))}, name: 'crash-${process.pid}', languages: ['bash'] })
await made.value.run({ language: 'bash', source: 'echo on; sleep 4244', limits: { ...defaultLimits, wallMs: 60000 } }, () => process.kill(process.pid, 'SIGKILL'))`
    expect(() =>
      execFileSync(process.execPath, ['--input-type=module', '-e', program], { stdio: 'pipe' }),
    ).toThrow()
    const made = await createSandboxRunner({
      folder: join(folder, 'crash'),
      name: `crash-${process.pid}`,
      languages: ['bash'],
    })
    expect(made.ok).toBe(true)
    expect(processesWith('sleep\x004244')).toBe(0)
    if (made.ok) await made.value.close()
  })
})
