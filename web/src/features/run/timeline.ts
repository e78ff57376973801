/** The rows of the timeline: element instances below their scopes, with their place between start and now. */
import type { ElementRun, InstanceView, WireKey } from '../../live/instance-view.ts'

export type TimelineRow = {
  readonly run: ElementRun
  /** 0 for elements of the process itself. */
  readonly depth: number
  /** Shares of the whole time, 0…1. */
  readonly from: number
  readonly to: number
}

/** More rows than this help nobody; the newest are kept. */
export const mostRows = 400

export function timelineRows(
  view: InstanceView,
  now: number,
  selected: string | undefined,
): { readonly rows: readonly TimelineRow[]; readonly left: number; readonly spanMs: number } {
  const runs = [...view.runs.values()]
  const start = view.startedAt ?? runs[0]?.startedAt ?? now
  const end = view.endedAt ?? Math.max(now, start)
  const spanMs = Math.max(1, end - start)
  const byScope = Map.groupBy(runs, (run) => run.scope)
  const ordered: { readonly run: ElementRun; readonly depth: number }[] = []
  const visit = (scope: WireKey | undefined, depth: number): void => {
    for (const run of byScope.get(scope) ?? []) {
      // The process itself is the whole width: no row of its own.
      if (run.scope !== undefined) ordered.push({ run, depth: depth - 1 })
      visit(run.key, depth + 1)
    }
  }
  visit(undefined, 0)
  const wanted = ordered.filter(({ run }) => selected === undefined || run.element === selected)
  const rows = wanted.slice(-mostRows).map(({ run, depth }) => ({
    run,
    depth,
    from: (run.startedAt - start) / spanMs,
    to: ((run.endedAt ?? end) - start) / spanMs,
  }))
  return { rows, left: wanted.length - rows.length, spanMs }
}
