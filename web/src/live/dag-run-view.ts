/** A run of a DAG as the frames of its live stream tell it. */
import type { DagRunDetail, TaskOutput } from '@braid/contract/dag-run.ts'
import type { LiveData } from '@braid/contract/live.ts'

type Frame = Extract<LiveData, { kind: 'dag-run' }>

export type DagRunView = {
  /** Undefined until the first frame came. */
  readonly run: DagRunDetail | undefined
  /** What its tasks said, oldest first: the newest `keptOutput`. */
  readonly output: readonly TaskOutput[]
}

export const emptyRunView: DagRunView = { run: undefined, output: [] }

/** Bounds the memory of a page that stays open beside tasks that talk a lot. */
export const keptOutput = 5_000

export const afterSnapshot = ({ run, output }: Frame): DagRunView => ({
  run,
  output: output.slice(-keptOutput),
})

export function afterChanges(view: DagRunView, frame: Frame): DagRunView {
  return {
    run: frame.run ?? (view.run === undefined ? undefined : changedRun(view.run, frame)),
    output: frame.output.length === 0 ? view.output : [...view.output, ...frame.output].slice(-keptOutput),
  }
}

function changedRun(run: DagRunDetail, { state, progress, endedAt, nodes = [] }: Frame): DagRunDetail {
  const changed = new Map(nodes.map((node) => [node.nodeId, node]))
  const known = new Set(run.nodes.map(({ nodeId }) => nodeId))
  const merged =
    changed.size === 0
      ? run.nodes
      : [
          ...run.nodes.map((node) => changed.get(node.nodeId) ?? node),
          ...nodes.filter(({ nodeId }) => !known.has(nodeId)),
        ]
  // A run that waited in line began with its first node.
  const startedAt = run.startedAt ?? merged.flatMap((node) => node.startedAt ?? []).toSorted()[0]
  return {
    ...run,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(state === undefined ? {} : { state }),
    ...(progress === undefined ? {} : { progress }),
    ...(endedAt === undefined ? {} : { endedAt }),
    nodes: merged,
  }
}
