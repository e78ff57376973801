import { describe, expect, it } from 'vitest'
import { attackedWasm } from '../../../../tests/support/attacked-runners.ts'
import { attempt } from '../../../../tests/support/script-runs.ts'
import { defaultLimits } from '../../runner.ts'

/** What hostile scripts in JavaScript try. Each is contained, is told by its outcome, and leaves nothing: no process, no file, no change. */
describe('hostile scripts in JavaScript, in WebAssembly', () => {
  const { runner, inLanguage } = attackedWasm()
  const [javascript, typescript] = [inLanguage('javascript'), inLanguage('typescript')]

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
      expect(await typescript(source)).toMatchObject({ kind: 'completed', exitCode: 1, out: '' })
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
    'braid:inspect',
    'object-inspect',
    'constructor',
    '__proto__',
  ])('loads no module %s', async (name) => {
    const told = await javascript(
      `console.log({})
try { console.log(await import(${JSON.stringify(name)})) } catch (error) { console.log('none') }`,
    )
    expect(told).toMatchObject({ kind: 'completed', exitCode: 0, out: '{}\nnone\n' })
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
      const running = runner().run(
        { language: 'javascript', source, limits: defaultLimits, signal: cancel.signal },
        () => cancel.abort(),
      )
      const { kind, usage } = await running
      expect(kind).toBe('cancelled')
      expect(usage.wallMs).toBeLessThan(10_000)
    }
    const gone = AbortSignal.abort()
    expect(await attempt(runner(), 'javascript', 'console.log(1)', { signal: gone })).toMatchObject({
      kind: 'cancelled',
      out: '',
    })
  })
})
