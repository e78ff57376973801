/**
 * Fires timers when they are due, over all nodes once: a firing is a command (or the start of an instance, claimed by
 * timer and due time). Missed firings of a cycle are made up one by one, in order: the
 * latest of them, up to `limits.missedFirings`.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import { limits } from '@braid/core/base/limits.ts'
import type { Command } from '@braid/core/engine/command.ts'
import { withoutOldMisses } from '@braid/core/engine/missed-firings.ts'
import { followingDue } from '@braid/core/engine/timer.ts'
import type { DueTimer, ExecutionStore } from '../store/port.ts'
import type { Clock } from './clock.ts'
import type { Outcome, SubmitOptions } from './commit-loop.ts'

export type TimerLoop = {
  /** A timer was armed. */
  armed(due: Instant): void
  /** Looks now: time was moved, or timers appeared elsewhere. */
  wake(): void
  stop(): void
}

export type TimerLoopDependencies = {
  readonly store: Pick<ExecutionStore, 'claimTimers' | 'nextTimer' | 'rescheduleStartTimer'>
  /** What timers are due by. */
  readonly clock: Clock
  /** Of the host: what pauses are measured by. */
  readonly wall: Clock
  readonly submit: (instanceKey: Key, command: Command, options?: SubmitOptions) => Promise<Outcome>
  readonly nextKey: () => Promise<Key>
  readonly onTrouble: (error: unknown) => void
}

const batchSize = 500
/** How long another node leaves a taken timer alone. */
const claimMs = 10_000
/** Timers of other nodes are noticed at least this often. */
const pollMs = 5_000

export function createTimerLoop({
  store,
  clock,
  wall,
  submit,
  nextKey,
  onTrouble,
}: TimerLoopDependencies): TimerLoop {
  let planned: Instant | undefined
  let cancel = (): void => {}
  let cancelPoll = (): void => {}
  let running = false
  let again = false
  let stopped = false

  const plan = (at: Instant): void => {
    if (stopped || (planned !== undefined && planned <= at)) return
    cancel()
    planned = at
    cancel = clock.after(Math.max(0, at - clock.now()), () => {
      planned = undefined
      look().catch(onTrouble)
    })
  }

  const lookLater = (): void => {
    cancelPoll()
    if (stopped) return
    cancelPoll = wall.after(pollMs, () => {
      look().catch(onTrouble)
    })
  }

  const look = async (): Promise<void> => {
    again = true
    if (running) return
    running = true
    try {
      while (again && !stopped) {
        again = false
        const now = clock.now()
        const due = await store.claimTimers({ now, claimUntil: now + claimMs, max: batchSize })
        await Promise.all(due.map(fire))
        if (due.length === batchSize) again = true
      }
      const next = await store.nextTimer()
      if (next !== undefined) plan(next)
    } finally {
      running = false
      lookLater()
    }
  }

  const fire = async (timer: DueTimer): Promise<void> => {
    if (timer.instanceKey !== undefined) {
      await submit(timer.instanceKey, { type: 'fire-timer', timerKey: timer.key })
      return
    }
    const { key, definitionKey, element, cycle, repetitions } = timer
    const schedule = withoutOldMisses(
      {
        due: timer.due,
        ...(cycle === undefined ? {} : { cycle }),
        ...(repetitions === undefined ? {} : { repetitions }),
      },
      clock.now(),
      limits.missedFirings,
    )
    const command: Command = {
      type: 'create-instance',
      key: await nextKey(),
      definitionKey,
      variables: {},
      startElement: element,
    }
    await submit(command.key, command, { claim: { source: key, claim: `due:${schedule.due}` } })
    const next = followingDue(schedule)
    await store.rescheduleStartTimer(
      key,
      next === undefined ? null : { due: next.due, repetitions: next.repetitions ?? 0 },
    )
    if (next !== undefined && next.due <= clock.now()) again = true
  }

  return {
    armed: plan,
    wake: () => {
      look().catch(onTrouble)
    },
    stop: () => {
      stopped = true
      cancel()
      cancelPoll()
    },
  }
}
