import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { defineApplication, ofApplication } from './application.ts'
import { dag, feel, type Ref, roundRobin } from './dag.ts'
import { generator, task } from './task.ts'

const split = task({
  name: 'split',
  input: z.object({ text: z.string(), size: z.number().default(10) }),
  output: z.object({
    parts: z.array(z.object({ text: z.string(), at: z.int() })),
    note: z.string().optional(),
  }),
  retries: 5,
  tags: ['cpu'],
  run: ({ text }) => ({ parts: [{ text, at: 0 }] }),
})
const count = task({
  name: 'count',
  input: z.object({ text: z.string() }),
  output: z.object({ words: z.number(), good: z.boolean() }),
  run: ({ text }) => ({ words: text.length, good: true }),
})
const classify = task({
  name: 'classify',
  input: z.object({ text: z.string() }),
  output: z.enum(['long', 'short']),
  run: () => 'long' as const,
})
const range = generator({
  name: 'range',
  input: z.object({ to: z.number() }),
  item: z.number(),
  run: ({ to }) => [...Array(to).keys()],
})

const input = z.object({ text: z.string(), limit: z.number().optional() })

describe('a DAG in TypeScript', () => {
  test('is plain data with refs as FEEL', () => {
    const model = dag({
      name: 'words',
      title: 'Count words',
      input,
      variants: { short: { limit: 3 } },
      build(d, { text, limit }) {
        const parts = d.task('split', split, { text }, { timeout: 'PT5S', retries: 1 })
        const counts = d.map('each', parts.parts, (part, inside) => {
          const counted = inside.task('count', count, { text: part.text })
          return { words: counted.words, at: part.at, limit }
        })
        const last = d.task(
          'last',
          count,
          { text: feel`string(count(${counts})) + ${' "words"'}` },
          { after: [parts], when: feel`${limit} > ${-0.5}`, rule: 'none-failed' },
        )
        return { counts, first: last.words, literal: '=not FEEL', list: [1, null] }
      },
    })
    expect(model).toEqual({
      id: 'words',
      title: 'Count words',
      input: expect.objectContaining({ type: 'object', required: ['text'] }),
      variants: { short: { limit: 3 } },
      nodes: [
        {
          id: 'split',
          kind: 'task',
          task: 'split',
          input: { text: '= input.text' },
          retries: 1,
          timeout: 'PT5S',
          tags: ['cpu'],
        },
        {
          id: 'each',
          kind: 'map',
          over: '= split.parts',
          nodes: [{ id: 'count', kind: 'task', task: 'count', input: { text: '= item.text' } }],
          result: { words: '= count.words', at: '= item.at', limit: '= input.limit' },
        },
        {
          id: 'last',
          kind: 'task',
          task: 'count',
          input: { text: '= string(count(each)) + " \\"words\\""' },
          after: ['split'],
          when: '= input.limit > (-0.5)',
          rule: 'none-failed',
        },
      ],
      output: { counts: '= each', first: '= last.words', literal: '= "=not FEEL"', list: [1, null] },
    })
    expect(JSON.parse(JSON.stringify(model))).toEqual(model)
  })

  test('chooses, generates, repeats and calls', () => {
    const inner = dag({
      name: 'inner',
      input: z.object({ n: z.number() }),
      build: (_d, { n }) => ({ twice: n }),
    })
    const model = dag({
      name: 'all',
      input,
      build(d, { text }) {
        const kind = d.choice('kind', { branches: ['long', 'short'], by: classify, input: { text } })
        d.task('a', count, { text }, { on: kind.long })
        const numbers = d.generate('numbers', range, { to: 3 }, (n, inside) => {
          const next = inside.choice('next', { branches: ['x', 'y'], by: roundRobin() })
          const nested = inside.dag('nested', inner, { n }, { on: next.x })
          return inside.map('deep', [1, 2], (m) => ({ m, n, twice: nested.twice }))
        })
        const again = d.repeat('again', { maximum: 3, after: [numbers] }, (inside, previous) => {
          const counted = inside.task('counted', count, {
            text: feel`get or else(${previous}.text, ${text})`,
          })
          return { until: counted.good, result: { text: feel<string>`string(${counted.words})` } }
        })
        d.dag('named', feel`${text} + "-dag"`, {})
        return again.text
      },
    })
    expect(model.nodes).toMatchObject([
      { id: 'kind', kind: 'choice', by: 'task', task: 'classify', branches: ['long', 'short'] },
      { id: 'a', on: { node: 'kind', branch: 'long' } },
      {
        id: 'numbers',
        kind: 'generate',
        task: 'range',
        nodes: [
          { id: 'next', kind: 'choice', by: 'round-robin' },
          {
            id: 'nested',
            kind: 'dag',
            dag: 'inner',
            input: { n: '= item' },
            on: { node: 'next', branch: 'x' },
          },
          {
            id: 'deep',
            over: '= [1, 2]',
            item: 'deep_item',
            result: { m: '= deep_item', n: '= item', twice: '= nested.twice' },
          },
        ],
        result: '= deep',
      },
      { id: 'again', kind: 'repeat', maximum: 3, until: '= counted.good', after: ['numbers'] },
      { id: 'named', kind: 'dag', dag: '= input.text + "-dag"' },
    ])
    expect(model.output).toBe('= again.text')
  })

  test('runs scripts', () => {
    const model = dag({
      name: 'scripted',
      input,
      build(d, { text }) {
        const script = { language: 'python', version: '3.12', source: '= 1' } as const
        const given = d.script<{ words: number }>('s', script, { text }, { timeout: 'PT5S', after: [] })
        expectTypeOf(given.words).toExtend<Ref<number>>()
        return given.words
      },
    })
    expect(model.nodes).toEqual([
      {
        id: 's',
        kind: 'script',
        script: { language: 'python', version: '3.12', source: '= 1' },
        input: { text: '= input.text' },
        after: [],
        timeout: 'PT5S',
      },
    ])
    expect(model.output).toBe('= s.words')
  })

  test('refuses what can not be seen, with the place', () => {
    const build = (
      misuse: (inner: Ref<number>, d: Parameters<Parameters<typeof dag>[0]['build']>[0]) => void,
    ) =>
      dag({
        name: 'wrong',
        input,
        build(d, { text }) {
          let leaked: Ref<number> | undefined
          d.map('each', [1], (_item, inside) => {
            leaked = inside.task('inner', count, { text }).words
          })
          misuse(leaked as Ref<number>, d)
        },
      })
    expect(() => build((inner, d) => d.task('b', count, { text: feel`string(${inner})` }))).toThrow(
      "DAG 'wrong', input.text of 'b': expected what can be seen here, got 'inner.words', which is inside of 'each'",
    )
    expect(() => build((inner, d) => d.task('b', count, { text: 'x' }, { after: [inner] }))).toThrow(
      "DAG 'wrong', after of 'b'",
    )
    expect(() => build((_inner, d) => d.task('b', count, { text: 'x' }, { after: [d.input] }))).toThrow(
      "DAG 'wrong', after of 'b': expected what a node gives, got 'input'",
    )
    const round = () =>
      dag({
        name: 'wrong',
        input,
        build: (d) => {
          d.map('outer', [1], (_outer, one) => {
            one.map('inner', [2], () => one.loopCounter)
          })
        },
      })
    expect(round).toThrow(
      "result of 'inner': expected what can be seen here, got 'loopCounter', which means something else here",
    )
  })

  test('gets the name of its application, as do its tasks and DAGs', () => {
    const other = ofApplication('other', count)
    const model = dag({
      name: 'd',
      input,
      build(d, { text }) {
        d.task('a', count, { text })
        d.map('each', [1], (_item, inside) => inside.task('b', other, { text }))
        d.dag('c', 'e', {})
      },
    })
    const application = defineApplication({ name: 'app', dags: [model] })
    expect(application.dags).toMatchObject([
      { id: 'app/d', nodes: [{ task: 'app/count' }, { nodes: [{ task: 'other/count' }] }, { dag: 'app/e' }] },
    ])
  })
})

