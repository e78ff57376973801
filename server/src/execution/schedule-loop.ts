/**
 * Starts the runs of schedules when their time has come, over all nodes once. A time becomes a row with the key of its
 * run; whoever takes the row starts the run with that key, so that another try, after a crash, finds it started.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Result } from '@braid/core/base/result.ts'
import type { DueRun, ScheduleStore, SettledRun } from '../store/schedule-port.ts'
import type { Clock } from './clock.ts'
import { OverloadError } from './execution.ts'

export type ScheduleLoop = {
  /** Looks now: time was moved, or schedules changed. */
  wake(): void
  /** Takes nothing more; resolves when what it had is settled. */
  stop(): Promise<void>
}

/** Succeeds also when the run has begun already; fails for good with the reason. Throws to be called again. */
export type StartScheduledRun = (run: DueRun) => Promise<Result<undefined, string>>

export type ScheduleLoopDependencies = {
  readonly store: Pick<
    ScheduleStore,
    'advanceSchedules' | 'takeRuns' | 'settleRuns' | 'returnRuns' | 'nextScheduled'
  >
  /** By which times come. */
  readonly clock: Clock
  /** The host's, by which what another node left is taken up. */
  readonly wall: Clock
  readonly start: StartScheduledRun
  readonly onTrouble: (error: unknown) => void
}

const schedulesPerPage = 200
const runsPerPage = 50
/** How long another node leaves taken runs alone. */
const takenMs = 10_000
/** What other nodes changed or left is noticed at least this often. */
const pollMs = 2_000
const overloadPauseMs = 1_000

export function createScheduleLoop(dependencies: ScheduleLoopDependencies): ScheduleLoop {
  const { store, clock, wall, start, onTrouble } = dependencies
  let planned: Instant | undefined
  let cancelPlan = (): void => {}
  let cancelPoll = (): void => {}
  let running: Promise<void> | undefined
  let again = false
  let stopped = false

  const plan = (at: Instant | undefined): void => {
    if (at === planned) return
    cancelPlan()
    planned = at
    if (at === undefined) return
    cancelPlan = clock.after(Math.max(0, at - clock.now()), () => {
      planned = undefined
      wake()
    })
  }

  /** Undefined: it has to be tried again. */
  const attempt = async (run: DueRun): Promise<SettledRun | undefined> => {
    const { scheduleKey, scheduledFor } = run
    try {
      const outcome = await start(run)
      return outcome.ok
        ? { scheduleKey, scheduledFor }
        : { scheduleKey, scheduledFor, failure: outcome.error }
    } catch (error) {
      if (!(error instanceof OverloadError)) onTrouble(error)
      return undefined
    }
  }

  /** Whether there may be more. */
  const startPage = async (): Promise<boolean> => {
    const hostNow = wall.now()
    const runs = await store.takeRuns({
      now: clock.now(),
      hostNow,
      takenUntil: hostNow + takenMs,
      max: runsPerPage,
    })
    const outcomes = await Promise.all(runs.map(attempt))
    await store.settleRuns(
      outcomes.filter((outcome) => outcome !== undefined),
      clock.now(),
    )
    const left = runs.filter((_, index) => outcomes[index] === undefined)
    await store.returnRuns(left, wall.now() + overloadPauseMs)
    return runs.length === runsPerPage && left.length === 0
  }

  const look = async (): Promise<void> => {
    try {
      do {
        again = false
        const advanced = await store.advanceSchedules(clock.now(), schedulesPerPage)
        const more = await startPage()
        if (more || advanced === schedulesPerPage) again = true
      } while (again && !stopped)
      if (!stopped) plan(await store.nextScheduled(clock.now()))
    } catch (error) {
      onTrouble(error)
    } finally {
      running = undefined
      if (!stopped) cancelPoll = wall.after(pollMs, wake)
    }
  }

  const wake = (): void => {
    again = true
    if (stopped || running !== undefined) return
    cancelPoll()
    running = look()
  }

  return {
    wake,
    stop: async () => {
      stopped = true
      cancelPlan()
      cancelPoll()
      await running
    },
  }
}
