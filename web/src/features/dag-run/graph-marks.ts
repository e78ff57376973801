import type { DagNodeStatus, TaskOutput } from '@braid/contract/dag-run.ts'
import type { Marks } from '../../graph/marks.ts'

/** Longer values are cut: a node has room for a line. */
const mostLetters = 80

/** The newest thing each node said, of values and progress. */
export function saidByNode(output: readonly TaskOutput[]): ReadonlyMap<string, string> {
  const said = new Map<string, string>()
  for (const entry of output) {
    const text =
      entry.kind === 'value' ? valueText(entry.value) : entry.kind === 'progress' ? entry.message : undefined
    if (text !== undefined) said.set(entry.nodeId, text)
  }
  return said
}

function valueText(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.length > mostLetters ? `${text.slice(0, mostLetters)}…` : text
}

export const marksOf = (nodes: readonly DagNodeStatus[], said: ReadonlyMap<string, string>): Marks =>
  new Map(
    nodes.map(({ nodeId, state, counts, progress }) => {
      const text = said.get(nodeId)
      return [
        nodeId,
        {
          state,
          counts,
          ...(progress === undefined ? {} : { progress }),
          ...(text === undefined ? {} : { said: text }),
        },
      ]
    }),
  )
