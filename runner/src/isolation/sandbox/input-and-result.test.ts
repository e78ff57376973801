import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Attempt, attempt } from '../../../../tests/support/script-runs.ts'
import { maxResultBytes, type Runner } from '../../runner.ts'
import { createSandboxRunner } from './sandbox.ts'

describe.runIf(existsSync('/usr/bin/bwrap'))('what goes into a script and comes out of it', () => {
  let runner: Runner
  const folder = mkdtempSync(join(tmpdir(), 'braid-sandbox-'))

  beforeAll(async () => {
    const made = await createSandboxRunner({ folder, name: `input-${process.pid}` })
    if (!made.ok) throw new Error(made.error)
    runner = made.value
  })
  afterAll(async () => {
    await runner.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const run = (language: string, source: string, more?: Attempt) => attempt(runner, language, source, more)
  const has = (language: string): boolean => runner.runtimes.some((runtime) => runtime.language === language)

  const sums: Readonly<Record<string, string>> = {
    python: 'import braid\nbraid.result({"sum": sum(braid.input["terms"]), "of": braid.input["name"]})',
    javascript:
      'import { input, result } from "braid"\nresult({ sum: input.terms.reduce((a, b) => a + b), of: input.name })',
    typescript:
      'import { input, result } from "braid"\nconst terms: number[] = input.terms\nresult({ sum: terms.reduce((a, b) => a + b), of: input.name })',
    ruby: 'require "braid"\nBraid.result({ sum: Braid.input["terms"].sum, of: Braid.input["name"] })',
    perl: 'use Braid;\nuse List::Util "sum";\nmy $in = Braid::input();\nBraid::result({ sum => sum(@{$in->{terms}}), of => $in->{name} });',
    php: '<?php require "braid.php";\n$in = braid\\input();\nbraid\\result(["sum" => array_sum($in["terms"]), "of" => $in["name"]]);',
    lua: `local input, sum = io.open(os.getenv("BRAID_INPUT")):read("a"), 0
for term in input:gmatch("%d") do sum = sum + tonumber(term) end
io.open(os.getenv("BRAID_RESULT"), "w"):write('{"sum":', sum, ',"of":"é"}')`,
    bash: `terms=$(grep -o '[0-9]' "$BRAID_INPUT")\necho "{\\"sum\\": $(($(paste -sd+ <<< "$terms"))), \\"of\\": \\"é\\"}" > "$BRAID_RESULT"`,
  }

  it.each(Object.keys(sums))('%s reads its input and gives a result', async (language) => {
    if (!has(language)) return
    const told = await run(language, sums[language] as string, { input: { terms: [1, 2, 3], name: 'é' } })
    expect(told).toMatchObject({ exitCode: 0, out: '', err: '' })
    expect(told).toMatchObject({ result: { ok: true, value: { sum: 6, of: 'é' } } })
  })

  it('is an empty object and no result when nobody asks', async () => {
    expect(await run('python', 'import braid; print(braid.input)')).toMatchObject({
      out: '{}\n',
      exitCode: 0,
    })
    expect('result' in (await run('python', 'print(1)'))).toBe(false)
  })

  it('takes the last result, also of one that failed later', async () => {
    const told = await run(
      'python',
      'import braid\nfor n in range(3): braid.result({"n": n})\nraise SystemExit(3)',
    )
    expect(told).toMatchObject({ kind: 'completed', exitCode: 3, result: { ok: true, value: { n: 2 } } })
  })

  it('takes a result from a process of the script, too', async () => {
    const source =
      'import subprocess\nsubprocess.run(["python3", "-c", "import braid; braid.result([1])"], executable=__import__("sys").executable)'
    expect(await run('python', source)).toMatchObject({ result: { ok: true, value: [1] } })
  })

  it('never takes output for a result', async () => {
    const told = await run(
      'bash',
      'echo \'{"result":1}\'; echo \'{"result":2}\' >&2; printf \'\\x1e{"a":1}\\n\' >> /dev/stdout',
    )
    expect(told).toMatchObject({ kind: 'completed', exitCode: 0 })
    expect('result' in told).toBe(false)
  })

  it.each([
    ['__proto__', `echo '{"__proto__":{"admin":true}}' > $BRAID_RESULT`, /__proto__/],
    ['no JSON', `echo '{"a":' > $BRAID_RESULT`, /JSON/],
    ['no UTF-8', `printf '"\\xff"' > $BRAID_RESULT`, /UTF-8/],
    ['deep', `printf '[%.0s' {1..5000} > $BRAID_RESULT`, /nesting/],
    ['too long', `head -c 3000000 /dev/zero > $BRAID_RESULT; echo on`, new RegExp(String(maxResultBytes))],
  ])('says what is wrong with a result: %s', async (_, source, message) => {
    const told = await run('bash', source)
    expect(told).toMatchObject({ kind: 'completed', exitCode: 0 })
    expect(told).toMatchObject({ result: { ok: false, error: expect.stringMatching(message) } })
  })

  it('tells the script itself what JSON does not carry', async () => {
    const cyclic = await run('python', 'import braid\na = []\na.append(a)\nbraid.result(a)')
    expect(cyclic).toMatchObject({ exitCode: 1, err: expect.stringContaining('Circular') })
    const nothing = await run('javascript', 'import { result } from "braid"\nresult(undefined)')
    expect(nothing).toMatchObject({ exitCode: 1, err: expect.stringContaining('expected a result') })
    expect((await run('python', 'import braid\nbraid.result(float("nan"))')).err).toContain(
      'not JSON compliant',
    )
  })

  it('stops who writes results without end at the deadline', async () => {
    const told = await run('bash', 'cat /dev/zero > $BRAID_RESULT', { limits: { wallMs: 700 } })
    expect(told).toMatchObject({ kind: 'timed-out' })
  })

  it('lets no script change the input or where results go', async () => {
    const source =
      'for f in "$BRAID_INPUT" "$BRAID_RESULT" /braid/modules/braid.py; do rm $f; mv $f /tmp; chmod 777 $f; done; echo x > $BRAID_INPUT'
    const told = await run('bash', source, { input: { a: 1 } })
    const refusals = told.err.trim().split('\n')
    expect(refusals).toHaveLength(10)
    for (const each of refusals)
      expect(each).toMatch(/Read-only file system|Operation not permitted|Device or resource busy/)
    expect(await run('python', 'import braid; print(braid.input)')).toMatchObject({ out: '{}\n' })
  })

  it('knows its streams by the names that shells use', async () => {
    const source = 'echo out > /dev/stdout; echo err > /dev/stderr; cat /dev/stdin'
    const told = await run('bash', source, { stdin: 'in' })
    expect(told).toMatchObject({ out: 'out\nin', err: 'err\n' })
    expect(await run('bash', 'cat /dev/stdin; cat')).toMatchObject({ out: '', err: '', exitCode: 0 })
    expect(await run('bash', 'wc -c', { stdin: 'é'.repeat(1_000_000) })).toMatchObject({ out: '2000000\n' })
  })

  it('has files beside the script, and refuses paths that lead elsewhere', async () => {
    const files = { 'data.txt': 'data', 'lib/part.py': 'name = "part"' }
    const source = 'import lib.part\nprint(lib.part.name, open("data.txt").read())'
    expect(await run('python', source, { files })).toMatchObject({ out: 'part data\n' })
    for (const path of ['../x', '/etc/x', 'a/../../x', 'a\nb', '', 'main.py'])
      expect(await run('python', '', { files: { [path]: '' } }), path).toMatchObject({
        kind: 'runner-failed',
        message: expect.stringContaining('expected a relative path'),
      })
  })

  it('leaves nothing in its folder', async () => {
    const pipes = (): readonly string[] => readdirSync(join(folder, 'pipes'))
    const before = pipes()
    await run('python', 'print(1)', { stdin: 'x', input: { n: 1 } })
    const used = before.filter((name) => !pipes().includes(name))
    expect(used).toHaveLength(3)
    expect(pipes().filter((name) => !/^\d+$/.test(name))).toEqual([])
  })
})
