/** What is made up of the firings that a standstill missed: the latest ones, up to a bound. */
import type { Instant } from '../base/instant.ts'
import { nextDue, parseTimerCycle, type TimerCycle } from '../base/timer-cycle.ts'
import { followingDue, type Schedule } from './timer.ts'

const dayMs = 86_400_000

/**
 * The schedule without its oldest missed firings, so that at most `max` are due up to `now`. The beat and the count of
 * repetitions stay as if the others had fired.
 */
export function withoutOldMisses(schedule: Schedule, now: Instant, max: number): Schedule {
  const cycle = schedule.cycle === undefined ? undefined : parseTimerCycle(schedule.cycle)
  if (schedule.due > now || cycle?.ok !== true) return schedule
  if (cycle.value.kind === 'cron') return skipCron(schedule, cycle.value, now, max)
  const { months, days, milliseconds } = cycle.value.interval
  return months > 0
    ? skipOneByOne(schedule, now, max)
    : skipAtOnce(schedule, days * dayMs + milliseconds, now, max)
}

/** Of a fixed length: reckoned. */
function skipAtOnce(schedule: Schedule, stepMs: number, now: Instant, max: number): Schedule {
  const { due, repetitions = 0 } = schedule
  const past = Math.floor((now - due) / stepMs) + 1
  const missed = repetitions === -1 ? past : Math.min(past, repetitions + 1)
  const skipped = Math.max(0, missed - max)
  return {
    ...schedule,
    due: due + skipped * stepMs,
    repetitions: repetitions === -1 ? -1 : repetitions - skipped,
  }
}

/** Months differ in length, and are few. */
function skipOneByOne(schedule: Schedule, now: Instant, max: number): Schedule {
  const missed: Schedule[] = []
  for (let next: Schedule | undefined = schedule; next !== undefined && next.due <= now; ) {
    missed.push(next)
    next = followingDue(next)
  }
  return missed[Math.max(0, missed.length - max)] ?? schedule
}

/** Bisects for the first instant from which no more than `max` firings are left. */
function skipCron(schedule: Schedule, cycle: TimerCycle, now: Instant, max: number): Schedule {
  const isFew = (after: Instant): boolean => {
    let due = nextDue(cycle, after)
    for (let count = 0; due !== undefined && due <= now; count++) {
      if (count === max) return false
      due = nextDue(cycle, due)
    }
    return true
  }
  let [many, few] = [schedule.due - 1, now]
  if (isFew(many)) return schedule
  while (few - many > 1) {
    const middle = Math.floor((many + few) / 2)
    if (isFew(middle)) few = middle
    else many = middle
  }
  return { ...schedule, due: nextDue(cycle, few) ?? schedule.due }
}
