/**
 * Places the nodes of a DAG from left to right. A node with a part is laid out from inside to outside: first its part, then
 * the node with the size that the part needs. An edge that crosses the border of a part counts, for the places, as one of
 * the node around it.
 */
import type { DagGraph } from '@braid/contract/dag.ts'
import { Graph, layout } from '@dagrejs/dagre'

/** In pixels at zoom 1; `x` and `y` are those of the upper left corner, within the node around it. */
export type Place = {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export type Places = ReadonlyMap<string, Place>

export const nodeSize = { width: 208, height: 66 } as const
/** Room of a part: around its nodes, and above for the title. */
export const partPadding = 16
export const partHeader = 62
/** Of an edge's label, so that it stands clear of nodes. */
const letterWidth = 7

type Node = DagGraph['nodes'][number]
type Edge = DagGraph['edges'][number]

export function placesOf({ nodes, edges }: DagGraph): Places {
  const parents = new Map(nodes.map(({ id, parent }) => [id, parent]))
  const inside = Map.groupBy(nodes, ({ parent }) => parent)
  const places = new Map<string, Place>()
  /** Gives the size of what a node contains; the whole DAG without a node. */
  const place = (parent: string | undefined): { readonly width: number; readonly height: number } => {
    const members = inside.get(parent) ?? []
    const sizes = new Map(members.map((node) => [node.id, sizeOf(node, inside, place)]))
    const lifted = edges.flatMap((edge) => liftedEdge(edge, parent, parents))
    return placeLevel(sizes, lifted, places, parent === undefined ? 0 : partHeader)
  }
  place(undefined)
  return places
}

function sizeOf(
  node: Node,
  inside: ReadonlyMap<string | undefined, readonly Node[]>,
  place: (parent: string) => { readonly width: number; readonly height: number },
) {
  if (!inside.has(node.id)) return nodeSize
  const { width, height } = place(node.id)
  return { width: Math.max(width, nodeSize.width + 2 * partPadding), height }
}

/** The edge as one between members of the level, or nothing where both ends are in one member or outside. */
function liftedEdge(
  edge: Edge,
  level: string | undefined,
  parents: ReadonlyMap<string, string | undefined>,
): readonly Edge[] {
  const lift = (id: string): string | undefined => {
    let member: string | undefined = id
    while (member !== undefined && parents.get(member) !== level) member = parents.get(member)
    return member
  }
  const from = lift(edge.from)
  const to = lift(edge.to)
  return from === undefined || to === undefined || from === to ? [] : [{ ...edge, from, to }]
}

function placeLevel(
  sizes: ReadonlyMap<string, { readonly width: number; readonly height: number }>,
  edges: readonly Edge[],
  places: Map<string, Place>,
  header: number,
): { readonly width: number; readonly height: number } {
  const graph = new Graph()
  graph.setGraph({ rankdir: 'LR', nodesep: 28, ranksep: 64, marginx: 0, marginy: 0 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const [id, size] of sizes) graph.setNode(id, { ...size })
  for (const { from, to, label } of edges)
    graph.setEdge(from, to, label === undefined ? {} : { width: label.length * letterWidth, height: 16 })
  layout(graph)
  const padding = header === 0 ? 0 : partPadding
  let [right, bottom] = [0, 0]
  for (const [id, { width, height }] of sizes) {
    const centre = graph.node(id) as { readonly x: number; readonly y: number }
    const x = centre.x - width / 2 + padding
    const y = centre.y - height / 2 + header
    places.set(id, { x, y, width, height })
    right = Math.max(right, x + width)
    bottom = Math.max(bottom, y + height)
  }
  return { width: right + padding, height: bottom + padding }
}
