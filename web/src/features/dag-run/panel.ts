import type { DagDetail } from '@braid/contract/dag.ts'
import type { DagRunDetail } from '@braid/contract/dag-run.ts'
import type { LiveDagRun } from '../../live/use-dag-run.ts'

/** What every panel below the graph gets. */
export type PanelProps = {
  readonly run: DagRunDetail
  readonly dag: DagDetail
  readonly live: LiveDagRun
  /** Node chosen on the graph: panels show only what belongs to it. */
  readonly selected: string | undefined
  readonly onTask: (taskKey: string) => void
}

export const titleOf = (dag: DagDetail, nodeId: string): string =>
  dag.graph.nodes.find(({ id }) => id === nodeId)?.title ?? nodeId

/** "2.5": the fifth item in the part of the second one. */
export const itemText = (item: readonly number[]): string => item.join('.')
