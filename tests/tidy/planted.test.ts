/** Each rule finds what it is there for, on small trees made for it, and leaves its neighbours alone. */
import { describe, expect, it } from 'vitest'
import { checkBannedCode } from './banned-code.ts'
import { checkBannedText } from './banned-text.ts'
import { checkCycles } from './cycles.ts'
import { checkDeadFiles } from './dead-files.ts'
import { checkDocumentedCodes } from './documented-codes.ts'
import { applyExceptions } from './exceptions.ts'
import { checkFileNames } from './file-names.ts'
import type { Rule } from './finding.ts'
import { checkLayers, layers } from './layers.ts'
import { checkSizes, functionsIn } from './sizes.ts'

const findings = (rule: Rule, files: Readonly<Record<string, string>>): readonly string[] =>
  rule(new Map(Object.entries(files))).map(
    ({ path, line, message }) => `${path}${line === undefined ? '' : `:${line}`}: ${message}`,
  )

describe('layers', () => {
  const floor = {
    'core/src/base/key.ts': '',
    'core/src/engine/decide.ts': '',
    'core/src/definition/compile.ts': '',
    'server/src/store/port.ts': '',
    'server/src/execution/execution.ts': '',
    'contract/src/job.ts': '',
  }
  const objections = (path: string, text: string) => findings(checkLayers, { ...floor, [path]: text })

  it.each([
    [
      'core/src/base/key.ts',
      "import { decide } from '../engine/decide.ts'",
      'core/base may not import core/engine',
    ],
    [
      'core/src/engine/x.ts',
      "export { a } from '../definition/compile.ts'",
      'may not import core/definition',
    ],
    [
      'core/src/engine/x.ts',
      "import { readFile } from 'node:fs/promises'",
      'may not import the package node:fs',
    ],
    ['core/src/base/x.ts', "import { z } from 'zod'", 'core/base may not import the package zod'],
    [
      'contract/src/x.ts',
      "import type { A } from '@braid/core/engine/decide.ts'",
      'contract may not import core/engine',
    ],
    [
      'server/src/store/x.ts',
      "import { a } from '../execution/execution.ts'",
      'may not import server/execution',
    ],
    [
      'server/src/api/x.ts',
      "import type { S } from '../store/port.ts'",
      'server/api may not import server/store',
    ],
    [
      'web/src/frame/x.ts',
      "const x = await import('../../../server/src/store/port.ts')",
      'may not import server/store',
    ],
    [
      'web/src/features/run/x.tsx',
      "import Viewer from 'bpmn-js/lib/Viewer'",
      'may not import the package bpmn-js',
    ],
    ['core/src/elsewhere/x.ts', "import '../base/key.ts'", 'lies in no layer'],
    ['core/src/base/x.ts', "import { a } from './gone.ts'", 'which does not exist'],
  ])('objects to %s: %s', (path, text, message) => {
    expect(objections(path, text).join()).toContain(message)
  })

  it('objects to a feature that imports another feature', () => {
    const files = {
      'web/src/features/runs/list.tsx': "import { Run } from '../run/run.tsx'",
      'web/src/features/run/run.tsx': "import { a } from './panel.tsx'",
      'web/src/features/run/panel.tsx': '',
    }
    expect(findings(checkLayers, files)).toEqual([
      'web/src/features/runs/list.tsx:1: the feature runs may not import the feature run (web/src/features/run/run.tsx)',
    ])
  })

  it('accepts the way down, and whatever only looks like an import', () => {
    const text = `// import { decide } from '../engine/decide.ts'
import type { Key } from '@braid/core/base/key.ts'
import { decide } from '@braid/core/engine/decide.ts'
import { port } from '../store/port.ts'
const message = "don't import 'node:fs' from 'fs'"`
    expect(objections('server/src/execution/x.ts', text)).toEqual([])
    expect(objections('core/src/base/key.test.ts', "import { it } from 'vitest'")).toEqual([])
  })

  it('has a table without circles: every layer imports layers that import less', () => {
    const depth = (name: string, trail: readonly string[]): number => {
      expect(trail).not.toContain(name)
      const below = layers.find((layer) => layer.name === name)?.imports ?? []
      return 1 + Math.max(0, ...below.map((next) => depth(next, [...trail, name])))
    }
    for (const { name } of layers) expect(depth(name, [])).toBeGreaterThan(0)
  })
})

