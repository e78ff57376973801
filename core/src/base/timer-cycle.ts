/** When something repeats: an ISO 8601 repeating interval `R[n]/[start/]duration`, or a cron schedule. */
import { type Cron, nextCronTime, parseCron } from './cron.ts'
import { parseDateTime } from './date-time.ts'
import { addDuration, type Duration, parseDuration } from './duration.ts'
import type { Instant } from './instant.ts'
import { failure, type Result, success } from './result.ts'

export type TimerCycle =
  | {
      readonly kind: 'interval'
      /** How often it falls due: a count ≥ 1, or -1 without bound. */
      readonly repetitions: number
      /** The first time it falls due, and the anchor of all others. */
      readonly start?: Instant
      /** Longer than nothing. */
      readonly interval: Duration
    }
  | { readonly kind: 'cron'; readonly repetitions: -1; readonly cron: Cron }

/** Days of the shortest month: bounds how many intervals fit into a span. */
const shortestMonthMs = 28 * 86_400_000

const isPositive = ({ months, days, milliseconds }: Duration): boolean =>
  months >= 0 && days >= 0 && milliseconds >= 0 && months + days + milliseconds > 0

function parseInterval(text: string): Result<TimerCycle, string> {
  const refuse = (why: string): Result<TimerCycle, string> =>
    failure(
      `expected a repeating interval such as R3/PT1H or R/2025-01-01T00:00:00Z/P1D, got "${text}": ${why}`,
    )
  const [head = '', ...rest] = text.split('/')
  const count = /^R(\d{1,9})?$/.exec(head)
  if (count === null) return refuse('R and an optional count come first')
  const repetitions = Number(count[1] ?? -1)
  if (repetitions === 0) return refuse('it repeats zero times')
  const [durationText, startText, ...more] = rest.reverse()
  if (durationText === undefined || more.length > 0) return refuse('one or two parts follow the first slash')
  const interval = parseDuration(durationText)
  if (!interval.ok) return refuse(interval.error)
  if (!isPositive(interval.value)) return refuse('its interval must be longer than zero')
  if (startText === undefined || startText === '') {
    return success({ kind: 'interval', repetitions, interval: interval.value })
  }
  const start = parseDateTime(startText)
  if (!start.ok) return refuse(start.error)
  return success({ kind: 'interval', repetitions, start: start.value, interval: interval.value })
}

/** Reads a cycle; the error says what was expected and what came. */
export function parseTimerCycle(text: string): Result<TimerCycle, string> {
  const trimmed = text.trim()
  if (trimmed.startsWith('R')) return parseInterval(trimmed)
  const cron = parseCron(trimmed)
  if (cron.ok) return success({ kind: 'cron', repetitions: -1, cron: cron.value })
  // A single word is rather a mistaken interval than a mistaken schedule.
  return /\s|^@/.test(trimmed)
    ? failure(cron.error)
    : failure(`expected a cycle such as R3/PT1H, "0 0 9 ? * *" or @daily, got "${text}"`)
}

const times = (interval: Duration, factor: number): Duration => ({
  months: interval.months * factor,
  days: interval.days * factor,
  milliseconds: interval.milliseconds * factor,
})

/** The first of `start`, `start + interval`, `start + 2 × interval` … after `after`, found by bisection. */
function nextFromStart(start: Instant, interval: Duration, after: Instant): Instant | undefined {
  if (after < start) return start
  const shortestMs = interval.months * shortestMonthMs + interval.days * 86_400_000 + interval.milliseconds
  let past = 0
  let beyond = Math.floor((after - start) / shortestMs) + 1
  while (beyond - past > 1) {
    const middle = Math.floor((past + beyond) / 2)
    const due = addDuration(start, times(interval, middle))
    if (due !== undefined && due <= after) past = middle
    else beyond = middle
  }
  return addDuration(start, times(interval, beyond))
}

/**
 * When the cycle falls due next, strictly after `after`. An interval without start counts from `after`. The count of
 * repetitions is the caller's to keep. `undefined` when no later date can express it.
 */
export function nextDue(cycle: TimerCycle, after: Instant): Instant | undefined {
  if (cycle.kind === 'cron') return nextCronTime(cycle.cron, after)
  if (cycle.start === undefined) return addDuration(after, cycle.interval)
  return nextFromStart(cycle.start, cycle.interval, after)
}
