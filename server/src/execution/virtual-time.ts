/**
 * Moves a pinned clock so that everything happens in its order: it stops at every time when something is due, and goes on
 * when all that follows from it has happened. The same test sees the same history in each run.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { SystemClock } from './clock.ts'
import type { Execution } from './execution.ts'

export type VirtualTime = {
  now(): Instant
  /** Resolves when nothing moves any more before the clock does, or a handler waits for something else. */
  rest(): Promise<void>
  /** Resolves at rest. A time in the past is gone to at once. */
  moveTo(at: Instant): Promise<void>
}

export type VirtualTimeDependencies = {
  readonly clock: SystemClock
  readonly execution: Pick<Execution, 'facts' | 'clockMoved'>
  /** Statements that have not come back. */
  readonly busy: () => number
  /** Of the host: what patience is measured by. */
  readonly now: () => Instant
}

/** Turns of the event loop without anything on the way: a step from one to the next takes one. */
const quietTurns = 3
/** A handler that does nothing else for so long waits for the clock, or for somebody outside. */
const handlerPatienceMs = 1_000
const patienceMs = 30_000
/** Stops on the way: more is a timer that goes round every moment. */
const maxStops = 100_000

export function createVirtualTime({ clock, execution, busy, now }: VirtualTimeDependencies): VirtualTime {
  const isMoving = (): boolean => busy() > 0 || (clock.nextDue() ?? Number.POSITIVE_INFINITY) <= clock.now()

  const rest = async (): Promise<void> => {
    const begun = now()
    let moved = begun
    for (let quiet = 0; quiet < quietTurns; ) {
      await new Promise<void>((resolve) => setImmediate(resolve))
      const at = now()
      if (isMoving()) moved = at
      if (at - begun > patienceMs) throw new Error(`things still move after ${patienceMs / 1_000} s`)
      const isBusy = isMoving() || (execution.facts().running > 0 && at - moved < handlerPatienceMs)
      quiet = isBusy ? 0 : quiet + 1
    }
  }

  const pin = async (at: Instant): Promise<void> => {
    clock.pin(at)
    execution.clockMoved()
    await rest()
  }

  return {
    now: clock.now,
    rest,
    moveTo: async (at) => {
      await rest()
      for (let stops = 0; ; stops++) {
        const due = clock.nextDue()
        if (due === undefined || due >= at) break
        if (stops === maxStops) throw new Error(`more than ${maxStops} times are due before ${at}`)
        await pin(Math.max(due, clock.now()))
      }
      await pin(at)
    },
  }
}
