/** Where an arrow key leads from a node: along edges to the left and right, to what stands above and below. */
import type { DagGraph } from '@braid/contract/dag.ts'
import type { Places } from './layout.ts'

export function neighbour(graph: DagGraph, places: Places, from: string, key: string): string | undefined {
  const top = (id: string): number => places.get(id)?.y ?? 0
  const highest = (ids: readonly string[]): string | undefined =>
    ids.toSorted((one, other) => top(one) - top(other))[0]
  switch (key) {
    case 'ArrowRight':
      return highest(graph.edges.filter((edge) => edge.from === from).map(({ to }) => to))
    case 'ArrowLeft':
      return highest(graph.edges.filter((edge) => edge.to === from).map((edge) => edge.from))
    case 'ArrowDown':
    case 'ArrowUp':
      return beside(graph, places, from, key === 'ArrowDown' ? 1 : -1)
    default:
      return undefined
  }
}

/** The nearest node of the same level below or above; below a node with a part, the first one in it. */
function beside(graph: DagGraph, places: Places, from: string, direction: 1 | -1): string | undefined {
  const place = places.get(from)
  if (place === undefined) return undefined
  const parent = graph.nodes.find(({ id }) => id === from)?.parent
  const inside = graph.nodes.find((node) => node.parent === from)?.id
  if (direction === 1 && inside !== undefined) return inside
  const candidates = graph.nodes
    .filter((node) => node.parent === parent && node.id !== from)
    .flatMap(({ id }) => {
      const other = places.get(id)
      const down = other === undefined ? 0 : (other.y - place.y) * direction
      return other === undefined || down <= 0 ? [] : [{ id, far: down + Math.abs(other.x - place.x) }]
    })
    .toSorted((one, other) => one.far - other.far)
  return candidates[0]?.id ?? (direction === -1 ? parent : undefined)
}
