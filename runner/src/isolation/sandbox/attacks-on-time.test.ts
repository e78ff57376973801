import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { attackedSandbox } from '../../../../tests/support/attacked-runners.ts'
import { leftOf } from '../../../../tests/support/script-runs.ts'
import { defaultLimits } from '../../runner.ts'
import { isKernelFrom } from './host.ts'

/**
 * What hostile scripts try to last longer, or to take more than they may. Each is contained, is told by its outcome, leaves no process and no control
 * group, and changes no file of the host.
 */
describe.runIf(existsSync('/usr/bin/bwrap'))('scripts that want to last, or to have it all', () => {
  const { name, runner, inLanguage } = attackedSandbox('time')
  const [python, bash] = [inLanguage('python'), inLanguage('bash')]

  it('has full isolation here, so that what follows tests it', () => {
    expect(runner().warnings).toEqual([])
  })

  it.each([
    ['an endless loop', 'python', 'while True: pass'],
    ['endless sleep', 'python', 'import time; time.sleep(1e9)'],
    [
      'ignored signals',
      'python',
      'import signal, time\nfor s in set(range(1, 65)) - {9, 19, 32, 33}: signal.signal(s, signal.SIG_IGN)\nwhile True: time.sleep(1)',
    ],
    [
      'a daemon forked twice',
      'python',
      'import os, time\nif os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0:\n    while True: time.sleep(1)\n  os._exit(0)\ntime.sleep(100)',
    ],
    [
      'one that stops itself and its parent',
      'bash',
      'trap "" TERM; kill -STOP 1 2>/dev/null; kill -STOP $$; sleep 100',
    ],
    [
      'an orphan that holds the output',
      'bash',
      'setsid bash -c \'trap "" HUP TERM; while :; do echo x; sleep 0.1; done\' & sleep 100',
    ],
    ['an endless loop of JavaScript', 'javascript', 'process.on("SIGTERM", () => {}); for (;;) {}'],
    ['one that waits for input that never comes', 'bash', 'mkfifo p; cat p'],
  ])('stops %s at the deadline', async (_, language, source) => {
    const told = await inLanguage(language)(source, { wallMs: 700 })
    expect(told).toMatchObject({ kind: 'timed-out' })
  })

  it('ends what a script leaves in the background', async () => {
    const told = await bash('sleep 4242 & setsid sleep 4243 & (setsid sleep 4244 &) & disown -a; echo gone')
    expect(told).toMatchObject({ kind: 'completed', exitCode: 0, out: 'gone\n' })
  })

  const forks = 'import os\nwhile True:\n  try: os.fork()\n  except OSError: pass'

  it.each([
    ['processes in Python', 'python', forks],
    // A shell that can't fork gives up after some tries; the first one never forks again.
    ['processes in Bash', 'bash', ':(){ :|:& };: & while true; do true; done'],
    [
      'processes that leave their group',
      'bash',
      'f(){ while :; do setsid bash -c "sleep 100" & done; }; f 2>/dev/null & while true; do true; done',
    ],
    [
      'threads',
      'python',
      'import threading, time\nn = 0\ntry:\n  while n < 1000000:\n    threading.Thread(target=time.sleep, args=(100,)).start(); n += 1\nexcept RuntimeError: pass\nprint(n < 64, flush=True)\nwhile True: time.sleep(1)',
    ],
  ])('bounds a bomb of %s', async (_, language, source) => {
    const told = await inLanguage(language)(source, { wallMs: 1_500 })
    expect(told).toMatchObject({ kind: 'timed-out' })
    if (source.includes('threads')) expect(told.out).toBe('True\n')
  })

  // By the limit of a process, before its memory is copied, where the kernel counts each sandbox alone.
  it.runIf(isKernelFrom(5, 14))('refuses processes early', async () => {
    const source = 'import resource as r; print(r.getrlimit(r.RLIMIT_NPROC))'
    expect(await python(source, { processes: 40 })).toMatchObject({ out: '(40, 40)\n' })
  })

  it('lets neighbours work during a bomb', { timeout: 60_000 }, async () => {
    const cancel = new AbortController()
    const bomb = runner().run(
      {
        language: 'python',
        source: `print("on")\n${forks}`,
        limits: { ...defaultLimits, wallMs: 60_000 },
        signal: cancel.signal,
      },
      () => undefined,
    )
    for (let n = 0; n < 10; n++) expect(await python(`print(${n})`)).toMatchObject({ out: `${n}\n` })
    cancel.abort()
    expect(await bomb).toMatchObject({ kind: 'cancelled' })
  })

  it('lets the server come first, and whoever begins before one that keeps busy', async () => {
    const read = (...files: readonly string[]): readonly string[] =>
      leftOf(name)
        .flatMap((path) => files.map((file) => join(path, file)))
        .filter((path) => existsSync(path))
        .map((path) => readFileSync(path, 'utf8').trim())
    const seen = new Set<string>()
    const cancel = new AbortController()
    const source = 'print(open("/proc/self/oom_score_adj").read(), end="", flush=True)\nwhile True: pass'
    const limits = { ...defaultLimits, wallMs: 60_000 }
    let said = ''
    const run = runner().run({ language: 'python', source, limits, signal: cancel.signal }, (chunks) => {
      said += chunks.map(({ text }) => text).join('')
    })
    while (seen.size < 2) {
      for (const weight of read('cpu.shares', 'cpu.weight')) seen.add(weight)
      await pause(20)
    }
    cancel.abort()
    const hurried = { weight: read('cpu.shares', 'cpu.weight'), processes: read('pids.max') }
    expect(await run).toMatchObject({ kind: 'cancelled' })
    expect(said).toBe('1000\n')
    // Fifty times as much at its begin as later; all when it is to end, and nothing more begins in it.
    const isVersion2 = existsSync('/sys/fs/cgroup/cgroup.controllers')
    expect([...seen]).toEqual(isVersion2 ? ['50', '1'] : ['512', '10'])
    expect(hurried).toEqual({ weight: [isVersion2 ? '100' : '1024'], processes: ['0'] })
  })

  it('gives one that keeps busy no more than its share', async () => {
    const source =
      'import os, time\nfor _ in range(3): os.fork()\nend = time.time() + 1.5\nwhile time.time() < end: pass\ntime.sleep(0.5)'
    const told = await python(source, { cpus: 0.2 })
    expect(told).toMatchObject({ kind: 'completed' })
    // Eight at once had time for much more.
    expect(told.usage.cpuMs).toBeLessThan(told.usage.wallMs * 0.5)
  })

  it('says when memory ran out', async () => {
    expect(await python('x = bytearray(10 << 30)')).toMatchObject({ kind: 'out-of-memory' })
    const greedy = 'x = []\nwhile True: x.append(bytearray(1 << 20))'
    expect(await python(greedy, { memoryBytes: 64 << 20 })).toMatchObject({ kind: 'out-of-memory' })
    const locked =
      'import mmap\nx = []\nwhile True:\n  m = mmap.mmap(-1, 1 << 20); m.write(bytes(1 << 20)); x.append(m)'
    expect(await python(locked, { memoryBytes: 64 << 20 })).toMatchObject({ kind: 'out-of-memory' })
    const inChild =
      'import os\nif os.fork() == 0:\n  x = []\n  while True: x.append(bytearray(1 << 20))\nprint(os.wait()[1])'
    // With version 2 of control groups, one that is out of memory ends as a whole.
    const isVersion2 = existsSync('/sys/fs/cgroup/cgroup.controllers')
    expect(await python(inChild, { memoryBytes: 64 << 20 })).toMatchObject(
      isVersion2 ? { kind: 'out-of-memory' } : { kind: 'completed', out: '9\n' },
    )
  })

  it('counts what the kernel keeps for a script: pipes, files without a name, a million files', async () => {
    const pipes =
      'import os\nx = []\nwhile True:\n  r, w = os.pipe(); os.write(w, bytes(65536)); x.append((r, w))'
    expect(await python(pipes)).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('Too many open files'),
    })
    const unnamed = 'import os\nfd = os.memfd_create("x")\nwhile True: os.write(fd, bytes(1 << 20))'
    expect(['out-of-memory', 'completed']).toContain((await python(unnamed, { memoryBytes: 64 << 20 })).kind)
    const files =
      'n = 0\ntry:\n  while n < 10000000:\n    open(f"/tmp/{n}", "w").close(); n += 1\nexcept OSError as e: print(e.strerror)'
    const told = await python(files, { memoryBytes: 64 << 20, wallMs: 60_000 })
    if (told.kind === 'completed') expect(told.out).toBe('No space left on device\n')
    else expect(told.kind).toBe('out-of-memory')
  }, 90_000)

  it('bounds files by space, however they are made', async () => {
    const fill = (path: string) =>
      `try:\n  f = open("${path}", "wb")\n  while True: f.write(bytes(1 << 20)); f.flush()\nexcept OSError as e: print(e.strerror)`
    for (const path of ['/tmp/x', '/dev/shm/x'])
      expect((await python(fill(path), { diskBytes: 8 << 20 })).out).toMatch(
        /^(No space left on device|File too large)\n$/,
      )
    const sparse =
      'f = open("/tmp/x", "wb")\ntry: f.truncate(1 << 40)\nexcept OSError as e: print(e.strerror)'
    expect(await python(sparse)).toMatchObject({ out: 'File too large\n' })
    const within = 'f = open("/tmp/x", "wb"); f.truncate(60 << 20)\nprint(f.seek(0, 2))'
    expect(await python(within)).toMatchObject({ out: `${60 << 20}\n` })
  })

  it('bounds open files, dumps no core', async () => {
    const source =
      'import os\nn = 0\ntry:\n  while True: os.open("/dev/null", 0); n += 1\nexcept OSError as e: print(n < 256, e.strerror)'
    expect(await python(source)).toMatchObject({ out: 'True Too many open files\n' })
    expect(await python('import os; os.abort()')).toMatchObject({ kind: 'completed', exitCode: 134 })
    expect((await bash('bash -c "kill -SEGV \\$\\$"; ls -A')).out).toBe('main.sh\n')
  })

  it('cancels a hundred of a hundred, whatever they do', { timeout: 120_000 }, async () => {
    const source = `trap '' TERM INT HUP; bash -c 'trap "" TERM; sleep 4245' & echo begun; while :; do :; done`
    const cancelled = async (afterMs: number): Promise<string> => {
      const cancel = new AbortController()
      setTimeout(() => cancel.abort(), afterMs)
      const limits = { ...defaultLimits, wallMs: 60_000 }
      const request = { language: 'bash', source, limits, signal: cancel.signal }
      return (await runner().run(request, () => undefined)).kind
    }
    const kinds: string[] = []
    for (let round = 0; round < 25; round++)
      kinds.push(
        ...(await Promise.all([0, 1, 2, 3].map((each) => cancelled(((round * 4 + each) * 7) % 100)))),
      )
    expect(kinds).toEqual(Array.from({ length: 100 }, () => 'cancelled'))
  })
})
