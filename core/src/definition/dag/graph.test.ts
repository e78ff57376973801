import { describe, expect, test } from 'vitest'
import type { DagModel } from '../../model/dag.ts'
import { graphOf } from './graph.ts'
import { dotOf } from './graph-dot.ts'
import { placeGraph } from './graph-layout.ts'
import { svgOf } from './graph-svg.ts'

const model: DagModel = {
  id: 'app/d',
  nodes: [
    { id: 'a', kind: 'task', task: 'app/a', title: 'Fetch "all" <of> it & more' },
    { id: 'pick', kind: 'choice', by: 'task', task: 'app/pick', branches: ['yes', 'no'], input: '= a' },
    { id: 'b', kind: 'dag', dag: 'app/other', on: { node: 'pick', branch: 'yes' }, input: '= a' },
    {
      id: 'each',
      kind: 'map',
      over: '= a.list',
      when: '= a.score > 0.5',
      nodes: [
        { id: 'c', kind: 'task', task: 'app/c', input: '= item' },
        {
          id: 'inner',
          kind: 'repeat',
          until: '= e',
          maximum: 2,
          nodes: [{ id: 'e', kind: 'task', task: 'app/e', input: '= c' }],
        },
      ],
    },
    { id: 'end', kind: 'task', task: 'app/end', after: ['b', 'each', 'a'] },
    { id: 's', kind: 'script', script: { language: 'python', source: 'pass' }, after: ['end'] },
  ],
}
const graph = graphOf(model)

test('a graph has every node with its part, and the edges that say something', () => {
  expect(graph).toEqual({
    nodes: [
      { id: 'a', title: 'Fetch "all" <of> it & more', kind: 'task', task: 'app/a' },
      { id: 'pick', title: 'pick', kind: 'choice', task: 'app/pick' },
      { id: 'b', title: 'b', kind: 'dag', dag: 'app/other' },
      { id: 'each', title: 'each', kind: 'map' },
      { id: 'end', title: 'end', kind: 'task', task: 'app/end' },
      { id: 's', title: 's', kind: 'script', language: 'python' },
      { id: 'c', title: 'c', kind: 'task', parent: 'each', task: 'app/c' },
      { id: 'inner', title: 'inner', kind: 'repeat', parent: 'each' },
      { id: 'e', title: 'e', kind: 'task', parent: 'inner', task: 'app/e' },
    ],
    edges: [
      { from: 'a', to: 'pick' },
      { from: 'pick', to: 'b', label: 'yes' },
      { from: 'a', to: 'each', label: 'a.score > 0.5' },
      { from: 'b', to: 'end' },
      { from: 'each', to: 'end' },
      { from: 'end', to: 's' },
      { from: 'c', to: 'inner' },
    ],
  })
})

test('DOT has parts as clusters, and texts that stay texts', () => {
  expect(dotOf(graph, 'The "graph"')).toBe(String.raw`digraph "The \"graph\"" {
  rankdir=LR;
  compound=true;
  "a" [label="Fetch \"all\" <of> it & more\napp/a", shape=box];
  "pick" [label="pick\napp/pick", shape=diamond];
  "b" [label="b\napp/other", shape=box3d];
  subgraph "cluster_each" {
    label="each (map)";
    "c" [label="c\napp/c", shape=box];
    subgraph "cluster_inner" {
      label="inner (repeat)";
      "e" [label="e\napp/e", shape=box];
    }
  }
  "end" [label="end\napp/end", shape=box];
  "s" [label="s\npython", shape=note];
  "a" -> "pick";
  "pick" -> "b" [label="yes"];
  "a" -> "c" [lhead="cluster_each", label="a.score > 0.5"];
  "b" -> "end";
  "c" -> "end" [ltail="cluster_each"];
  "end" -> "s";
  "c" -> "e" [lhead="cluster_inner"];
}
`)
})

describe('the picture', () => {
  const { nodes, width, height } = placeGraph(graph)
  const boxOf = (id: string) => {
    const found = nodes.find(({ node }) => node.id === id)
    if (found === undefined) throw new Error(`${id} is not placed`)
    return found.box
  }

  test('goes from left to right, each part within its node, nothing over anything else', () => {
    const contains = (outer: string, inner: string) => {
      const [o, i] = [boxOf(outer), boxOf(inner)]
      return o.x <= i.x && o.y <= i.y && i.x + i.width <= o.x + o.width && i.y + i.height <= o.y + o.height
    }
    expect([contains('each', 'c'), contains('each', 'inner'), contains('inner', 'e')]).toEqual([
      true,
      true,
      true,
    ])
    for (const { from, to } of graph.edges)
      expect(boxOf(from).x + boxOf(from).width).toBeLessThan(boxOf(to).x)
    for (const [index, one] of nodes.entries()) {
      expect([one.box.x + one.box.width <= width, one.box.y + one.box.height <= height]).toEqual([true, true])
      for (const other of nodes.slice(index + 1)) {
        if (one.node.parent !== other.node.parent) continue
        const [a, b] = [one.box, other.box]
        const apart =
          a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
        expect([one.node.id, other.node.id, apart]).toEqual([one.node.id, other.node.id, true])
      }
    }
  })

  test('says states, and keeps texts from being anything else', () => {
    const svg = svgOf(graph, { title: '<script>"x"</script>\u0000', states: new Map([['c', 'running']]) })
    expect(svg).toContain('<title>&lt;script&gt;&quot;x&quot;&lt;/script&gt;\ufffd</title>')
    expect(svg).toContain('<g data-node="c" data-state="running"><title>c · app/c · running</title>')
    expect(svg).toContain('Fetch &quot;all&quot; &lt;of&gt; it &amp; more')
    expect(svg.match(/<path d="M/g)).toHaveLength(graph.edges.length + 1)
    for (const { id } of graph.nodes) expect(svg).toContain(`data-node="${id}"`)
  })

  test('of hundreds of nodes is drawn', () => {
    const many: DagModel = {
      id: 'many',
      nodes: Array.from({ length: 300 }, (_, index) => ({
        id: `n${index}`,
        kind: 'task' as const,
        task: 't',
        after: index === 0 ? [] : [`n${Math.floor((index - 1) / 3)}`],
      })),
    }
    expect(svgOf(graphOf(many), { title: 'many' }).match(/data-node/g)).toHaveLength(300)
  })
})