describe('cycles', () => {
  it('finds a circle of three files, types included', () => {
    const files = {
      'core/src/base/a.ts': "import { b } from './b.ts'",
      'core/src/base/b.ts': "import type { C } from './c.ts'",
      'core/src/base/c.ts': "export * from './a.ts'",
    }
    expect(findings(checkCycles, files).join()).toContain(
      'a.ts → core/src/base/b.ts → core/src/base/c.ts → core',
    )
    expect(findings(checkCycles, { ...files, 'core/src/base/c.ts': '' })).toEqual([])
  })
})

describe('sizes', () => {
  const lines = (count: number, line = 'const x = 1'): string => `${line}\n`.repeat(count)

  it('finds files that are too long', () => {
    expect(findings(checkSizes, { 'core/src/base/a.ts': lines(400) })).toEqual([])
    expect(findings(checkSizes, { 'core/src/base/a.ts': lines(401) })).toHaveLength(1)
    expect(findings(checkSizes, { 'core/src/base/a.test.ts': lines(600) })).toEqual([])
    expect(findings(checkSizes, { 'core/src/base/a.test.ts': lines(601) })).toHaveLength(1)
  })

  it.each([
    ['a declaration', (body: string) => `export async function run(a: number): Promise<void> {\n${body}}`],
    ['an arrow', (body: string) => `const run = ({ a }: { a: number }) => {\n${body}}`],
    [
      'a method',
      (body: string) => `class Engine {\n  run(a = f({}), b: string): Map<string, number> {\n${body}  }\n}`,
    ],
    ['a callback', (body: string) => `start('name', async (event) => {\n${body}})`],
  ])('finds %s that is too long', (_, make) => {
    expect(findings(checkSizes, { 'core/src/base/a.ts': make(lines(68)) })).toEqual([])
    expect(findings(checkSizes, { 'core/src/base/a.ts': make(lines(69)) })).toHaveLength(1)
  })

  it('counts lines once: for the innermost function', () => {
    const inner = `  function step() {\n${lines(60)}  }\n`
    expect(findings(checkSizes, { 'core/src/base/a.ts': `function make() {\n${inner}${inner}}` })).toEqual([])
    const outer = `function make() {\n${inner}${lines(69)}}`
    expect(findings(checkSizes, { 'core/src/base/a.ts': outer })).toHaveLength(1)
  })

  it('does not take blocks, objects and texts for functions', () => {
    const text =
      'if (a) {\n}\nfor (const x of y) {\n}\nconst o = {\n  b: 1,\n}\nconst t = "f() {"\nconst r = /=> {/\n'
    expect(functionsIn(text)).toEqual([])
  })
})

describe('banned code', () => {
  it.each([
    ['core/src/base/a.ts', 'const now = Date.now()', 'Date.now'],
    ['server/src/api/a.ts', 'const clock = Date.now', 'Date.now'],
    ['server/src/api/a.ts', 'const now = new Date()', 'new Date()'],
    ['web/src/frame/a.ts', 'const id = Math.random()', 'Math.random'],
    ['server/src/api/a.ts', 'const port = process.env.PORT', 'process.env'],
    ['core/src/engine/a.ts', 'setTimeout(run, 10)', 'core is pure'],
    ['core/src/engine/a.ts', 'export async function run() {}', 'core is pure'],
    ['core/src/base/a.ts', 'export default 1', 'a default export'],
    ['core/src/base/a.ts', 'export enum Colour { Red }', 'an enum'],
    ['server/src/operations/a.ts', 'const q = `select a\n  from job where key = $1`', 'SQL'],
    ['server/src/api/a.ts', "const q = 'insert into job (key) values ($1)'", 'SQL'],
    ['server/src/api/a.ts', ['const t = `$', '{Date.now()}`'].join(''), 'Date.now'],
  ])('finds in %s: %s', (path, text, message) => {
    expect(findings(checkBannedCode, { [path]: text }).join()).toContain(message)
  })

  it.each([
    ['core/src/base/a.ts', '// Date.now() would be wrong here\nconst text = "Date.now()"'],
    ['server/src/store/a.ts', "const q = 'select 1 from job'"],
    ['server/src/config.ts', 'parse(process.env)'],
    ['server/src/api/a.ts', 'const date = new Date(instant)'],
    ['server/src/api/a.test.ts', 'const now = Date.now()'],
    ['server/src/api/a.ts', "const text = 'select a file from the list'.length"],
    ['vite.config.ts', 'export default {}'],
  ])('accepts in %s: %s', (path, text) => {
    const accepted = findings(checkBannedCode, { [path]: text })
    expect(accepted.filter((finding) => !finding.includes('SQL'))).toEqual([])
  })
})

