/** Compiled DAGs, run by the engine. */
import { describe, expect, test } from 'vitest'
import type { DagModel, DagNode, TriggerRule } from '../../model/dag.ts'
import { DagRun, programOf } from './fixtures/dag-run.ts'

const task = (id: string, more: Partial<Extract<DagNode, { kind: 'task' }>> = {}): DagNode => ({
  id,
  kind: 'task',
  task: id,
  ...more,
})
const dagOf = (nodes: readonly DagNode[], more: Partial<DagModel> = {}): DagModel => ({
  id: 'app/d',
  nodes,
  ...more,
})

describe('a diamond', () => {
  const model = dagOf(
    [
      task('five', { after: ['four', 'three', 'one'], input: { a: '= four', b: '= three' } }),
      task('one', { input: { x: '= input.x' } }),
      task('two', { input: '= one' }),
      task('three', { after: ['one'] }),
      task('four', { after: ['two'] }),
    ],
    { output: { last: '= five', all: ['= one', 1] } },
  )

  test('runs both ways at once and joins them', () => {
    const run = new DagRun([model], { x: 7 })
    expect(run.open).toMatchObject([{ node: 'one', input: { x: 7 } }])
    run.endNode('one', { output: { from: 'one' } })
    expect(run.openNodes).toEqual(['three', 'two'])
    expect(run.open.find(({ node }) => node === 'two')?.input).toEqual({ from: 'one' })
    run.endNode('two')
    expect(run.openNodes).toEqual(['four', 'three'])
    run.endNode('four')
    expect(run.openNodes).toEqual(['three'])
    run.endNode('three')
    expect(run.open).toMatchObject([{ node: 'five', input: { a: 'four', b: 'three' } }])
    run.endNode('five')
    expect(run.status).toBe('completed')
    expect(run.output).toEqual({ last: 'five', all: [{ from: 'one' }, 1] })
  })
})

test('what helps a node stands in the same part as the node', () => {
  const inner = [
    task('a'),
    task('b'),
    task('c', { after: ['a', 'b'], when: '= a = 1', onFailure: 'continue' }),
    task('e', { after: ['c'] }),
  ]
  const outer: DagNode = { id: 'm', kind: 'map', over: '= [1]', nodes: inner }
  const { nodes } = programOf(dagOf([task('x'), task('y'), { ...outer, after: ['x', 'y'] }]))
  const scopes = new Map(nodes.map(({ id, scope }) => [id, scope]))
  const inside = [
    'a',
    'b',
    'c',
    'e',
    'join:c',
    'gate:c',
    'skip:c',
    'fail:c',
    'failed:c',
    'done:c',
    'gate:e',
    'skip:e',
  ]
  expect(Object.fromEntries(scopes)).toEqual({
    ...Object.fromEntries(inside.map((id) => [id, 'm'])),
    ...Object.fromEntries(['x', 'y', 'm', 'join:m'].map((id) => [id, 'app/d'])),
    'app/d': undefined,
  })
})

