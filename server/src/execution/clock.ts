/** Time for execution: an argument, so that tests and the simulation own it. */
import type { Instant } from '@braid/core/base/instant.ts'

export type Clock = {
  now(): Instant
  /** Runs `task` once when `now()` has moved on by `delayMs`; the returned function cancels it. */
  after(delayMs: number, task: () => void): () => void
  /** Runs `task` when what happens right now is over, before time moves on. */
  soon(task: () => void): void
}

/** Runs `task` again and again, `periodMs` after it ended; the returned function stops that. */
export function every(
  clock: Clock,
  periodMs: number,
  task: () => Promise<void>,
  onTrouble: (error: unknown) => void,
): () => void {
  let stopped = false
  let cancel = (): void => {}
  const plan = (): void => {
    cancel = clock.after(periodMs, () => {
      task()
        .catch(onTrouble)
        .finally(() => {
          if (!stopped) plan()
        })
    })
  }
  plan()
  return () => {
    stopped = true
    cancel()
  }
}

/** Longest delay that the host's timers take; longer ones are cut into pieces. */
const longestDelayMs = 2 ** 31 - 1

/** The host's time, or a pinned one (`BRAID_CONTROLLED_CLOCK`) that moves only when told. */
export type SystemClock = Clock & {
  pin(at: Instant): void
  reset(): void
  /** When the first of all that wait is due. */
  nextDue(): Instant | undefined
}

type Waiting = { readonly due: Instant; readonly task: () => void; stop: () => void }

export function createSystemClock(): SystemClock {
  let pinned: Instant | undefined
  const waiting = new Set<Waiting>()
  const now = (): Instant => pinned ?? Date.now()

  const arm = (entry: Waiting): void => {
    entry.stop()
    if (pinned !== undefined && entry.due > pinned) {
      entry.stop = () => {}
      return
    }
    const delay = Math.min(Math.max(0, entry.due - now()), longestDelayMs)
    const timer = setTimeout(() => {
      if (now() < entry.due) return arm(entry)
      waiting.delete(entry)
      entry.task()
    }, delay)
    timer.unref()
    entry.stop = () => clearTimeout(timer)
  }
  const rearm = (): void => {
    for (const entry of waiting) arm(entry)
  }

  return {
    now,
    after: (delayMs, task) => {
      const entry: Waiting = { due: now() + delayMs, task, stop: () => {} }
      waiting.add(entry)
      arm(entry)
      return () => {
        entry.stop()
        waiting.delete(entry)
      }
    },
    soon: (task) => {
      setImmediate(task)
    },
    pin: (at) => {
      pinned = at
      rearm()
    },
    reset: () => {
      pinned = undefined
      rearm()
    },
    nextDue: () => {
      let first: Instant | undefined
      for (const { due } of waiting) if (first === undefined || due < first) first = due
      return first
    },
  }
}
