import { describe, expect, test } from 'vitest'
import type { LoopNode, Node } from '../../model/program.ts'
import { scriptLanguages } from '../../model/script.ts'
import { compileDagFile } from './compile-file.ts'
import { graphOf } from './graph.ts'
import { dotOf } from './graph-dot.ts'
import { svgOf } from './graph-svg.ts'

const compile = (text: string) => {
  const compiled = compileDagFile(text)
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error))
  return compiled.value
}
const nodeOf = (text: string, id: string): Node | undefined =>
  compile(text).program.nodes.find((node) => node.id === id)

const errorsOf = (text: string): readonly string[] => {
  const compiled = compileDagFile(text)
  if (compiled.ok) throw new Error('expected errors')
  return compiled.error.map(({ code, line, column, message }) => `${line}:${column} ${code} ${message}`)
}

const clean = `
id: d
nodes:
  - id: clean
    title: Clean up
    script:
      language: python
      version: '3.12'
      source: |
        import braid
        braid.result([1])
    input: { text: = input.text }
    timeout: PT10S
    retries: 1
    priority: 5
  - { id: seen, task: t, input: { list: = clean } }
`

describe('a script node', () => {
  test('is a job like that of a task, which gives its result as one value', () => {
    expect(compile(clean).model.nodes[0]).toMatchObject({ kind: 'script', script: { language: 'python' } })
    expect(nodeOf(clean, 'clean')).toMatchObject({
      type: 'job-task',
      name: 'Clean up',
      sourceType: 'scriptTask',
      inputs: [{ source: { feel: 'context([{value: (input.text), key: "text"}])' }, target: 'input' }],
      outputs: [{ source: { feel: 'output' }, target: 'clean' }],
      job: {
        type: { value: 'braid:script' },
        retries: { value: 2 },
        priority: { value: 5 },
        headers: {
          scriptFormat: 'python 3.12',
          script: 'import braid\nbraid.result([1])\n',
          inputVariable: 'input',
          resultVariable: 'output',
          timeoutMs: '10000',
          attempts: '2',
          backoffMs: '1000',
        },
      },
    })
  })

  test('may fail without ending the run, and may stand alone in a map', () => {
    const text = `
id: d
nodes:
  - id: each
    kind: map
    over: = input.list
    nodes:
      - { id: one, kind: script, script: { language: bash, source: 'true' }, input: { n: = item } }
    result: = one.size
  - { id: risky, script: { language: go, source: x }, onFailure: continue }
`
    const { job } = nodeOf(text, 'risky') as Extract<Node, { type: 'job-task' }>
    expect(job.failureCode).toBe('TASK_FAILED')
    const loop = nodeOf(text, 'each') as LoopNode
    expect(loop.activity).toMatchObject({
      type: 'job-task',
      sourceType: 'scriptTask',
      job: { headers: { script: 'true' } },
    })
    expect(loop.loop).toMatchObject({ outputElement: { feel: 'output.size' } })
  })

  test('is drawn with its language', () => {
    const graph = graphOf(compile(clean).model)
    expect(graph.nodes[0]).toEqual({ id: 'clean', title: 'Clean up', kind: 'script', language: 'python' })
    expect(dotOf(graph, 'd')).toContain('"clean" [label="Clean up\\npython", shape=note];')
    expect(svgOf(graph, { title: 'd' })).toContain('<title>Clean up · clean · script in python</title>')
  })
})

describe('a script node is refused', () => {
  const node = (script: string, more = ''): string =>
    `id: d\nnodes:\n  - id: a\n    script: ${script}\n${more}`

  test.each([
    [
      'in a language that nobody knows',
      node('{ language: cobol, source: x }'),
      `4:15 INVALID_VALUE nodes[0].script.language: expected one of ${scriptLanguages.join(', ')}, got "cobol"`,
    ],
    [
      'without a line',
      node('{ language: bash, source: " \\n" }'),
      '4:31 INVALID_VALUE nodes[0].script.source: expected a script, but it is empty',
    ],
    [
      'when it is too long',
      node(`{ language: bash, source: ${'x'.repeat(50_001)} }`),
      '4:31 INVALID_VALUE nodes[0].script.source: expected at most 50000 characters, got 50001',
    ],
    [
      'when its version is a number, whose zeros get lost',
      node('{ language: python, version: 3.10, source: x }'),
      "4:33 INVALID_DAG nodes[0].script.version: expected a version in quotes, such as '3.12', got 3.1",
    ],
    [
      'with a version that is none',
      node('{ language: python, version: new, source: x }'),
      '4:33 INVALID_VALUE nodes[0].script.version: expected a version such as 3.12, got "new"',
    ],
    [
      'without its source',
      node('{ language: python }'),
      "4:5 INVALID_DAG nodes[0].script: expected the field 'source' of 'script', got none",
    ],
    [
      'with input that has no fields',
      node('{ language: python, source: x }', '    input: [1]'),
      '5:5 INVALID_VALUE nodes[0].input: expected an object, whose fields the script reads, or FEEL that gives one, got [1]',
    ],
    [
      'with more time than there is',
      node('{ language: python, source: x }', '    timeout: PT1H'),
      '5:5 INVALID_VALUE nodes[0].timeout: expected 100 ms to 10 minutes, got "PT1H"',
    ],
    [
      'with what only tasks have',
      node('{ language: python, source: x }', '    tags: [gpu]'),
      "5:5 INVALID_DAG nodes[0].tags: expected the fields of a script node (id, script, kind, title, after, rule, when, on, input, retries, backoff, timeout, priority, onFailure), got 'tags'",
    ],
  ])('%s', (_what, text, error) => {
    expect(errorsOf(text)).toEqual([error])
  })
})
