/** Due times. A cycle keeps its own beat: the next due time follows from the last one, not from when it fired. */
import { parseDateTime } from '../base/date-time.ts'
import { addDuration, parseDuration } from '../base/duration.ts'
import type { Instant } from '../base/instant.ts'
import type { Key } from '../base/key.ts'
import { failure, type Result, success } from '../base/result.ts'
import { nextDue, parseTimerCycle } from '../base/timer-cycle.ts'
import type { Trigger } from '../model/program.ts'
import type { TimerWait } from './state.ts'
import type { Problem, Transition } from './transition.ts'
import { evaluateText } from './variables.ts'

export type Schedule = { readonly due: Instant; readonly repetitions?: number; readonly cycle?: string }

type TimerTrigger = Extract<Trigger, { readonly kind: 'timer' }>

/** When a timer is due first, its value evaluated at `at`. */
export function firstDue(tx: Transition, at: Key, trigger: TimerTrigger): Result<Schedule, Problem> {
  const text = evaluateText(tx, trigger.value, at, `timer ${trigger.timer}`)
  if (!text.ok) return text
  const schedule = scheduleOf(trigger.timer, text.value, tx.now)
  if (schedule.ok) return schedule
  return failure({ type: 'EXTRACT_VALUE_ERROR', message: schedule.error })
}

/** The first due time of a timer value, seen from `now`. The error says what was expected. */
export function scheduleOf(
  timer: TimerTrigger['timer'],
  text: string,
  now: Instant,
): Result<Schedule, string> {
  switch (timer) {
    case 'date': {
      const due = parseDateTime(text)
      return due.ok ? success({ due: due.value }) : due
    }
    case 'duration': {
      const duration = parseDuration(text)
      if (!duration.ok) return duration
      return orNever(addDuration(now, duration.value), text, (due) => ({ due }))
    }
    case 'cycle': {
      const cycle = parseTimerCycle(text)
      if (!cycle.ok) return cycle
      const { repetitions } = cycle.value
      return orNever(nextDue(cycle.value, now), text, (due) => ({
        due,
        cycle: text,
        repetitions: repetitions === -1 ? -1 : repetitions - 1,
      }))
    }
  }
}

const orNever = (
  due: Instant | undefined,
  text: string,
  schedule: (due: Instant) => Schedule,
): Result<Schedule, string> =>
  due === undefined
    ? failure(`expected a time that comes, but '${text}' is never due`)
    : success(schedule(due))

/** The schedule after a firing, or `undefined` when it was the last. */
export function followingDue(timer: Pick<TimerWait, 'due' | 'cycle' | 'repetitions'>): Schedule | undefined {
  if (timer.cycle === undefined || timer.repetitions === undefined || timer.repetitions === 0)
    return undefined
  const cycle = parseTimerCycle(timer.cycle)
  const due = cycle.ok ? nextDue(cycle.value, timer.due) : undefined
  if (due === undefined) return undefined
  return { due, cycle: timer.cycle, repetitions: timer.repetitions === -1 ? -1 : timer.repetitions - 1 }
}
