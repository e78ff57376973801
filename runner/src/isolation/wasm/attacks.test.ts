import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultLimits, type Limits, type OutputChunk, type Runner, type RunRequest } from '../../runner.ts'
import { createWasmRunner } from './wasm.ts'

/** What hostile scripts try. Each is contained, is told by its outcome, and leaves nothing: no process, no file, no change. */
describe('hostile scripts in WebAssembly', () => {
  let runner: Runner
  const folder = mkdtempSync(join(tmpdir(), 'braid-wasm-'))
  const secret = join(folder, 'secret')

  beforeAll(async () => {
    const made = await createWasmRunner({ folder, waiting: 1 })
    if (!made.ok) throw new Error(made.error)
    runner = made.value
    writeFileSync(secret, 'canary-7281')
    process.env.BRAID_CANARY = 'canary-7282'
  })
  afterAll(async () => {
    await runner.close()
    // Whatever was tried: no process of this runner is left, waiting or not.
    if (existsSync('/proc')) expect(processesOf(folder)).toBe(0)
    expect(readFileSync(secret, 'utf8')).toBe('canary-7281')
    expect(readdirSync(folder)).toHaveLength(2)
    rmSync(folder, { recursive: true, force: true })
  })

  async function attempt(
    language: string,
    source: string,
    limits: Partial<Limits> = {},
    more: Partial<RunRequest> = {},
  ) {
    const chunks: OutputChunk[] = []
    const outcome = await runner.run(
      { language, source, limits: { ...defaultLimits, wallMs: 10_000, ...limits }, ...more },
      (some) => {
        chunks.push(...some)
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
  const javascript = (source: string, limits?: Partial<Limits>) => attempt('javascript', source, limits)
  /** Processes of this machine whose command line holds a text. */
  const processesOf = (text: string): number =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text)
        } catch {
          return false
        }
      }).length

  it.each([
    ['an endless loop', 'for (;;) {}'],
    ['an endless wait', 'setTimeout(() => {}, 1e9)'],
    ['timers without end', 'setInterval(() => {}, 0)'],
    ['promises without end', 'for (;;) await null'],
    ['errors that are caught', 'for (;;) try { (() => { for (;;) {} })() } catch {}'],
    ['a pattern that explodes', '/^(a+)+$/.test("a".repeat(64) + "!")'],
    ['big numbers', 'let n = 3n; for (;;) n = (n * n) % (1n << 400000n) + 1n'],
    ['a sort of much', 'new Uint32Array(2 ** 24).map((_, i) => -i).sort((a, b) => { for (;;) {} })'],
    ['a getter in the console', 'console.log({ get x() { for (;;) {} } })'],
    [
      'an endless getter of an error',
      'throw Object.defineProperty(new Error(), "message", { get() { for (;;) {} } })',
    ],
  ])('stops %s at the deadline', async (_, source) => {
    const told = await javascript(source, { wallMs: 700 })
    expect(told.kind).toBe('timed-out')
    expect(told.usage.wallMs).toBeLessThan(10_000)
  })

  it.each([
    ['arrays', 'const all = []; for (;;) all.push(new Uint8Array(1 << 20))'],
    ['objects', 'const all = []; for (;;) all.push({})'],
    ['texts', 'const all = []; for (;;) all.push("x".repeat(1e6) + all.length)'],
    ['one array', 'new Array(2 ** 30).fill(0)'],
    ['a long text', '"x".repeat(2 ** 29)'],
    ['a big number', '(1n << (2n ** 33n))'],
    ['keys of a proxy', 'Reflect.ownKeys(new Proxy({}, { ownKeys: () => ({ length: 2 ** 28 }) }))'],
    ['a typed array of 2^30', 'new Uint8Array(2 ** 30).sort()'],
    ['closures', 'let f = null; for (;;) { const g = f; f = () => g }'],
    ['promises', 'const all = []; for (;;) all.push(new Promise(() => {}))'],
    ['timers', 'for (;;) setTimeout(() => {}, 1e6)'],
  ])('ends %s beyond the memory', async (_, source) => {
    const told = await javascript(source, { memoryBytes: 64 << 20 })
    // Some are errors of the language before they are large.
    expect(told).toMatchObject(told.kind === 'completed' ? { exitCode: 1 } : { kind: 'out-of-memory' })
    expect(told.usage.peakMemoryBytes ?? 0).toBeLessThan(400 << 20)
  })

  it.each([
    ['calls', 'const f = () => f() + 1; f()'],
    ['getters', 'class A { get x() { return this.x } }; new A().x'],
    ['parsed text', 'JSON.parse("[".repeat(1e6))'],
    ['written objects', 'let o = {}; for (let i = 0; i < 1e5; i += 1) o = { o }; JSON.stringify(o)'],
    ['source', 'eval("(".repeat(1e6))'],
    ['a pattern', 'new RegExp("(?:".repeat(1e5))'],
  ])('makes deep recursion of %s an error of the script', async (_, source) => {
    const told = await javascript(`try { ${source} } catch (error) { console.log('caught', error.name) }`)
    expect(told).toMatchObject({ kind: 'completed', exitCode: 0 })
    expect(told.out).toMatch(/^caught (InternalError|SyntaxError)\n$/)
  })

  it('makes TypeScript that nests without end an error of the script', async () => {
    for (const source of ['('.repeat(1e5), `let x: ${'Array<'.repeat(1e5)}`, 'type A = '.repeat(1e4)])
      expect(await attempt('typescript', source)).toMatchObject({ kind: 'completed', exitCode: 1, out: '' })
  })

  it('has nothing of the host in reach', async () => {
    const source = `
const seen = new Set()
const names = []
const visit = (value, path, depth) => {
  if (depth > 6 || (typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return
  seen.add(value)
  for (const key of Reflect.ownKeys(value)) {
    names.push(String(key))
    const { value: inner, get } = Reflect.getOwnPropertyDescriptor(value, key) ?? {}
    visit(inner, path, depth + 1); visit(get, path, depth + 1)
  }
  visit(Reflect.getPrototypeOf(value), path, depth + 1)
}
visit(globalThis, '', 0)
const make = [].constructor.constructor
for (const text of ['return process.mainModule', 'return require', 'return global', 'return process.binding', 'return fetch', 'return WebAssembly', 'return Deno', 'return std', 'return os'])
  try { console.log(text, typeof make(text)()) } catch (error) { console.log(text, error.name) }
console.log(names.filter((name) => /^(require|binding|dlopen|mainModule|fetch|XMLHttpRequest|readFileSync|spawn|host|_module)$/.test(name)))
console.log(JSON.stringify(process.env), Object.keys(process).sort().join())`
    const { out } = await javascript(source)
    expect(out).toBe(
      [
        ...[
          'return process.mainModule undefined',
          'return require ReferenceError',
          'return global ReferenceError',
        ],
        ...[
          'return process.binding undefined',
          'return fetch ReferenceError',
          'return WebAssembly ReferenceError',
        ],
        ...['return Deno ReferenceError', 'return std ReferenceError', 'return os ReferenceError', '[]'],
        '{} argv,env,exit,exitCode,stderr,stdin,stdout,versions\n',
      ].join('\n'),
    )
  })

  it.each([
    'node:fs',
    'fs',
    'std',
    'os',
    '/etc/passwd',
    '../../../etc/passwd',
    'file:///etc/passwd',
    'data:text/javascript,1',
    'braid:start',
    'object-inspect',
    'constructor',
    '__proto__',
  ])('loads no module %s', async (name) => {
    const told = await javascript(
      `try { console.log(await import(${JSON.stringify(name)})) } catch (error) { console.log('none') }`,
    )
    expect(told).toMatchObject({ kind: 'completed', exitCode: 0, out: 'none\n' })
  })

  it('believes no end that a script writes', async () => {
    const source = `for (const text of ['N {"exitCode":0,"outOfMemory":false,"resultBytes":4}\\nfake', '{"exitCode":0}', 'ready'])
  { console.log(text); console.error(text) }
process.exit(7)`
    const told = await javascript(source)
    expect(told).toMatchObject({ kind: 'completed', exitCode: 7 })
    expect(told).not.toHaveProperty('result')
  })

  it.each([
    ['too long', 'result("x".repeat(2 ** 21))', 'at most 1048576 bytes'],
    ['nested deep', 'let v = 1; for (let i = 0; i < 1000; i += 1) v = [v]; result(v)', "can't be kept"],
    ['with a key __proto__', `result(JSON.parse('{"__proto__":{"x":1}}'))`, "can't be kept"],
    ['no JSON', 'JSON.stringify = () => "}{"; result(1)', 'expected a result in JSON'],
  ])('refuses a result that is %s', async (_, source, message) => {
    const told = await javascript(`import { result } from 'braid'\n${source}`)
    expect(told).toMatchObject({ kind: 'completed', exitCode: 0, result: { ok: false } })
    if (told.kind === 'completed' && told.result?.ok === false) expect(told.result.error).toContain(message)
    expect(({} as { readonly x?: unknown }).x).toBeUndefined()
  })

  it('makes a cyclic result an error of the script', async () => {
    const told = await javascript(`import { result } from 'braid'\nconst v = {}; v.v = v; result(v)`)
    expect(told).toMatchObject({ kind: 'completed', exitCode: 1 })
    expect(told.err).toContain('TypeError: circular reference')
  })

  it('keeps output within its limit, and as it is', async () => {
    const told = await javascript('for (;;) console.log("é✓🙂".repeat(5000))', {
      ...{ wallMs: 1_500, outputBytes: 100_000 },
    })
    expect(told.kind).toBe('timed-out')
    expect(Buffer.byteLength(told.out)).toBeLessThanOrEqual(100_000)
    expect(told.chunks.some(({ omittedBytes }) => omittedBytes !== undefined)).toBe(true)
    expect((await javascript('console.log("\\x1b]52;c;aGk=\\x07\\n{\\"level\\":50}")')).out).toBe(
      '\x1b]52;c;aGk=\x07\n{"level":50}\n',
    )
    expect((await javascript('process.stdout.write("a\\ud800b")')).out).toMatch(/^a\uFFFD+b$/)
  })

  it('leaves nothing for the next run', async () => {
    const poison =
      'globalThis.left = 1; Array.prototype.push = () => { throw 1 }; console.log = () => {}; JSON.parse = null'
    expect(await javascript(poison)).toMatchObject({ kind: 'completed', exitCode: 0 })
    for (let round = 0; round < 3; round += 1)
      expect(
        (await javascript('const a = []; a.push(globalThis.left); console.log(a, JSON.parse("1"))')).out,
      ).toBe('[ undefined ] 1\n')
  })

  it('cancels at once, and says so', async () => {
    for (const source of ['console.log("on"); for (;;) {}', 'console.log("on"); setTimeout(() => {}, 1e9)']) {
      const cancel = new AbortController()
      const running = runner.run(
        { language: 'javascript', source, limits: defaultLimits, signal: cancel.signal },
        () => cancel.abort(),
      )
      const { kind, usage } = await running
      expect(kind).toBe('cancelled')
      expect(usage.wallMs).toBeLessThan(10_000)
    }
    const gone = AbortSignal.abort()
    expect(await attempt('javascript', 'console.log(1)', {}, { signal: gone })).toMatchObject({
      kind: 'cancelled',
      out: '',
    })
  })

  describe('in Python', () => {
    it.each([
      ['an endless loop', 'while True: pass'],
      ['endless sleep', 'import time\ntime.sleep(1e9)'],
      ['what catches all', 'while True:\n  try:\n    while True: pass\n  except BaseException: pass'],
      [
        'ignored signals',
        'import signal, time\nfor s in (1, 2, 15): signal.signal(s, signal.SIG_IGN)\nwhile True: time.sleep(1)',
      ],
      ['a pattern that explodes', 'import re\nre.match("(a+)+$", "a" * 64 + "!")'],
      ['big numbers', 'n = 3\nwhile True: n = n ** 3'],
      ['an endless exit', 'import atexit\n@atexit.register\ndef f():\n  while True: pass'],
      ['an endless finalizer', 'class A:\n  def __del__(self):\n    while True: pass\nA()'],
      [
        'an endless write of an error',
        'import sys\ndef hook(*a):\n  while True: pass\nsys.excepthook = hook\n1/0',
      ],
    ])('stops %s at the deadline', async (_, source) => {
      const told = await python(source, { wallMs: 700 })
      expect(told.kind).toBe('timed-out')
      expect(told.usage.wallMs).toBeLessThan(10_000)
    })

    it.each([
      ['arrays', 'x = []\nwhile True: x.append(bytearray(1 << 20))'],
      ['objects', 'x = []\nwhile True: x.append({})'],
      ['a long text', 'x = "x" * (1 << 30)'],
      ['a big number', '1 << (1 << 33)'],
      ['a nest', 'x = ()\nwhile True: x = (x, x, bytes(1000))'],
    ])('ends %s beyond the memory', async (_, source) => {
      const told = await python(source, { memoryBytes: 64 << 20 })
      expect(told).toMatchObject({ kind: 'out-of-memory' })
      expect(told.usage.peakMemoryBytes ?? 0).toBeLessThan(500 << 20)
    })

    it('bounds files by space, and keeps them from the host', async () => {
      const fill = (path: string) =>
        `try:\n  f = open("${path}", "wb")\n  while True: f.write(bytes(1 << 20)); f.flush()\nexcept OSError as e: print(e.strerror)`
      for (const path of ['/tmp/x', '/x', '/braid/input.json', '/dev/shm/x', secret])
        expect((await python(fill(path), { diskBytes: 8 << 20 })).out, path).toMatch(
          /^(No space left on device|No such file or directory)\n$/,
        )
      const sparse =
        'import os\nf = open("/tmp/x", "wb")\ntry: f.truncate(1 << 40)\nexcept OSError: print("no")'
      expect(await python(sparse)).toMatchObject({ kind: 'completed' })
      const again = `import os
for round in range(50):
  with open("/tmp/x", "wb") as f: f.write(bytes(1 << 20))
  os.remove("/tmp/x")
print("room")`
      expect((await python(again, { diskBytes: 8 << 20 })).out).toBe('room\n')
      const inodes = 'n = 0\nwhile True:\n  open(f"/tmp/{n}", "w").close(); n += 1'
      expect(['out-of-memory', 'timed-out']).toContain((await python(inodes, { wallMs: 3_000 })).kind)
    })

    it('bounds open files', async () => {
      const source =
        'import os\nn = 0\ntry:\n  while True: os.open("/tmp/main.py", os.O_RDONLY); n += 1\nexcept OSError: print(n < 10000)'
      expect(await python(source)).toMatchObject({ kind: 'completed', exitCode: 0, out: 'True\n' })
    })

    it('bounds recursion', async () => {
      const told = await python('def f(): f()\ntry: f()\nexcept RecursionError: print("caught")')
      expect(told).toMatchObject({ kind: 'completed', exitCode: 0, out: 'caught\n' })
      const deep = await python('import sys\nsys.setrecursionlimit(10**8)\ndef f(): f()\nf()')
      expect(deep).toMatchObject(deep.kind === 'completed' ? { exitCode: 1 } : { kind: 'out-of-memory' })
    })

    it('starts no process and no thread, opens no connection', async () => {
      const source = `
import os, socket, subprocess, threading, urllib.request
def attempt(name, run):
  try: print(name, "reached", run())
  except (OSError, RuntimeError, AttributeError): pass
attempt("system", lambda: os.system("id"))
attempt("fork", lambda: os.fork())
attempt("exec", lambda: os.execv("/bin/sh", ["sh"]))
attempt("run", lambda: subprocess.run(["id"]))
attempt("popen", lambda: os.popen("id").read())
attempt("thread", lambda: threading.Thread(target=print).start())
attempt("tcp", lambda: socket.create_connection(("127.0.0.1", 22), timeout=1))
attempt("dns", lambda: urllib.request.urlopen("http://example.com", timeout=1))
attempt("metadata", lambda: urllib.request.urlopen("http://169.254.169.254/", timeout=1))
print("end")`
      expect(await python(source)).toMatchObject({ kind: 'completed', exitCode: 0, out: 'end\n' })
    })

    it('shows nothing of the host', async () => {
      const paths = [
        '/etc/passwd',
        '/etc/shadow',
        '/proc/1/environ',
        '/proc/self/environ',
        '/root',
        secret,
        folder,
      ]
      const source = `import os, sys
for p in ${JSON.stringify(paths)}:
  if os.path.exists(p): print(p)
print(sorted(os.environ))
print(sys.argv, sys.executable, os.getpid(), os.listdir(os.environ["HOME"]))`
      const { out } = await python(source)
      expect(out).toBe(
        "['BRAID_INPUT', 'BRAID_RESULT', 'HOME', 'LANG', 'PATH', 'TERM']\n['/tmp/main.py']  42 ['main.py']\n",
      )
    })

    it('offers no way into JavaScript', async () => {
      const names = [
        'js',
        'pyodide_js',
        'pyodide',
        'pyodide.code',
        'pyodide.http',
        '_pyodide',
        '_pyodide_core',
        'ctypes',
      ]
      const source = `import importlib, sys
for name in ${JSON.stringify(names)}:
  try: importlib.import_module(name); print(name)
  except ModuleNotFoundError: pass
print(sorted(set(sys.modules) & set(${JSON.stringify(names)})))`
      expect((await python(source)).out).toBe('[]\n')
    })

    // What a script does that undoes what was taken away, and gets hold of objects of JavaScript.
    const regained = `
import gc, importlib.machinery as machinery, sys
sys.meta_path[:] = [machinery.BuiltinImporter, machinery.FrozenImporter, machinery.PathFinder]
from _pyodide_core import create_proxy, to_js
Object = to_js({}).constructor
make = Object.constructor
print("in")
`
    it.each([
      ['a function made of text', 'print(make("return process"))', 'EvalError'],
      ['a function made new of text', 'print(make.new("return globalThis"))', 'EvalError'],
      ['run_js', 'from pyodide.code import run_js', "No module named 'pyodide_js'"],
      ['the finder of modules', 'import js', "No module named 'js'"],
      [
        ...[
          'what the finder held',
          'print([o for o in gc.get_objects() if type(o).__name__ == "JsFinder"][0].jsproxies["js"])',
        ],
        'KeyError',
      ],
      ['its memory', 'import ctypes\nctypes.memset(0, 0, 1 << 26)\nprint(1)', 'out of bounds'],
      ['eval', 'import ctypes\nprint(ctypes.CDLL(None).emscripten_run_script(b"1"))', 'eval is not defined'],
      ['a shell', 'import ctypes\nprint(ctypes.CDLL(None).system(b"id"))', 'is not a function'],
    ] as const)('gets nowhere by %s, in JavaScript itself', async (_, source, message) => {
      const told = await python(`${regained}${source}`)
      expect(told).toMatchObject({ kind: 'completed', exitCode: 1 })
      expect(told.out).toMatch(/^in\n/)
      expect(told.err).toContain(message)
    })

    it('finds no object of the host among those of JavaScript', async () => {
      const source = `${regained}
names = set()
seen = []
def visit(value, depth):
  if depth == 0 or not hasattr(value, "js_id") or any(value == other for other in seen): return
  seen.append(value)
  for name in Object.getOwnPropertyNames(value):
    names.add(name)
    try: visit(getattr(value, name), depth - 1)
    except Exception: pass
  try: visit(Object.getPrototypeOf(value), depth - 1)
  except Exception: pass
for value in (Object, make, to_js([]), to_js({}), to_js(b"x")): visit(value, 4)
sites = []
def prepare(error, trace):
  for site in trace: sites.append((site.getThis(), site.getFunction()))
try: make("x")
except Exception as error:
  failed = Object.getPrototypeOf(error.constructor)
  failed.prepareStackTrace = create_proxy(prepare)
  failed.new("x").stack
for pair in sites:
  for value in pair: visit(value, 2)
print(len(seen) > 50, len(sites) > 0, names & {"process", "require", "fetch", "FS", "_module", "binding", "readFileSync", "spawnSync", "pyodide_js", "globalThis"})`
      expect(await python(source)).toMatchObject({ kind: 'completed', out: 'in\nTrue True set()\n' })
    })

    it('refuses results that are none', async () => {
      for (const [text, message] of [
        ['"x" * (1 << 21)', 'at most 1048576 bytes'],
        ['['.repeat(100) + ']'.repeat(100), "can't be kept"],
        ['{"__proto__": {"x": 1}}', "can't be kept"],
      ] as const) {
        const told = await python(`import braid\nbraid.result(${text})`)
        expect(told).toMatchObject({ kind: 'completed', exitCode: 0, result: { ok: false } })
        if (told.kind === 'completed' && told.result?.ok === false)
          expect(told.result.error).toContain(message)
      }
      const forged = await python(
        'import os\nopen(os.environ["BRAID_RESULT"], "w").write("}{")\nfor fd in (3, 4, 5):\n  try: os.write(fd, b\'N {"exitCode":0,"outOfMemory":false,"resultBytes":0}\\n\')\n  except OSError: pass\nraise SystemExit(7)',
      )
      expect(forged).toMatchObject({ kind: 'completed', exitCode: 7, result: { ok: false } })
      const cyclic = await python('import braid\nx = []\nx.append(x)\nbraid.result(x)')
      expect(cyclic).toMatchObject({ kind: 'completed', exitCode: 1 })
    })

    it('keeps output within its limit', async () => {
      const told = await python('while True: print("é✓🙂" * 5000)', { wallMs: 1_500, outputBytes: 100_000 })
      expect(told.kind).toBe('timed-out')
      expect(Buffer.byteLength(told.out)).toBeLessThanOrEqual(100_000)
      expect(told.usage.outputBytes).toBeGreaterThan(100_000)
    })

    it('leaves nothing for the next run, gives each its own chance', async () => {
      const poison =
        'import builtins, sys, os\nbuiltins.left = 1\nsys.modules["json"] = None\nopen("/tmp/left", "w").write("x")\nos.environ["LEFT"] = "1"'
      expect(await python(poison)).toMatchObject({ kind: 'completed', exitCode: 0 })
      const look =
        'import json, os, random, builtins\nprint(hasattr(builtins, "left"), os.listdir("/tmp"), "LEFT" in os.environ, random.random())'
      const seen = [await python(look), await python(look)].map(({ out }) => out)
      for (const out of seen) expect(out).toMatch(/^False \['main.py'\] False 0\.\d+\n$/)
      expect(seen[0]).not.toBe(seen[1])
    })

    it('cancels at once', async () => {
      const cancel = new AbortController()
      const source = 'print("on")\nwhile True: pass'
      const told = await runner.run(
        { language: 'python', source, limits: defaultLimits, signal: cancel.signal },
        () => cancel.abort(),
      )
      expect(told.kind).toBe('cancelled')
      expect(told.usage.wallMs).toBeLessThan(10_000)
    })
  })
})
