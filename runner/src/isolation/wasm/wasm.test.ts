import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Attempt, attempt } from '../../../../tests/support/script-runs.ts'
import { defaultLimits, type Runner } from '../../runner.ts'
import { createWasmRunner } from './wasm.ts'

describe('scripts in WebAssembly', () => {
  let runner: Runner
  const folder = mkdtempSync(join(tmpdir(), 'braid-wasm-'))

  beforeAll(async () => {
    const made = await createWasmRunner({ folder, waiting: 1 })
    if (!made.ok) throw new Error(made.error)
    runner = made.value
  })
  afterAll(async () => {
    await runner.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const inLanguage = (language: string) => (source: string, more?: Attempt) =>
    attempt(runner, language, source, more)
  const [python, javascript] = [inLanguage('python'), inLanguage('javascript')]

  it('says what it has, and that it is no boundary', () => {
    expect(runner.tier).toBe('wasm')
    expect(runner.runtimes.map(({ language }) => language)).toEqual(['python', 'javascript', 'typescript'])
    expect(runner.warnings).toContainEqual(expect.stringContaining('no boundary against a hostile author'))
  })

  it('runs JavaScript and TypeScript', async () => {
    expect(await javascript('console.log("test")')).toMatchObject({
      ...{ kind: 'completed', exitCode: 0, out: 'test\n', err: '' },
    })
    const typed =
      'type Row = { readonly n: number }\nconst row: Row = { n: 1 }\nconsole.log(row satisfies Row)'
    expect(await attempt(runner, 'typescript', typed)).toMatchObject({ kind: 'completed', out: '{ n: 1 }\n' })
    expect(await attempt(runner, 'typescript', 'enum A { B }')).toMatchObject({
      kind: 'completed',
      exitCode: 1,
    })
  })

  it('keeps the order and all of long output', async () => {
    const told = await javascript(
      'for (let i = 0; i < 20000; i += 1) console.log("Line", i, "x".repeat(50))\nconsole.log("END")',
    )
    const lines = told.out.split('\n')
    expect(lines).toHaveLength(20_002)
    expect(lines.slice(0, 20_000).every((line, index) => line.startsWith(`Line ${index} `))).toBe(true)
    expect(lines.at(-2)).toBe('END')
  })

  it('tells what a run used', async () => {
    const told = await javascript(
      'let n = 0\nfor (let i = 0; i < 3e6; i += 1) n += i\nconst started = performance.now()\nawait new Promise((done) => setTimeout(done, 100))\nconsole.log(performance.now() - started >= 100)',
    )
    expect(told).toMatchObject({ kind: 'completed', out: 'true\n' })
    expect(told.usage.wallMs).toBeGreaterThanOrEqual(100)
    expect(told.usage.outputBytes).toBe(5)
    if (process.platform === 'linux') {
      expect(told.usage.cpuMs).toBeGreaterThan(0)
      expect(told.usage.peakMemoryBytes).toBeGreaterThan(10_000_000)
    }
  })

  it.each([
    ['a syntax error', 'let x = ;', '', 'SyntaxError'],
    [
      'an error',
      'console.log("before")\nthrow new TypeError("test error")\nconsole.log("after")',
      'before\n',
      'TypeError: test error\n    at <anonymous> (main.mjs:2',
    ],
    ['a rejection', 'await Promise.reject(new RangeError("late"))', '', 'RangeError: late'],
    ['a value that is no error', 'throw { code: 7 }', '', 'Uncaught { code: 7 }'],
    ['an error in a timer', 'setTimeout(() => { throw new Error("tick") }, 5)', '', 'Error: tick'],
    ['an import that is not there', 'import "node:fs"', '', 'there is no module node:fs'],
  ])('ends with 1 after %s', async (_, source, out, err) => {
    const told = await javascript(source)
    expect(told).toMatchObject({ kind: 'completed', exitCode: 1, out })
    expect(told.err).toContain(err)
  })

  it('ends as the script says', async () => {
    expect(await javascript('console.log("a"); process.exit(3); console.log("b")')).toMatchObject({
      ...{ kind: 'completed', exitCode: 3, out: 'a\n' },
    })
    expect(await javascript('process.exitCode = 4')).toMatchObject({ kind: 'completed', exitCode: 4 })
    expect(await javascript('await new Promise(() => {})')).toMatchObject({ kind: 'completed', exitCode: 13 })
  })

  it('gives input, standard input and files, takes the result', async () => {
    const source = `import { input, result } from 'braid'
import { twice } from './lib/twice.EXTENSION'
let text = ''
for await (const piece of process.stdin) text += piece
result({ first: true })
result({ n: twice(input.n), text, of: input['__proto__x'] ?? null })`
    const more = {
      ...{ input: { n: 21 }, stdin: 'one\ntwo\n' },
      files: {
        'lib/twice.ts':
          'import { two } from "../two.mjs"\nexport const twice = (n: number): number => n * two',
        'lib/twice.mjs': 'import { two } from "../two.mjs"\nexport const twice = (n) => n * two',
        'two.mjs': 'export const two = 2',
      },
    }
    for (const [language, extension] of [
      ['javascript', 'mjs'],
      ['typescript', 'ts'],
    ] as const)
      expect(await attempt(runner, language, source.replace('EXTENSION', extension), more)).toMatchObject({
        ...{ kind: 'completed', exitCode: 0 },
        result: { ok: true, value: { n: 42, text: 'one\ntwo\n', of: null } },
      })
    expect((await javascript(`import './lib/twice.ts'`, more)).err).toContain('only scripts in TypeScript')
    expect(await javascript('console.log(1)')).not.toHaveProperty('result')
  })

  it('waits for timers and promises', async () => {
    const source = `
const ticks = []
const timer = setInterval((word) => {
  ticks.push(ticks.length)
  if (ticks.length < 3) return
  clearInterval(timer)
  setTimeout(() => console.log(word, ticks), 5)
}, 5, 'end')
queueMicrotask(() => console.log('micro'))
const never = setTimeout(() => console.log('never'), 10); clearTimeout(never)
console.log(await Promise.all([1, Promise.resolve(2)]))`
    expect((await javascript(source)).out).toBe('micro\n[ 1, 2 ]\nend [ 0, 1, 2 ]\n')
  })

  it('writes values as people know them', async () => {
    const source = `class Point { x = 1 }
const circle = { name: 'c' }; circle.self = circle
console.log('%s is %d', 'a', 4.5, [1, 'b', null], { k: undefined }, new Map([[1, new Set([2])]]), new Point(), circle)
console.error(new Error('shown'))
console.log('héllo ✓')
process.stdout.write('no line'); process.stderr.write('!')`
    const told = await javascript(source)
    expect(told.out).toBe(
      "a is 4.5 [ 1, 'b', null ] { k: undefined } Map (1) {1 => Set (1) {2}} Point { x: 1 } { name: 'c', self: [Circular] }\nhéllo ✓\nno line",
    )
    expect(told.err).toMatch(/^Error: shown\n {4}at .*\n!$/)
  })

  it.each([
    ['javascript', 'console.log("now"); setTimeout(() => console.log("later"), 300)'],
    ['python', 'import time\nprint("now")\ntime.sleep(0.3)\nprint("later")'],
  ])('delivers output while the script runs, in %s', async (language, source) => {
    const pieces: string[] = []
    await runner.run({ language, source, limits: defaultLimits }, (chunks) => {
      pieces.push(chunks.map(({ text }) => text).join(''))
    })
    expect(pieces).toEqual(['now\n', 'later\n'])
  })

  it('runs Python: output in order, what was used', async () => {
    expect(await python("print('test')")).toMatchObject({
      ...{ kind: 'completed', exitCode: 0, out: 'test\n', err: '' },
    })
    expect((await python('for i in range(1, 4): print(f"Line {i}")')).out).toBe('Line 1\nLine 2\nLine 3\n')
    const told = await python(
      'import time\nitems = list(range(10000))\ntime.sleep(0.1)\nprint("done", len(items))',
    )
    expect(told).toMatchObject({ kind: 'completed', out: 'done 10000\n' })
    expect(told.usage.wallMs).toBeGreaterThanOrEqual(100)
    if (process.platform === 'linux') expect(told.usage.peakMemoryBytes).toBeGreaterThan(10_000_000)
  })

  it('keeps all of what Python writes, in any script of the world', async () => {
    const long = await python('for i in range(500): print(f"Line {i}: " + "x" * 50)\nprint("END")')
    expect(long.out.length).toBeGreaterThan(10_000)
    expect(long.out).toMatch(/^Line 0: x{50}\n[\s\S]*\nEND\n$/)
    const told = await python("print('héllo ✓')\nfor i in range(20000): print(i)")
    expect(told.out).toBe(['héllo ✓', ...Array.from({ length: 20_000 }, (_, i) => i), ''].join('\n'))
    expect((await python('import os; os.write(1, b"a\\xff\\xfe\\x80b\\n")')).out).toBe(
      'a\uFFFD\uFFFD\uFFFDb\n',
    )
  })

  it.each([
    ['a syntax error', 'def broken(\n  pass', '', /File "\/tmp\/main.py", line 1\n[\s\S]*SyntaxError/],
    [
      ...['an error', 'print("before")\nraise ValueError("test error")\nprint("after")', 'before\n'],
      /^Traceback \(most recent call last\):\n {2}File "\/tmp\/main.py", line 2, in <module>\n[\s\S]*\nValueError: test error\n$/,
    ],
    ['words at the exit', 'import sys\nsys.exit("no way")', '', /^no way\n$/],
    ['a module that is not there', 'import numpy', '', /ModuleNotFoundError: No module named 'numpy'/],
  ] as const)('ends Python with 1 after %s', async (_, source, out, err) => {
    const told = await python(source)
    expect(told).toMatchObject({ kind: 'completed', exitCode: 1, out })
    expect(told.err).toMatch(err)
  })

  it('ends as a script in Python says', async () => {
    expect(await python('print("partial", end="")\nraise SystemExit(3)')).toMatchObject({
      ...{ kind: 'completed', exitCode: 3, out: 'partial' },
    })
    expect(await python('import os\nos._exit(4)')).toMatchObject({ kind: 'completed', exitCode: 4 })
    expect(await python('import atexit\natexit.register(print, "bye")')).toMatchObject({
      exitCode: 0,
      out: 'bye\n',
    })
  })

  it('gives Python input, standard input and files, takes the result', async () => {
    const source = `import os, sys, braid
from lib.twice import twice
braid.result({"first": True})
braid.result({"n": twice(braid.input["n"]), "text": input() + sys.stdin.read(), "name": __name__, "here": os.getcwd()})`
    const more = {
      ...{ input: { n: 21 }, stdin: 'one\ntwo\n' },
      files: { 'lib/twice.py': 'def twice(n): return n * 2' },
    }
    expect(await python(source, more)).toMatchObject({
      ...{ kind: 'completed', exitCode: 0 },
      result: { ok: true, value: { n: 42, text: 'onetwo\n', name: '__main__', here: '/tmp' } },
    })
    expect(await python('print(1)')).not.toHaveProperty('result')
  })

  it('runs tasks of Python', async () => {
    const source = `import asyncio
async def later(n):
  await asyncio.sleep(0.02)
  return n
async def main():
  print(await asyncio.gather(later(1), later(2)))
  try: await asyncio.wait_for(asyncio.Event().wait(), 0.02)
  except TimeoutError: print("timeout")
asyncio.run(main())`
    expect(await python(source)).toMatchObject({ kind: 'completed', exitCode: 0, out: '[1, 2]\ntimeout\n' })
  })

  it('refuses what it has no engine for, and files that are elsewhere', async () => {
    expect(await attempt(runner, 'cobol', '')).toMatchObject({
      ...{ kind: 'runner-failed', message: 'there is no runtime for cobol' },
    })
    expect(await javascript('', { files: { '../x': '' } })).toMatchObject({
      ...{ kind: 'runner-failed', message: 'expected a relative path of a file, but it was "../x"' },
    })
  })
})
