import { useEffect, useState } from 'react'
import { afterChanges, afterSnapshot, type DagRunView, emptyRunView } from './dag-run-view.ts'
import { live } from './live.ts'

export type LiveDagRun = DagRunView & {
  /** Why it can't be watched. */
  readonly refusal: { readonly code: string; readonly detail: string } | undefined
}

const nothing: LiveDagRun = { ...emptyRunView, refusal: undefined }

/** Follows a run of a DAG as long as the component lives. */
export function useDagRun(dagRunKey: string): LiveDagRun {
  const [state, setState] = useState<LiveDagRun>(nothing)
  useEffect(() => {
    setState(nothing)
    return live.watch(
      { kind: 'dag-run', dagRunKey },
      {
        onSnapshot: (frame) => setState({ ...afterSnapshot(frame), refusal: undefined }),
        onChanges: (frame) => setState((before) => ({ ...before, ...afterChanges(before, frame) })),
        onRefused: (refusal) => setState((before) => ({ ...before, refusal })),
      },
    )
  }, [dagRunKey])
  return state
}
