/** Dots that travel along flows, on a layer above the diagram; `prefers-reduced-motion` leaves them out. */
import { type DrawnFlow, type PlannedMove, planMoves, pointAt } from './token-path.ts'

const svg = 'http://www.w3.org/2000/svg'
/** Marks never wait longer than this for dots: a busy instance has one more in every frame. */
const longestWaitMs = 2_600

type Dot = PlannedMove & { shape: SVGCircleElement | undefined }

export type TokenLayer = {
  move(ids: readonly string[], flows: ReadonlyMap<string, DrawnFlow>): void
  /** Runs the newest `action` once no dot travels any more. */
  whenIdle(action: () => void): void
  stop(): void
}

const easeInOut = (share: number): number => (share < 0.5 ? 2 * share * share : 1 - (2 - 2 * share) ** 2 / 2)

export function createTokenLayer(layer: () => SVGElement): TokenLayer {
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)')
  let dots: Dot[] = []
  let frame: number | undefined
  let pending: (() => void) | undefined
  let deadline: ReturnType<typeof setTimeout> | undefined

  function settle(): void {
    clearTimeout(deadline)
    deadline = undefined
    const action = pending
    pending = undefined
    action?.()
  }

  function draw(nowMs: number): void {
    dots = dots.filter((dot) => {
      const share = (nowMs - dot.startMs) / dot.durationMs
      if (share >= 1) {
        dot.shape?.remove()
        return false
      }
      const point = share < 0 ? undefined : pointAt(dot.flow.waypoints, easeInOut(share))
      if (point === undefined) return true
      dot.shape ??= appendDot(layer())
      dot.shape.setAttribute('cx', String(point.x))
      dot.shape.setAttribute('cy', String(point.y))
      return true
    })
    frame = dots.length > 0 ? requestAnimationFrame(draw) : undefined
    if (frame === undefined) settle()
  }

  return {
    move(ids, flows) {
      if (calm.matches || document.hidden) return
      const now = performance.now()
      // A token that is still on its way to an element is waited for before the next leaves it.
      const start = Math.max(now, ...dots.map((dot) => dot.startMs + dot.durationMs))
      if (start > now + longestWaitMs) return
      dots.push(...planMoves(ids, flows, start).map((plan) => ({ ...plan, shape: undefined })))
      if (dots.length > 0) frame ??= requestAnimationFrame(draw)
    },
    whenIdle(action) {
      pending = action
      if (frame === undefined) settle()
      else deadline ??= setTimeout(settle, longestWaitMs)
    },
    stop() {
      if (frame !== undefined) cancelAnimationFrame(frame)
      clearTimeout(deadline)
      pending = undefined
    },
  }
}

function appendDot(parent: SVGElement): SVGCircleElement {
  const shape = document.createElementNS(svg, 'circle')
  shape.setAttribute('r', '7')
  shape.setAttribute('class', 'braid-token')
  parent.append(shape)
  return shape
}
