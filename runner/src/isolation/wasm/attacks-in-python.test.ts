import { describe, expect, it } from 'vitest'
import { attackedWasm } from '../../../../tests/support/attacked-runners.ts'
import { defaultLimits } from '../../runner.ts'

/** What hostile scripts in Python try. Each is contained, is told by its outcome, and leaves nothing: no process, no file, no change. */
describe('hostile scripts in Python, in WebAssembly', () => {
  const { folder, secret, runner, inLanguage } = attackedWasm()
  const python = inLanguage('python')

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
      if (told.kind === 'completed' && told.result?.ok === false) expect(told.result.error).toContain(message)
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
    const told = await runner().run(
      { language: 'python', source, limits: defaultLimits, signal: cancel.signal },
      () => cancel.abort(),
    )
    expect(told.kind).toBe('cancelled')
    expect(told.usage.wallMs).toBeLessThan(10_000)
  })
})
