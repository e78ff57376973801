import { describe, expect, test } from 'vitest'
import { compileDagFile } from './compile-file.ts'
import type { TaskRegistry } from './tasks.ts'

const errorsOf = (text: string, tasks?: TaskRegistry): readonly string[] => {
  const compiled = compileDagFile(text, tasks === undefined ? {} : { tasks })
  if (compiled.ok) throw new Error('expected errors')
  return compiled.error.map(({ code, line, column, message }) => `${line}:${column} ${code} ${message}`)
}

const registry: TaskRegistry = new Map([
  [
    'shop/count',
    {
      kind: 'task',
      input: {
        type: 'object',
        properties: {
          text: { type: 'string' },
          size: { type: 'number' },
          kind: { enum: ['a', 'b'], type: 'string' },
        },
        required: ['text'],
        additionalProperties: false,
      },
      output: { type: 'object', properties: { words: { type: 'integer' } }, required: ['words'] },
      options: { tags: ['cpu'], retries: 1 },
    },
  ],
  ['shop/range', { kind: 'generator', input: { type: 'object' }, output: { type: 'integer' } }],
])

describe('a DAG file', () => {
  test('gives the same DAG as YAML and as JSON', () => {
    const yaml = `
# A comment.
id: words
input: { type: object, properties: { text: { type: string } } }
nodes:
  - &count
    id: count
    task: shop/count
    input: { text: = input.text }
  - id: each
    kind: map
    over: = input.list
    item: word
    nodes:
      - { id: inner, task: shop/count, input: { text: '= word' }, retries: 0 }
    result: = inner.words
output: { all: = each, first: = count.words, text: "= is FEEL", plain: ' = is not' }
`
    const json = {
      id: 'words',
      input: { type: 'object', properties: { text: { type: 'string' } } },
      nodes: [
        { id: 'count', kind: 'task', task: 'shop/count', input: { text: '= input.text' } },
        {
          id: 'each',
          kind: 'map',
          over: '= input.list',
          item: 'word',
          nodes: [{ id: 'inner', kind: 'task', task: 'shop/count', input: { text: '= word' }, retries: 0 }],
          result: '= inner.words',
        },
      ],
      output: { all: '= each', first: '= count.words', text: '= 1', plain: ' = is not' },
    }
    const fromYaml = compileDagFile(yaml.replace('= is FEEL', '= 1'))
    const fromJson = compileDagFile(JSON.stringify(json, null, 2))
    expect(fromYaml).toEqual(fromJson)
    expect(fromJson).toMatchObject({ ok: true, value: { model: json, warnings: [] } })
  })

  test('says what its tasks say of themselves, and whose they are', () => {
    const text = 'id: d\nnodes:\n  - { id: a, task: count, input: { text: x }, retries: 5 }'
    expect(compileDagFile(text, { tasks: registry, application: 'shop' })).toMatchObject({
      ok: true,
      value: {
        model: { id: 'shop/d', nodes: [{ id: 'a', task: 'shop/count', retries: 5, tags: ['cpu'] }] },
        program: { nodes: [{}, { job: { type: { value: 'shop/count#cpu' }, retries: { value: 6 } } }] },
      },
    })
  })

  test('is refused with the place of what does not belong there', () => {
    const text = `id: d
titel: x
nodes:
  - id: a
    task: t
    retry: 3
  - id: b
    kind: mapp
  - { id: c, kind: map, over: = input.list, nodes: x }
  - { id: d1, kind: choice, by: dice, branches: [] }
  - just a text
maxActiveRuns: many
`
    expect(errorsOf(text)).toEqual([
      expect.stringMatching(/^2:1 INVALID_DAG titel: expected the fields of a DAG .*got 'titel'$/),
      expect.stringMatching(
        /^6:5 INVALID_DAG nodes\[0\]\.retry: expected the fields of a task node .*got 'retry'$/,
      ),
      '8:5 INVALID_DAG nodes[1].kind: expected one of task, script, choice, dag, map, generate, repeat, got "mapp"',
      '9:45 INVALID_DAG nodes[2].nodes: expected a list, got "x"',
      '10:29 INVALID_DAG nodes[3].by: expected one of task, expression, round-robin, got "dice"',
      '11:5 INVALID_DAG nodes[4]: expected an object, got "just a text"',
      '12:1 INVALID_DAG maxActiveRuns: expected a number, got "many"',
    ])
    expect(errorsOf('id: d')).toEqual(["1:1 INVALID_DAG expected the field 'nodes' of a DAG, got none"])
    expect(errorsOf('- a')).toEqual(['1:1 INVALID_DAG expected an object, got a list'])
    expect(errorsOf('')).toEqual(['1:1 INVALID_DAG expected an object, got null'])
  })

  test('is no program and no bomb', () => {
    expect(errorsOf('id: !!js/function "x"\nnodes: []')).toEqual([expect.stringContaining('1:5 INVALID_DAG')])
    expect(errorsOf('id: a\nid: b')).toEqual([expect.stringMatching(/^2:1 INVALID_DAG .*unique/)])
    expect(errorsOf('id: [')).toEqual([expect.stringContaining('INVALID_DAG expected YAML or JSON')])
    const lines = Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(9)}]`)
    expect(errorsOf(`a0: &a0 [x]\n${lines.join('\n')}`)).toEqual([expect.stringContaining('alias')])
    expect(errorsOf(`id: ${'['.repeat(100_000)}`)).toEqual([expect.stringContaining('INVALID_DAG')])
    expect(errorsOf(`id: d\nnodes: ${'['.repeat(80)}${']'.repeat(80)}`)).toEqual([
      expect.stringContaining('NESTED_TOO_DEEP'),
    ])
    expect(errorsOf('x'.repeat(1024 * 1024 + 1))).toEqual([
      expect.stringContaining('expected at most 1048576'),
    ])
    expect(errorsOf('id: d\nnodes: [{ id: a, task: t, input: .nan }]')).toEqual([
      expect.stringContaining('2:27 INVALID_DAG nodes[0].input: expected a number that JSON has'),
    ])
  })
})

describe('a DAG that can not run', () => {
  const dag = (nodes: string, more = ''): string => `id: d\nnodes:\n${nodes}\n${more}`
  const a = '  - { id: a, task: t }'
  test.each([
    ['a name that no node has', dag('  - { id: b, task: t, after: [x] }'), '3:31 UNKNOWN_NODE', "got 'x'"],
    ['a name in FEEL', dag('  - { id: b, task: t, input: { v: = x.y } }'), '3:32 UNKNOWN_NODE', "got 'x'"],
    ['a name in the output', dag(a, 'output: = b'), '4:1 UNKNOWN_NODE', "got 'b'"],
    [
      'a cycle',
      dag(
        '  - { id: a, task: t, after: [b] }\n  - { id: b, task: t, input: = c }\n  - { id: c, task: t, when: = a }',
      ),
      'DEPENDENCY_CYCLE',
      "'a' which waits for 'b' which waits for 'c' which waits for 'a'",
    ],
    [
      'a cycle through a part',
      dag('  - { id: m, kind: map, over: "= [1]", nodes: [{ id: b, task: t, input: = m }] }'),
      'DEPENDENCY_CYCLE',
      "'m' used by itself",
    ],
    [
      'an id twice',
      dag(`${a}\n  - { id: m, kind: map, over: "= [1]", nodes: [{ id: a, task: t }] }`),
      '4:50 DUPLICATE_ID',
      "'a' twice",
    ],
    ['an id with a meaning', dag('  - { id: item, task: t }'), '3:7 INVALID_ID', "got 'item'"],
    ['an id that is a word of FEEL', dag('  - { id: then, task: t }'), '3:7 INVALID_ID', "got 'then'"],
    ['an id that is no name', dag('  - { id: a__b, task: t }'), '3:7 INVALID_ID', "single '_'"],
    [
      'a look into a part',
      dag(
        '  - { id: m, kind: map, over: "= [1]", nodes: [{ id: b, task: t }] }\n  - { id: c, task: t, input: = b }',
      ),
      '4:23 NODE_OUT_OF_REACH',
      "runs inside 'm'",
    ],
    [
      'a branch that is not there',
      dag(
        '  - { id: p, kind: choice, by: expression, expression: = "x", branches: [x] }\n  - { id: b, task: t, on: { node: p, branch: y } }',
      ),
      '4:38 UNKNOWN_BRANCH',
      "of 'p' (x), got 'y'",
    ],
    [
      'a branch of a task',
      dag(`${a}\n  - { id: b, task: t, on: { node: a, branch: y } }`),
      'UNKNOWN_BRANCH',
      "got 'a', a task",
    ],
    ['an empty part', dag('  - { id: m, kind: map, over: "= [1]", nodes: [] }'), 'EMPTY_PART', "'m'"],
    ['nothing at all', 'id: d\nnodes: []', '2:1 EMPTY_PART', 'the DAG'],
    [
      'turns without runs',
      dag('  - { id: p, kind: choice, by: round-robin, branches: [x] }'),
      'ROUND_ROBIN_OUTSIDE_PART',
      "'p'",
    ],
    ['FEEL that is none', dag('  - { id: a, task: t, when: = 1 + }'), '3:23 INVALID_EXPRESSION', "got '1 +'"],
    [
      'what is no FEEL',
      dag('  - { id: m, kind: map, over: input.list, nodes: [{ id: b, task: t }] }'),
      'INVALID_VALUE',
      "leading '='",
    ],
    ['months', dag('  - { id: a, task: t, timeout: P1M }'), '3:23 INVALID_VALUE', 'without months'],
    ['too many attempts', dag('  - { id: a, task: t, retries: 5000 }'), 'INVALID_VALUE', 'from 0 to 1000'],
    [
      'no maximum',
      dag('  - { id: r, kind: repeat, until: = b, maximum: 0, nodes: [{ id: b, task: t }] }'),
      'INVALID_VALUE',
      'from 1',
    ],
    [
      'two times of a schedule',
      dag(a, 'schedules: [{ name: n, every: PT1H, cron: "0 * * * *" }]'),
      'INVALID_VALUE',
      'one of cron, every and at',
    ],
    [
      'a cron that is none',
      dag(a, 'schedules: [{ name: n, cron: "0 * *" }]'),
      '4:24 INVALID_VALUE',
      'schedules[0].cron',
    ],
    [
      'a variant that is not there',
      dag(a, 'schedules: [{ name: n, every: PT1H, variant: big }]'),
      'INVALID_VALUE',
      'a variant of the DAG',
    ],
    [
      'a part in a part in a part',
      dag(
        `${'  - { id: m, kind: map, over: "= [1]", nodes: ['}${'{ id: m, kind: map, over: "= [1]", nodes: ['.repeat(16)}${']}'.repeat(16)}] }`,
      ),
      'NESTED_TOO_DEEP',
      '16 deep',
    ],
  ])('has %s', (_what, text, code, message) => {
    const errors = errorsOf(text)
    expect(errors).toEqual(expect.arrayContaining([expect.stringContaining(code)]))
    expect(errors.find((error) => error.includes(code))).toContain(message)
  })

  test('gives a task what it does not take', () => {
    const node = (input: string) =>
      dag(
        `  - { id: c, task: shop/count, input: { text: x } }\n  - { id: a, task: shop/count, input: ${input} }`,
      )
    expect(errorsOf(node('{ size: 1 }'), registry)).toEqual([
      "4:32 WRONG_TASK_INPUT nodes[1].input.text: expected a value for 'text', got none (task 'shop/count')",
    ])
    expect(errorsOf(node('{ text: x, sise: 1 }'), registry)).toEqual([
      expect.stringMatching(
        /^4:50 WRONG_TASK_INPUT .*expected one of the fields text, size, kind, got 'sise'/,
      ),
    ])
    expect(errorsOf(node('{ text: = c.words }'), registry)).toEqual([
      expect.stringMatching(/^4:41 WRONG_TASK_INPUT .*expected string, got integer/),
    ])
    expect(errorsOf(node('{ text: x, kind: c }'), registry)).toEqual([
      expect.stringMatching(/WRONG_TASK_INPUT .*expected one of \["a","b"\], got "c"/),
    ])
    expect(errorsOf(node('[x]'), registry)).toEqual([expect.stringContaining('expected object, got array')])
    const words = dag(
      '  - { id: m, kind: map, over: = input, nodes: [{ id: c, task: shop/count, input: { text: x } }], result: = c.words }\n  - { id: n, kind: map, over: = m, nodes: [{ id: d1, task: shop/count, input: { text: = item } }] }',
    )
    expect(errorsOf(words, registry)).toEqual([expect.stringContaining('expected string, got integer')])
    expect(errorsOf(dag('  - { id: a, task: shop/range }'), registry)).toEqual([
      expect.stringMatching(/^3:14 WRONG_KIND_OF_TASK/),
    ])
    expect(
      compileDagFile(node('{ text: "= string(c.words)", kind: = input.kind }'), { tasks: registry }),
    ).toMatchObject({ ok: true })
    expect(compileDagFile(dag('  - { id: a, task: shop/new }'), { tasks: registry })).toMatchObject({
      ok: true,
      value: { warnings: [{ code: 'UNKNOWN_TASK', severity: 'warning', line: 3 }] },
    })
  })

  test('may name what FEEL has itself, and keys of items', () => {
    const text = dag(
      '  - { id: range, task: t }\n  - { id: b, task: t, input: { v: "= count(range.list[price > 1 and item.x = sum(range.list)])", a: "= for x in range return x", c: = range } }',
      'output: { b: = range.x, range: = b.y }',
    )
    const compiled = compileDagFile(text)
    expect(compiled).toMatchObject({ ok: true })
    if (compiled.ok)
      expect(compiled.value.program.flows.map(({ id }) => id)).toEqual(['range>b', 'b>output:'])
  })
})
