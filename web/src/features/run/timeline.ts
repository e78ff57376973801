/** The rows of the timeline: element instances below their scopes, with their place between start and now. */
import type { ElementRun, InstanceView, WireKey } from '../../live/instance-view.ts'

export type TimelineRow = {
  readonly kind: 'run'
  readonly run: ElementRun
  /** 0 for elements of the process itself. */
  readonly depth: number
  /** Shares of the whole time, 0…1. */
  readonly from: number
  readonly to: number
}

/** In place of runs of a loop that are not shown. */
export type MoreRow = {
  readonly kind: 'more'
  readonly body: ElementRun
  readonly depth: number
  readonly count: number
}

/** More rows than this help nobody; the newest are kept. */
export const mostRows = 400
/** Runs of one loop that are shown unless more are asked for. */
export const runsAtFirst = 50

export type TimelineChoice = {
  /** Only element instances of this element. */
  readonly selected: string | undefined
  /** Runs to show of loops of which somebody asked for more, by the key of the body. */
  readonly runsOf: ReadonlyMap<WireKey, number>
}

type Placed = { readonly run: ElementRun; readonly depth: number } | MoreRow

/** What needs somebody comes before what is alive, and that before what is over. */
const urgency = (run: ElementRun): number => (run.incidents > 0 ? 2 : run.state === 'active' ? 1 : 0)

/** The runs that matter most, in their order. */
function chosenRuns(runs: readonly ElementRun[], limit: number): readonly ElementRun[] {
  if (runs.length <= limit) return runs
  const ranked = runs
    .map((run, place) => ({ run, place }))
    .sort((one, other) => urgency(other.run) - urgency(one.run) || other.place - one.place)
    .slice(0, limit)
  return ranked.sort((one, other) => one.place - other.place).map(({ run }) => run)
}

function placed(view: InstanceView, runsOf: TimelineChoice['runsOf']): readonly Placed[] {
  const byScope = Map.groupBy(view.runs.values(), (run) => run.scope)
  const ordered: Placed[] = []
  const visit = (scope: WireKey | undefined, depth: number): void => {
    const inside = byScope.get(scope) ?? []
    const body = scope === undefined ? undefined : view.runs.get(scope)
    const isLoop = body?.isBody === true
    const shown = isLoop ? chosenRuns(inside, runsOf.get(body.key) ?? runsAtFirst) : inside
    for (const run of shown) {
      // The process itself is the whole width: no row of its own.
      if (run.scope !== undefined) ordered.push({ run, depth: depth - 1 })
      visit(run.key, depth + 1)
    }
    const count = inside.length - shown.length
    if (isLoop && count > 0) ordered.push({ kind: 'more', body, depth: depth - 1, count })
  }
  visit(undefined, 0)
  return ordered
}

export function timelineRows(
  view: InstanceView,
  now: number,
  { selected, runsOf }: TimelineChoice,
): { readonly rows: readonly (TimelineRow | MoreRow)[]; readonly left: number; readonly spanMs: number } {
  const start = view.startedAt ?? view.runs.values().next().value?.startedAt ?? now
  const end = view.endedAt ?? Math.max(now, start)
  const spanMs = Math.max(1, end - start)
  const elementOf = (row: Placed): string => ('kind' in row ? row.body : row.run).element
  const wanted = placed(view, runsOf).filter((row) => selected === undefined || elementOf(row) === selected)
  const extra = [...runsOf.values()].reduce((sum, count) => sum + count, 0)
  const rows = wanted.slice(-(mostRows + extra)).map((row): TimelineRow | MoreRow =>
    'kind' in row
      ? row
      : {
          kind: 'run',
          ...row,
          from: (row.run.startedAt - start) / spanMs,
          to: ((row.run.endedAt ?? end) - start) / spanMs,
        },
  )
  return { rows, left: wanted.length - rows.length, spanMs }
}
