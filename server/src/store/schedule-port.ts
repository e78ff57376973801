/** What schedules need of the store. Promises:
 * T1 a time of a schedule has one run at most, over all nodes and restarts;
 * T2 a run that was taken comes again, with the same key, when it was not settled by `takenUntil`.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { TimingText } from '@braid/core/base/schedule-timing.ts'

export type ScheduleKind = 'dag' | 'process' | 'script'

/** What is asked for, by a person or by a DAG. */
export type ScheduleContent = {
  readonly name: string
  readonly timing: TimingText
  readonly input?: JsonObject | undefined
  readonly variant?: string | undefined
}

export type NewSchedule = ScheduleContent & {
  readonly key: Key
  readonly definitionId: string
  readonly kind: ScheduleKind
  readonly at: Instant
  readonly createdBy: string
  /** Undefined: no time follows. */
  readonly nextTime: Instant | undefined
}

/** `null` takes away. */
export type ScheduleChange = {
  readonly name?: string | undefined
  readonly timing?: TimingText | undefined
  readonly input?: JsonObject | null | undefined
  readonly variant?: string | null | undefined
  readonly paused?: boolean | undefined
}

export type StoredSchedule = {
  readonly key: Key
  readonly name: string
  readonly definitionId: string
  readonly kind: ScheduleKind
  readonly origin: 'definition' | 'user'
  readonly timing: TimingText
  readonly anchor: Instant
  readonly paused: boolean
}

/** A run whose time has come. */
export type DueRun = {
  readonly scheduleKey: Key
  readonly scheduleName: string
  readonly scheduledFor: Instant
  /** What is started: a process instance or a run of a DAG with this key. */
  readonly runKey: Key
  readonly backfill: boolean
  readonly kind: ScheduleKind
  readonly definitionId: string
  readonly input?: JsonObject
  readonly variant?: string
  /** Who made the schedule. */
  readonly createdBy: string
}

export type SettledRun = Pick<DueRun, 'scheduleKey' | 'scheduledFor'> & {
  /** Why it can't be started. */
  readonly failure?: string
}

export type ScheduleStore = {
  findSchedule(key: Key): Promise<StoredSchedule | undefined>
  /** `taken`: the name; `full`: there are too many. */
  createSchedule(schedule: NewSchedule): Promise<'created' | 'taken' | 'full'>
  /**
   * Pending times that a pause or another timing overtakes are skipped; the next one follows `now`. `taken`: the name.
   */
  changeSchedule(key: Key, change: ScheduleChange, now: Instant): Promise<'changed' | 'taken' | 'not-found'>
  deleteSchedule(key: Key): Promise<boolean>
  /** Times among these that have no run. */
  timesWithoutRun(scheduleKey: Key, times: readonly Instant[]): Promise<readonly Instant[]>
  /** Makes runs of those times that have none; answers how many. */
  addBackfill(scheduleKey: Key, times: readonly Instant[], now: Instant): Promise<number>
  /** Makes runs of the times that have come, of up to `max` schedules; answers of how many. */
  advanceSchedules(now: Instant, max: number): Promise<number>
  /** Takes runs whose time has come: those of the clock before those of a backfill, earliest first. */
  takeRuns(request: {
    readonly now: Instant
    readonly hostNow: Instant
    readonly takenUntil: Instant
    readonly max: number
  }): Promise<readonly DueRun[]>
  settleRuns(runs: readonly SettledRun[], now: Instant): Promise<void>
  /** Gives back what could not be tried. */
  returnRuns(runs: readonly Pick<DueRun, 'scheduleKey' | 'scheduledFor'>[], until: Instant): Promise<void>
  /** When something is due next, after `now`. */
  nextScheduled(now: Instant): Promise<Instant | undefined>
}