test('types flow along the edges', () => {
  const typed = dag({
    name: 'typed',
    input,
    build(d, given) {
      expectTypeOf(given.text).toExtend<Ref<string>>()
      expectTypeOf(given.limit).toExtend<Ref<number | null>>()
      const parts = d.task('split', split, { text: given.text })
      const each = d.map('each', parts.parts, (part, inside) => {
        expectTypeOf(part).toExtend<Ref<{ text: string; at: number }>>()
        return { n: inside.task('count', count, { text: part.text }).words, kind: 'fixed' }
      })
      expectTypeOf(each).toExtend<Ref<{ readonly n: number; readonly kind: 'fixed' }[]>>()
      const kind = d.choice('kind', { branches: ['b', 'c'], by: feel<'b' | 'c'>`"b"` })
      d.task('on_b', count, { text: 'x' }, { on: kind.b })
      // @ts-expect-error no such branch
      d.task('on_d', count, { text: 'x' }, { on: kind.d ?? kind.b })
      // @ts-expect-error a field that the task doesn't give
      d.task('wrong_name', count, { text: parts.txt })
      // @ts-expect-error a list where a text is wanted
      d.task('wrong_type', count, { text: each })
      // @ts-expect-error a text that may be missing
      d.task('may_be_missing', count, { text: parts.note })
      // @ts-expect-error a field that is missing
      d.task('missing', count, {})
      // @ts-expect-error a field that the task doesn't take
      d.task('unknown', count, { text: 'x', size: 1 })
      // @ts-expect-error a literal of the wrong type
      d.task('literal', count, { text: 1 })
      // @ts-expect-error no condition
      d.task('condition', count, { text: 'x' }, { when: parts.parts })
      // @ts-expect-error no list
      d.map('no_list', given.text, (item) => item)
      // @ts-expect-error a generator is no task
      d.task('generator', range, { to: 1 })
      return { each, total: 1 }
    },
  })
  dag({
    name: 'caller',
    input,
    build(d, { text }) {
      const called = d.dag('called', typed, { text })
      expectTypeOf(called.each).toExtend<Ref<readonly { readonly n: number }[]>>()
      // @ts-expect-error the DAG takes a text
      d.dag('wrong', typed, { text: 5 })
    },
  })
  // @ts-expect-error a variant of other fields
  dag({ name: 'variant', input, variants: { a: { size: 1 } }, build: () => null })
  expect(typed.nodes.length).toBeGreaterThan(3)
})