describe('banned text', () => {
  it.each([
    ['core/src/base/a.ts', '// TODO: later', 'unfinished work'],
    ['core/src/base/a.ts', '// @ts-ignore', 'a check is switched off'],
    ['server/src/a.test.ts', 'it.only(', 'a check is switched off'],
    ['README.md', 'see /home/somebody/notes', 'one person'],
    ['docs/start.md', '<<<<<<< HEAD', 'a merge'],
  ])('finds in %s: %s', (path, text, message) => {
    expect(findings(checkBannedText, { [path]: text }).join()).toContain(message)
  })

  it('accepts paths inside the repository', () => {
    expect(
      findings(checkBannedText, { 'web/src/router.tsx': "import('./features/home/home-page.tsx')" }),
    ).toEqual([])
  })
})

describe('file names', () => {
  it.each([
    'core/src/base/types.ts',
    'web/src/common/button.tsx',
    'server/src/api/utils.test.ts',
    'core/src/base/Key.ts',
    'contract/src/index.ts',
  ])('refuses %s', (path) => {
    expect(findings(checkFileNames, { [path]: '' })).toHaveLength(1)
  })

  it('finds migrations with the same number', () => {
    const [one, two] = ['0002_a', '0002_b'].map((name) => `server/src/store/migrations/${name}.sql`)
    const files = { 'server/src/store/migrations/0001_a.sql': '', [String(one)]: '', [String(two)]: '' }
    expect(findings(checkFileNames, files)).toEqual([`${two}: has the number of ${one}`])
  })

  it('accepts kebab-case', () => {
    expect(
      findings(checkFileNames, { 'core/src/base/date-time.test.ts': '', 'web/vite.config.ts': '' }),
    ).toEqual([])
  })
})

describe('dead files', () => {
  it('finds files that no entry point leads to, and those that only tests use', () => {
    const files = {
      'server/src/main.ts': "import './api/server.ts'\nnew Worker(new URL('./worker.ts', import.meta.url))",
      'server/src/api/server.ts': '',
      'server/src/worker.ts': '',
      'server/src/api/forgotten.ts': "import './server.ts'",
      'server/src/api/probed.ts': '',
      'server/src/api/probed.test.ts': "import './probed.ts'\nimport '../../../tests/support/probe.ts'",
      'tests/support/probe.ts': '',
      'tests/support/unused.ts': '',
    }
    expect(findings(checkDeadFiles, files)).toEqual([
      'server/src/api/forgotten.ts: is used by nothing',
      'server/src/api/probed.ts: is used by tests only',
      'tests/support/unused.ts: is used by nothing',
    ])
  })
})

describe('documented codes', () => {
  it('finds codes of problems, findings and incidents without an entry', () => {
    const files = {
      'contract/src/problem.ts':
        'export const problemCodes = {\n  NOT_FOUND: { status: 404 },\n  GONE: { status: 410 },\n} as const',
      'core/src/definition/finding.ts':
        "export type FlowCode =\n  /** It's said. */\n  | 'NO_END'\n  | 'NO_2ND'\n",
      'core/src/engine/event.ts': "export type IncidentType =\n  | 'STEP_LIMIT'\n",
      'docs/errors.md': '`NOT_FOUND` and `NO_2ND`',
    }
    expect(findings(checkDocumentedCodes, files).map((text) => text.split(': ')[1])).toEqual([
      'GONE has no entry in docs/errors.md',
      'NO_END has no entry in docs/errors.md',
      'STEP_LIMIT has no entry in docs/errors.md',
    ])
  })
})

describe('exceptions', () => {
  const finding = { rule: 'sizes', path: 'a.ts', message: 'has 500 lines' }

  it('excuse what they name', () => {
    const exception = { rule: 'sizes', path: 'a.ts', about: '500', reason: 'a table' }
    expect(applyExceptions([finding], [exception])).toEqual([])
  })

  it('do not excuse anything else, and must be needed', () => {
    const exception = { rule: 'sizes', path: 'b.ts', reason: 'a table' }
    expect(applyExceptions([finding], [exception]).map(({ path, rule }) => `${rule} ${path}`)).toEqual([
      'sizes a.ts',
      'exceptions b.ts',
    ])
  })
})
