/** Where the nodes of a graph lie: in layers from left to right, each part laid out within its node. */
import { Graph, layout } from '@dagrejs/dagre'
import type { DagGraph, DagGraphEdge, DagGraphNode } from './graph.ts'

/** Of the upper left corner, in pixels. */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
export type Point = { readonly x: number; readonly y: number }

export type PlacedGraph = {
  readonly width: number
  readonly height: number
  /** Parts before what is in them. */
  readonly nodes: readonly { readonly node: DagGraphNode; readonly box: Box; readonly isPart: boolean }[]
  readonly edges: readonly {
    readonly edge: DagGraphEdge
    readonly points: readonly Point[]
    /** In the middle of its label. */
    readonly label?: Point
  }[]
}

export const characterWidth = 7
const nodeHeight = 48
const [narrowest, widest] = [110, 240]
const margin = 16
/** Room for the title of a part above what is in it. */
const titleHeight = 28
export const longestLabel = 30

const widthOf = (text: string, most = widest): number =>
  Math.min(most, Math.max(narrowest, text.length * characterWidth + 28))

type Children = ReadonlyMap<string | undefined, readonly DagGraphNode[]>

export function placeGraph(graph: DagGraph): PlacedGraph {
  const children = new Map<string | undefined, DagGraphNode[]>()
  for (const node of graph.nodes) {
    const siblings = children.get(node.parent)
    if (siblings === undefined) children.set(node.parent, [node])
    else siblings.push(node)
  }
  return placePart(undefined, children, graph.edges)
}

function placePart(
  parent: string | undefined,
  children: Children,
  edges: readonly DagGraphEdge[],
): PlacedGraph {
  const nodes = children.get(parent) ?? []
  const ids = new Set(nodes.map(({ id }) => id))
  const inside = new Map(
    nodes.filter(({ id }) => children.has(id)).map(({ id }) => [id, placePart(id, children, edges)]),
  )
  const drawn = new Graph({ multigraph: true })
  drawn.setGraph({ rankdir: 'LR', nodesep: 24, ranksep: 48, marginx: margin, marginy: margin })
  drawn.setDefaultEdgeLabel(() => ({}))
  for (const { id, title, kind } of nodes) {
    const part = inside.get(id)
    const own = { width: widthOf(title), height: nodeHeight }
    const around = part && {
      width: Math.max(part.width, widthOf(`${title} (${kind})`)),
      height: part.height + titleHeight,
    }
    drawn.setNode(id, around ?? own)
  }
  const own = edges.filter(({ from, to }) => ids.has(from) && ids.has(to))
  for (const [index, { from, to, label }] of own.entries()) {
    const size = label && {
      width: Math.min(label.length, longestLabel) * characterWidth + 8,
      height: 18,
      labelpos: 'c',
    }
    drawn.setEdge(from, to, { ...size }, String(index))
  }
  layout(drawn)
  return gather(drawn, nodes, own, inside)
}

function gather(
  drawn: Graph,
  nodes: readonly DagGraphNode[],
  edges: readonly DagGraphEdge[],
  inside: ReadonlyMap<string, PlacedGraph>,
): PlacedGraph {
  const { width = 0, height = 0 } = drawn.graph()
  const placed = nodes.map((node) => {
    const { x = 0, y = 0, width, height } = drawn.node(node.id)
    return { node, box: { x: x - width / 2, y: y - height / 2, width, height }, isPart: inside.has(node.id) }
  })
  const lines = edges.map((edge, index) => {
    const { points = [], x, y } = drawn.edge(edge.from, edge.to, String(index))
    const label = edge.label !== undefined && x !== undefined && y !== undefined ? { label: { x, y } } : {}
    return { edge, points, ...label }
  })
  const inner = placed.flatMap(({ node, box }) => {
    const part = inside.get(node.id)
    return part === undefined ? [] : [moved(part, box.x, box.y + titleHeight)]
  })
  return {
    width,
    height,
    nodes: [...placed, ...inner.flatMap((part) => part.nodes)],
    edges: [...lines, ...inner.flatMap((part) => part.edges)],
  }
}

const moved = ({ width, height, nodes, edges }: PlacedGraph, dx: number, dy: number): PlacedGraph => {
  const move = ({ x, y }: Point): Point => ({ x: x + dx, y: y + dy })
  return {
    width,
    height,
    nodes: nodes.map((each) => ({ ...each, box: { ...each.box, ...move(each.box) } })),
    edges: edges.map(({ edge, points, label }) => ({
      edge,
      points: points.map(move),
      ...(label === undefined ? {} : { label: move(label) }),
    })),
  }
}
