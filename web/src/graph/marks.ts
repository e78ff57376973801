/** What a run says at the nodes of its graph. */
import type { DagGraph } from '@braid/contract/dag.ts'
import type { DagNodeStatus } from '@braid/contract/dag-run.ts'

export type NodeMark = Pick<DagNodeStatus, 'state' | 'counts' | 'progress'> & {
  /** The newest thing a task of the node said, such as a streamed value. */
  readonly said?: string
}
export type Marks = ReadonlyMap<string, NodeMark>

export type GraphNode = DagGraph['nodes'][number]

export const kindNames = {
  task: 'task',
  script: 'script',
  choice: 'choice',
  dag: 'DAG',
  map: 'per item',
  generate: 'per yielded item',
  repeat: 'repeated',
} as const satisfies Record<GraphNode['kind'], string>

const countNames = [
  ['incident', 'incident'],
  ['failed', 'failed'],
  ['running', 'running'],
  ['queued', 'queued'],
  ['succeeded', 'succeeded'],
  ['skipped', 'skipped'],
  ['canceled', 'canceled'],
] as const satisfies readonly (readonly [keyof NodeMark['counts'], string])[]

/** How many runs a node had in all. */
export const runsOf = ({ counts }: NodeMark): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

/** "3 running, 12 succeeded" of a node with several runs; with one or none, nothing that its state does not say. */
export function countsText(mark: NodeMark): string | undefined {
  if (runsOf(mark) < 2) return undefined
  return countNames
    .flatMap(([name, word]) =>
      mark.counts[name] === 0 ? [] : [`${mark.counts[name].toLocaleString()} ${word}`],
    )
    .join(', ')
}

/** All of a node in words, for those who don't see it. */
export function markText(mark: NodeMark | undefined): string | undefined {
  if (mark === undefined) return undefined
  const counts = countsText(mark)
  const progress =
    mark.state === 'running' && mark.progress !== undefined
      ? `${Math.round(mark.progress * 100)} %`
      : undefined
  return [counts ?? mark.state, progress].filter((part) => part !== undefined).join(', ')
}
