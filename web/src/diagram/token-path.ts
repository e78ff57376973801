/** Where a moving token is: pure geometry and timing, so that the drawing code only draws. */

export type Point = { readonly x: number; readonly y: number }

/** A drawn sequence flow. */
export type DrawnFlow = {
  readonly id: string
  readonly source: string
  readonly target: string
  readonly waypoints: readonly Point[]
}

export type PlannedMove = { readonly flow: DrawnFlow; readonly startMs: number; readonly durationMs: number }

/** Diagram units per millisecond: a usual flow of 60 to 150 units takes about half a second. */
const speed = 0.25
const shortestMs = 400
const longestMs = 900

/** A commit with more moves than this is a loop or a fan-out: dots would only blur. */
export const mostMoves = 60
/** A plan is squeezed into this, so that the picture never lags far behind the truth. */
export const longestPlanMs = 2_400

const distance = (a: Point, b: Point): number => Math.hypot(b.x - a.x, b.y - a.y)

export function lengthOf(waypoints: readonly Point[]): number {
  return waypoints.reduce((sum, point, index) => {
    const before = waypoints[index - 1]
    return before === undefined ? sum : sum + distance(before, point)
  }, 0)
}

/** The point at `share` (0…1) of the way; undefined without waypoints. */
export function pointAt(waypoints: readonly Point[], share: number): Point | undefined {
  const wanted = lengthOf(waypoints) * Math.min(1, Math.max(0, share))
  let walked = 0
  for (const [index, point] of waypoints.entries()) {
    const next = waypoints[index + 1]
    if (next === undefined) return point
    const step = distance(point, next)
    if (walked + step >= wanted && step > 0) {
      const part = (wanted - walked) / step
      return { x: point.x + (next.x - point.x) * part, y: point.y + (next.y - point.y) * part }
    }
    walked += step
  }
  return undefined
}

/**
 * When each token of a batch sets off. A token that leaves an element waits for the one that brought it there, so one
 * commit that ran through five elements is seen as one journey and not as five dots at once.
 */
export function planMoves(
  flowIds: readonly string[],
  flows: ReadonlyMap<string, DrawnFlow>,
  startMs: number,
): readonly PlannedMove[] {
  if (flowIds.length > mostMoves) return []
  const arrivals = new Map<string, number>()
  const plan: PlannedMove[] = []
  for (const id of flowIds) {
    const flow = flows.get(id)
    if (flow === undefined) continue
    const at = arrivals.get(flow.source) ?? startMs
    const durationMs = Math.min(longestMs, Math.max(shortestMs, lengthOf(flow.waypoints) / speed))
    plan.push({ flow, startMs: at, durationMs })
    arrivals.set(flow.target, at + durationMs)
  }
  const end = Math.max(startMs, ...plan.map((move) => move.startMs + move.durationMs))
  const squeeze = Math.min(1, longestPlanMs / (end - startMs || 1))
  return plan.map((move) => ({
    flow: move.flow,
    startMs: startMs + (move.startMs - startMs) * squeeze,
    durationMs: move.durationMs * squeeze,
  }))
}
