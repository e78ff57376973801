import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, linkSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attempt } from '../../../../tests/support/script-runs.ts'
import { languages } from '../../languages.ts'
import { defaultLimits, type Runner } from '../../runner.ts'
import { createSandboxRunner } from './sandbox.ts'

const hasBubblewrap = existsSync('/usr/bin/bwrap')

describe.runIf(hasBubblewrap)('languages of this machine', () => {
  let runner: Runner
  const folder = mkdtempSync(join(tmpdir(), 'braid-sandbox-'))

  beforeAll(async () => {
    const made = await createSandboxRunner({ folder, name: `languages-${process.pid}` })
    if (!made.ok) throw new Error(made.error)
    runner = made.value
  })
  afterAll(async () => {
    await runner.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const has = (language: string): boolean => runner.runtimes.some((runtime) => runtime.language === language)

  it('are found whole: none is left out', () => {
    expect(runner.warnings).toEqual([])
  })

  it('include the Node that runs the server, newest first', () => {
    const found = runner.runtimes.filter(({ language }) => language === 'javascript')
    expect(found.map(({ fullVersion }) => fullVersion)).toContain(process.versions.node)
    const versions = found.map(({ version }) => Number(version))
    expect(versions).toEqual(versions.toSorted((a, b) => b - a))
  })

  it('run in each version that is asked for', async () => {
    for (const { version, fullVersion } of runner.runtimes.filter(
      ({ language }) => language === 'javascript',
    )) {
      const told = await attempt(runner, 'javascript', 'console.log(process.version)', { version })
      expect(told.out).toBe(`v${fullVersion}\n`)
    }
    expect(await attempt(runner, 'javascript', '', { version: '1' })).toMatchObject({
      kind: 'runner-failed',
      message: 'there is no runtime for javascript 1',
    })
    expect(await attempt(runner, 'cobol', '')).toMatchObject({ message: 'there is no runtime for cobol' })
  })

  const lasting: Readonly<Record<string, string>> = {
    python: 'import time\nprint("on")\ntime.sleep(100)',
    javascript: 'console.log("on"); setTimeout(() => {}, 100_000)',
    typescript: 'console.log("on" as string); setTimeout(() => {}, 100_000)',
    bash: 'echo on; sleep 100',
    ruby: 'puts "on"\nsleep 100',
    perl: 'print "on\\n"; sleep 100;',
    php: '<?php echo "on\\n"; sleep(100);',
    lua: 'print("on"); while true do end',
  }

  it.each(Object.keys(lasting))('%s shows its output while it runs', async (language) => {
    if (!has(language)) return
    const cancel = new AbortController()
    let said = ''
    const request = { language, source: lasting[language] as string, limits: defaultLimits }
    const outcome = await runner.run({ ...request, signal: cancel.signal }, (chunks) => {
      said += chunks.map(({ text }) => text).join('')
      cancel.abort()
    })
    expect(outcome.kind).toBe('cancelled')
    expect(said).toMatch(/^on/)
  })

  it.each([
    [
      'python',
      'from zoneinfo import ZoneInfo\nprint(len("é"), ZoneInfo("Europe/Berlin"))',
      '1 Europe/Berlin\n',
    ],
    ['bash', 'expr length é', '1\n'],
    ['ruby', 'puts "é".length', '1\n'],
    [
      'php',
      '<?php echo (new DateTime("2026-07-01 00:00", new DateTimeZone("Europe/Berlin")))->format("P");',
      '+02:00',
    ],
  ])('%s knows characters beyond ASCII and time zones', async (language, source, out) => {
    if (has(language)) expect(await attempt(runner, language, source)).toMatchObject({ out, err: '' })
  })
})

describe.runIf(hasBubblewrap && process.getuid?.() === 0)('a Node that only root gets to', () => {
  it('runs the scripts of others all the same', { timeout: 60_000 }, () => {
    const hidden = mkdtempSync(join(tmpdir(), 'braid-hidden-'))
    const folder = mkdtempSync(join(tmpdir(), 'braid-sandbox-'))
    linkOrCopy(process.execPath, join(hidden, 'node'))
    const program = `
import { createSandboxRunner } from ${JSON.stringify(new URL('./sandbox.ts', import.meta.url).href)}
import { defaultLimits } from ${JSON.stringify(new URL('../../runner.ts', import.meta.url).href)}
const made = await createSandboxRunner({ folder: ${JSON.stringify(folder)}, name: 'hidden-${process.pid}', languages: ['javascript', 'typescript'] })
for (const language of ['javascript', 'typescript'])
  await made.value.run({ language, version: process.versions.node.split('.')[0], source: 'console.log(process.version)', limits: defaultLimits }, (chunks) => process.stdout.write(chunks.map(({ text }) => text).join('')))
console.log(made.value.warnings.length)
await made.value.close()`
    const said = execFileSync(join(hidden, 'node'), ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    })
    expect(said).toBe(`${process.version}\n${process.version}\n0\n`)
    rmSync(hidden, { recursive: true })
    rmSync(folder, { recursive: true })
  })
})

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    copyFileSync(from, to)
  }
}

const hasGo = languages
  .find(({ name }) => name === 'go')
  ?.commands.some((path) => existsSync(path) || existsSync(`/usr/bin/${path}`))

describe.runIf(hasBubblewrap && hasGo)('Go', () => {
  let runner: Runner
  const folder = mkdtempSync(join(tmpdir(), 'braid-sandbox-'))
  // The library of Go, once compiled, serves the next time.
  const kept = join(tmpdir(), 'braid-go-library')
  const copy = (from: string, to: string): void => {
    if (existsSync(from) && !existsSync(to)) execFileSync('cp', ['-rl', from, to])
  }

  beforeAll(async () => {
    copy(kept, join(folder, 'libraries'))
    const made = await createSandboxRunner({ folder, name: `go-${process.pid}`, languages: ['go'] })
    if (!made.ok) throw new Error(made.error)
    runner = made.value
  })
  afterAll(async () => {
    await runner.close()
    copy(join(folder, 'libraries'), kept)
    rmSync(folder, { recursive: true, force: true })
  })

  const waitMs = 10 * 60_000
  const go = (body: string, imports = '"fmt"') =>
    attempt(runner, 'go', `package main\nimport (${imports})\nfunc main() {\n${body}\n}`, {
      input: { x: [1] },
    })

  it('compiles and runs a script, with its input and result', { timeout: waitMs }, async () => {
    const imports = '"encoding/json"; "fmt"; "os"'
    const body = `data, _ := os.ReadFile(os.Getenv("BRAID_INPUT"))
var input map[string]any
if err := json.Unmarshal(data, &input); err != nil { panic(err) }
fmt.Println(input["x"])
os.WriteFile(os.Getenv("BRAID_RESULT"), data, 0)`
    const told = await go(body, imports)
    expect(told).toMatchObject({ exitCode: 0, out: '[1]\n', err: '' })
    expect(told).toMatchObject({ result: { ok: true, value: { x: [1] } } })
  })

  it('says what does not compile, and what panics', { timeout: waitMs }, async () => {
    expect(await go('fmt.Println(nothing)')).toMatchObject({
      exitCode: 2,
      out: '',
      err: expect.stringContaining('main.go:4:13: undefined: nothing'),
    })
    expect(await go('var m map[string]int; m["a"] = 1; fmt.Println(m)')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('nil map'),
    })
  })
})
