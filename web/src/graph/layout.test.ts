import type { DagGraph } from '@braid/contract/dag.ts'
import { describe, expect, test } from 'vitest'
import { type Place, placesOf } from './layout.ts'

const task = (id: string, parent?: string): DagGraph['nodes'][number] => ({
  id,
  title: id,
  kind: parent === undefined && id === 'each' ? 'map' : 'task',
  ...(parent === undefined ? {} : { parent }),
})

const graph: DagGraph = {
  nodes: [task('list'), task('each'), task('fetch', 'each'), task('parse', 'each'), task('sum')],
  edges: [
    { from: 'list', to: 'each' },
    { from: 'fetch', to: 'parse' },
    // Into a part, past its border.
    { from: 'list', to: 'parse' },
    { from: 'each', to: 'sum' },
  ],
}

const right = ({ x, width }: Place): number => x + width
const at = (id: string): Place => {
  const place = placesOf(graph).get(id)
  if (place === undefined) throw new Error(`no place for ${id}`)
  return place
}

describe('the places of a graph', () => {
  test('go from left to right along the edges', () => {
    expect(right(at('list'))).toBeLessThan(at('each').x)
    expect(right(at('each'))).toBeLessThan(at('sum').x)
    expect(right(at('fetch'))).toBeLessThan(at('parse').x)
  })

  test('of a part are within the node around it', () => {
    for (const id of ['fetch', 'parse']) {
      const [inner, outer] = [at(id), at('each')]
      expect(inner.x).toBeGreaterThan(0)
      expect(inner.y).toBeGreaterThan(0)
      expect(right(inner)).toBeLessThan(outer.width)
      expect(inner.y + inner.height).toBeLessThan(outer.height)
    }
  })

  test('never overlap', () => {
    const wide: DagGraph = {
      nodes: ['a', 'b', 'c', 'd', 'e'].map((id) => task(id)),
      edges: ['b', 'c', 'd'].flatMap((id) => [
        { from: 'a', to: id },
        { from: id, to: 'e' },
      ]),
    }
    const places = [...placesOf(wide).values()]
    for (const [index, one] of places.entries())
      for (const other of places.slice(index + 1)) {
        const apart =
          right(one) <= other.x ||
          right(other) <= one.x ||
          one.y + one.height <= other.y ||
          other.y + other.height <= one.y
        expect(apart).toBe(true)
      }
  })

  test('exist for a graph without edges, and for none', () => {
    expect(placesOf({ nodes: [task('a'), task('b')], edges: [] }).size).toBe(2)
    expect(placesOf({ nodes: [], edges: [] }).size).toBe(0)
  })
})