describe('what may be skipped', () => {
  test('is, with what needs it, through a join; others go on', () => {
    const model = dagOf(
      [
        task('a'),
        task('b', { when: '= a.score > 0.5' }),
        task('c', { after: ['b'] }),
        task('d', { after: ['a'] }),
        task('e', { after: ['c', 'd'] }),
        task('f', { after: ['c', 'd'], rule: 'none-failed' }),
      ],
      { output: { b: '= b', e: '= e', f: '= f' } },
    )
    const skipped = new DagRun([model])
    skipped.endNode('a', { output: { score: 0.1 } })
    skipped.endAll()
    expect(skipped.ended).toEqual(['a', 'd', 'f'])
    expect([skipped.status, skipped.output]).toEqual(['completed', { b: null, e: null, f: 'f' }])
    const all = new DagRun([model])
    all.endNode('a', { output: { score: 0.6 } })
    all.endAll()
    expect([...all.ended].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
    expect(all.status).toBe('completed')
  })

  test('waits for somebody when the condition has no answer', () => {
    const run = new DagRun([dagOf([task('a'), task('b', { when: '= a.scroe > 0.5' })])])
    run.endNode('a', { output: { score: 1 } })
    expect(run.incidents).toEqual([expect.stringContaining('gate:b')])
  })

  test('gives null where the rule allows for it', () => {
    const nodes = [
      task('a'),
      task('b', { when: '= a = 1' }),
      task('c', { rule: 'all-done', when: '= b.x > 1', after: ['b'] }),
    ]
    const run = new DagRun([dagOf(nodes, { output: '= c' })])
    run.endNode('a', { output: 2 })
    expect([run.status, run.output, run.incidents]).toEqual(['completed', null, []])
  })
})

describe('a trigger rule', () => {
  /** `s` succeeds, `f` fails, `k` is skipped. */
  const cases: readonly (readonly [TriggerRule, Readonly<Record<string, boolean>>])[] = [
    ['all-succeeded', { ss: true, sf: false, sk: false, ff: false, kk: false, fk: false }],
    ['all-failed', { ss: false, sf: false, sk: false, ff: true, kk: false, fk: false }],
    ['all-done', { ss: true, sf: true, sk: true, ff: true, kk: true, fk: true }],
    ['any-succeeded', { ss: true, sf: true, sk: true, ff: false, kk: false, fk: false }],
    ['any-failed', { ss: false, sf: true, sk: false, ff: true, kk: false, fk: true }],
    ['none-failed', { ss: true, sf: false, sk: true, ff: false, kk: true, fk: false }],
    ['none-skipped', { ss: true, sf: true, sk: false, ff: true, kk: false, fk: false }],
    ['none-failed-any-succeeded', { ss: true, sf: false, sk: true, ff: false, kk: false, fk: false }],
  ]
  test.each(cases)('%s runs by what came before', (rule, expected) => {
    const before = (id: string) =>
      task(id, { onFailure: 'continue', when: `= input.${id} != "k"`, input: { end: `= input.${id}` } })
    const model = dagOf([before('x'), before('y'), task('z', { after: ['x', 'y'], rule })], { output: '= z' })
    const seen = Object.keys(expected).map((ends) => {
      const run = new DagRun([model], { x: ends[0] ?? '', y: ends[1] ?? '' })
      run.endAll(({ node, input }) =>
        node !== 'z' && (input as { end: string }).end === 'f' ? 'failed' : { output: node },
      )
      expect([ends, run.status, run.incidents]).toEqual([ends, 'completed', []])
      return [ends, run.ended.includes('z')]
    })
    expect(Object.fromEntries(seen)).toEqual(expected)
  })

  test('that a failure can fulfil catches it; otherwise somebody looks at it', () => {
    const caught = new DagRun([
      dagOf([task('a'), task('b', { after: ['a'], rule: 'any-failed' }), task('c', { after: ['a'] })]),
    ])
    caught.endNode('a', 'failed')
    expect(caught.openNodes).toEqual(['b'])
    caught.endAll()
    expect(caught.status).toBe('completed')
    const waits = new DagRun([dagOf([task('a'), task('b', { after: ['a'] })])])
    waits.endNode('a', 'failed')
    expect(waits.incidents).toEqual([expect.stringContaining('a: ')])
  })
})

describe('a choice', () => {
  const branches = ['b', 'c', 'd']
  const ways = branches.map((branch) => task(branch, { on: { node: 'pick', branch } }))
  const nodes: readonly DagNode[] = [
    { id: 'pick', kind: 'choice', by: 'task', task: 'classify', branches },
    ...ways,
    task('end', { after: branches, rule: 'none-failed' }),
  ]

  test('by a task takes the named branches', () => {
    for (const [named, taken] of [
      ['b', ['b']],
      [
        ['b', 'd'],
        ['b', 'd'],
      ],
      [[], []],
    ] as const) {
      const run = new DagRun([dagOf(nodes, { output: '= pick' })])
      run.endNode('pick', { output: named })
      expect(run.openNodes).toEqual(taken.length === 0 ? ['end'] : taken)
      run.endAll()
      expect([run.status, run.output]).toEqual(['completed', [named].flat()])
    }
  })

  test('of a branch that there is not is an incident', () => {
    for (const named of ['x', ['b', 'x'], null, 5]) {
      const run = new DagRun([dagOf(nodes)])
      run.endNode('pick', { output: named })
      expect(run.incidents).toEqual([expect.stringContaining("expected a branch of 'pick' (b, c, d)")])
      expect(run.openNodes).toEqual([])
    }
  })

  test('by FEEL', () => {
    const by: DagNode = {
      id: 'pick',
      kind: 'choice',
      by: 'expression',
      branches,
      expression: '= if input.n > 1 then "b" else ["c", "d"] // a comment',
    }
    const run = new DagRun([dagOf([by, ...ways])], { n: 1 })
    expect(run.openNodes).toEqual(['c', 'd'])
  })
})

describe('a map', () => {
  test('gives results in the order of the items, whoever ends first, and keeps runs apart', () => {
    const model = dagOf(
      [
        task('list'),
        {
          id: 'each',
          kind: 'map',
          over: '= list.items',
          nodes: [
            task('a', { input: { item: '= item', n: '= loopCounter', x: '= input.x' } }),
            task('b', { when: '= a > 10', input: '= a' }),
            task('c', { after: ['b'], rule: 'none-failed', input: { a: '= a', b: '= b' } }),
          ],
          result: { a: '= a', b: '= b', c: '= c' },
        },
        task('end', { input: '= each' }),
      ],
      { output: '= each' },
    )
    const run = new DagRun([model], { x: 'x' })
    run.endNode('list', { output: { items: [1, 20, 3] } })
    expect(run.open.map(({ input }) => input)).toEqual([
      { item: 1, n: 1, x: 'x' },
      { item: 20, n: 2, x: 'x' },
      { item: 3, n: 3, x: 'x' },
    ])
    const value = (input: unknown) => (input as { item: number }).item
    for (const task of [...run.open].reverse()) run.end(task, { output: value(task.input) })
    expect(run.openNodes).toEqual(['b', 'c', 'c'])
    run.endAll(({ node, input }) => ({ output: node === 'b' ? 'B' : input }))
    expect(run.status).toBe('completed')
    expect(run.output).toEqual([
      { a: 1, b: null, c: { a: 1, b: null } },
      { a: 20, b: 'B', c: { a: 20, b: 'B' } },
      { a: 3, b: null, c: { a: 3, b: null } },
    ])
  })

  test('runs one item after the other when it has to', () => {
    const each: DagNode = {
      id: 'each',
      kind: 'map',
      over: '= input.list',
      sequential: true,
      nodes: [task('a')],
      result: '= a',
    }
    const run = new DagRun([dagOf([each], { output: '= each' })], { list: [1, 2] })
    expect(run.openNodes).toEqual(['a'])
    run.endNode('a', { output: 'first' })
    expect(run.openNodes).toEqual(['a'])
    run.endNode('a', { output: 'second' })
    expect([run.status, run.output]).toEqual(['completed', ['first', 'second']])
  })

  test('of nothing gives nothing, and inside another one sees both items', () => {
    const inner: DagNode = {
      id: 'inner',
      kind: 'map',
      over: '= item.list',
      item: 'one',
      nodes: [task('a', { input: { outer: '= item.name', one: '= one', base: '= base' } })],
      result: { a: '= a', name: '= item.name' },
    }
    const nodes: readonly DagNode[] = [
      task('base'),
      { id: 'outer', kind: 'map', over: '= input.list', nodes: [inner], result: '= inner' },
    ]
    const list = [
      { name: 'x', list: [1, 2] },
      { name: 'y', list: [] },
      { name: 'z', list: [3] },
    ]
    const run = new DagRun([dagOf(nodes, { output: '= outer' })], { list })
    run.endNode('base', { output: 'B' })
    run.endAll(({ input }) => ({ output: input }))
    expect(run.output).toEqual([
      [
        { a: { outer: 'x', one: 1, base: 'B' }, name: 'x' },
        { a: { outer: 'x', one: 2, base: 'B' }, name: 'x' },
      ],
      [],
      [{ a: { outer: 'z', one: 3, base: 'B' }, name: 'z' }],
    ])
  })

  test('sends its runs round the branches in turn', () => {
    const nodes: readonly DagNode[] = [
      task('before'),
      {
        id: 'each',
        kind: 'map',
        over: '= input.list',
        nodes: [
          task('a', { after: ['before'] }),
          { id: 'turn', kind: 'choice', by: 'round-robin', branches: ['b', 'c'], after: ['a'] },
          task('b', { on: { node: 'turn', branch: 'b' } }),
          task('c', { on: { node: 'turn', branch: 'c' } }),
          task('d', { after: ['b'] }),
          task('e', { after: ['c'] }),
        ],
      },
      task('after', { after: ['each'] }),
    ]
    const run = new DagRun([dagOf(nodes)], { list: [1, 2, 3, 4, 5] })
    run.endAll()
    expect(run.status).toBe('completed')
    expect(run.counts()).toMatchObject({ before: 1, a: 5, turn: 5, b: 3, d: 3, c: 2, e: 2, after: 1 })
    expect([run.ended[0], run.ended.at(-1)]).toEqual(['before', 'after'])
  })
})

describe('a generator', () => {
  const part: readonly DagNode[] = [
    task('A', { after: ['BEFORE'], input: { item: '= item', x: '= input.x' } }),
    { id: 'round_robin', kind: 'choice', by: 'round-robin', branches: ['B', 'C'], after: ['A'] },
    task('B', { on: { node: 'round_robin', branch: 'B' } }),
    task('C', { on: { node: 'round_robin', branch: 'C' } }),
    task('D', { input: '= B' }),
    task('E', { input: '= C' }),
  ]
  const model = dagOf(
    [
      task('BEFORE'),
      {
        id: 'range',
        kind: 'generate',
        task: 'range',
        input: { to: '= input.to' },
        nodes: part,
        result: { a: '= A', d: '= D', e: '= E' },
      },
      task('AFTER', { input: '= range' }),
    ],
    { output: '= AFTER' },
  )

  test('drives the part behind it with every item while it runs: once before, once after', () => {
    const run = new DagRun([model], { to: 5, x: 'x' })
    expect(run.openNodes).toEqual(['BEFORE'])
    run.endNode('BEFORE')
    const [range] = run.open
    if (range === undefined) throw new Error('expected the generator')
    expect(range).toMatchObject({ node: 'range', input: { to: 5 } })
    run.give(range, 0, [0])
    expect(run.open).toMatchObject([{ node: 'range' }, { node: 'A', input: { item: 0, x: 'x' } }])
    run.endNode('A', { output: 'a0' })
    run.endNode('B')
    run.endNode('D', { output: 'd0' })
    expect(run.openNodes).toEqual(['range'])
    run.give(range, 1, [1, 2])
    run.give(range, 1, [1, 2, 3, 4])
    run.end(range, { output: null })
    expect(run.openNodes).toEqual(['A', 'A', 'A', 'A'])
    run.endAll(({ node, input }) => ({
      output: node === 'AFTER' ? input : node === 'A' ? `a${(input as { item: number }).item}` : node,
    }))
    expect(run.status).toBe('completed')
    expect(run.counts()).toMatchObject({ A: 5, round_robin: 5, B: 3, D: 3, C: 2, E: 2, BEFORE: 1, AFTER: 1 })
    expect(run.ended.filter((node) => node === 'range')).toHaveLength(1)
    expect(run.output).toEqual([
      { a: 'a0', d: 'd0', e: null },
      { a: 'a1', d: null, e: 'E' },
      { a: 'a2', d: 'D', e: null },
      { a: 'a3', d: null, e: 'E' },
      { a: 'a4', d: 'D', e: null },
    ])
  })

  test('of nothing gives nothing', () => {
    const run = new DagRun([model], {})
    run.endAll(({ node, input }) => ({ output: node === 'AFTER' ? input : null }))
    expect([run.status, run.output]).toEqual(['completed', []])
  })

  test('that fails ends its part, and what comes behind decides', () => {
    const caught: DagNode = {
      ...(model.nodes[1] as Extract<DagNode, { kind: 'generate' }>),
      onFailure: 'continue',
    }
    const behind = [task('ok', { after: ['range'] }), task('mend', { after: ['range'], rule: 'all-failed' })]
    const run = new DagRun([dagOf([task('BEFORE'), caught, ...behind])], {})
    run.endNode('BEFORE')
    const [range] = run.open
    if (range === undefined) throw new Error('expected the generator')
    run.give(range, 0, [1])
    run.end(range, 'failed')
    expect(run.openNodes).toEqual(['mend'])
    run.endAll()
    expect(run.status).toBe('completed')
  })
})

describe('a repeat', () => {
  const again: DagNode = {
    id: 'again',
    kind: 'repeat',
    until: '= check.done',
    maximum: 3,
    nodes: [task('check', { input: { previous: '= again', n: '= loopCounter' } })],
    result: '= check.value',
  }

  test('goes on until it has had enough, each run seeing what the one before gave', () => {
    const run = new DagRun([dagOf([again, task('end', { input: '= again' })], { output: '= end' })])
    const seen: unknown[] = []
    run.endAll(({ node, input }) => {
      seen.push(input)
      return {
        output: node === 'end' ? input : { done: (input as { n: number }).n === 3, value: `v${seen.length}` },
      }
    })
    expect(seen).toEqual([{ previous: null, n: 1 }, { previous: 'v1', n: 2 }, { previous: 'v2', n: 3 }, 'v3'])
    expect([run.status, run.output]).toEqual(['completed', 'v3'])
  })

  test('that does not end, or says neither yes nor no, is an incident', () => {
    const endless = new DagRun([dagOf([again])])
    endless.endAll(() => ({ output: { done: false } }))
    expect(endless.counts().check).toBe(3)
    expect(endless.incidents).toEqual([
      expect.stringContaining("expected 'until' of 'again' to hold after at most 3 runs"),
    ])
    const unclear = new DagRun([dagOf([again])])
    unclear.endAll(() => ({ output: {} }))
    expect(unclear.incidents).toEqual([expect.stringContaining('again: ')])
  })
})

describe('a nested DAG', () => {
  test('runs on its own and gives its output, nothing else', () => {
    const child: DagModel = {
      id: 'child',
      nodes: [task('inside', { input: '= input.n' })],
      output: { got: '= inside' },
    }
    const parent = dagOf(
      [
        { id: 'one', kind: 'dag', dag: 'child', input: { n: 1 } },
        { id: 'two', kind: 'dag', dag: '= input.which', input: { n: '= one.got' } },
      ],
      { output: { one: '= one', two: '= two' } },
    )
    const run = new DagRun([parent, child], { which: 'child' })
    run.endAll(({ input }) => ({ output: [input] }))
    expect(run.incidents).toEqual([])
    expect([run.status, run.output]).toEqual(['completed', { one: { got: [1] }, two: { got: [[1]] } }])
    expect(Object.keys(run.instance.state.result).sort()).toEqual([
      'input',
      'one',
      'output',
      'two',
      'two__dag',
    ])
  })
})
