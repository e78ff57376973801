/**
 * When runs begin by themselves: a cron schedule in a time zone, a fixed interval, or one date. Times are absolute: they
 * follow from the timing and its anchor alone, never from when a run began.
 */
import { type Cron, parseCron } from './cron.ts'
import { parseDateTime } from './date-time.ts'
import { addDuration, type Duration, parseDuration } from './duration.ts'
import type { Instant } from './instant.ts'
import type { Key } from './key.ts'
import { limits } from './limits.ts'
import { failure, type Result, success } from './result.ts'
import { isZoneName } from './time-zone.ts'
import { nextZonedCronTime } from './zoned-cron.ts'

/** What happens with times that were missed: nothing, one run for all of them, or one each. */
export const catchUps = ['none', 'last', 'all'] as const
export type CatchUp = (typeof catchUps)[number]

/** As people write it. Exactly one of `cron`, `every`, `at`. */
export type TimingText = {
  readonly cron?: string | undefined
  readonly every?: string | undefined
  readonly at?: string | undefined
  readonly timeZone?: string | undefined
  readonly jitter?: string | undefined
  readonly catchUp?: CatchUp | undefined
}

export type Timing = {
  readonly beat:
    | { readonly kind: 'cron'; readonly cron: Cron; readonly timeZone: string }
    | { readonly kind: 'interval'; readonly interval: Duration }
    | { readonly kind: 'date'; readonly at: Instant }
  /** Each run begins up to that much later. */
  readonly jitterMs: number
  readonly catchUp: CatchUp
}

/** `field` is the one to correct; absent when they don't fit together. */
export type TimingFlaw = { readonly field?: keyof TimingText; readonly message: string }

const dayMs = 86_400_000
const withOffset = /T.*(?:Z|[+-]\d\d:?(?:\d\d)?)$/
const shortestIntervalMs = 1_000
const longestJitterMs = dayMs
/** A time is not missed as long as it is no later than nodes may be about it. */
const lateMs = 10_000

/** Of the shortest months. */
const shortestMs = ({ months, days, milliseconds }: Duration): number =>
  months * 28 * dayMs + days * dayMs + milliseconds

const isForward = ({ months, days, milliseconds }: Duration): boolean =>
  months >= 0 && days >= 0 && milliseconds >= 0

const flaw = (field: keyof TimingText, message: string) => failure<TimingFlaw>({ field, message })

export function parseTiming(text: TimingText): Result<Timing, TimingFlaw> {
  const beat = parseBeat(text)
  if (!beat.ok) return beat
  const jitter = parseJitter(text.jitter)
  if (!jitter.ok) return jitter
  return success({ beat: beat.value, jitterMs: jitter.value, catchUp: text.catchUp ?? 'last' })
}

function parseBeat({ cron, every, at, timeZone }: TimingText): Result<Timing['beat'], TimingFlaw> {
  if ([cron, every, at].filter((one) => one !== undefined).length !== 1) {
    return failure({ message: 'expected exactly one of cron, every and at' })
  }
  if (timeZone !== undefined) {
    if (cron === undefined) return flaw('timeZone', 'expected no time zone without cron: it changes nothing')
    if (!isZoneName(timeZone)) {
      return flaw('timeZone', `expected an IANA time zone such as Europe/Berlin, got "${timeZone}"`)
    }
  }
  if (cron !== undefined) {
    const parsed = parseCron(cron)
    if (!parsed.ok) return flaw('cron', parsed.error)
    return success({ kind: 'cron', cron: parsed.value, timeZone: timeZone ?? 'UTC' })
  }
  if (every !== undefined) return parseEvery(every)
  const date = parseDateTime(at ?? '')
  if (!date.ok) return flaw('at', date.error)
  return withOffset.test(at ?? '')
    ? success({ kind: 'date', at: date.value })
    : flaw('at', `expected a date and time with an offset, such as 2030-01-31T09:30:00+01:00, got "${at}"`)
}

function parseEvery(every: string): Result<Timing['beat'], TimingFlaw> {
  const interval = parseDuration(every)
  if (!interval.ok) return flaw('every', interval.error)
  return isForward(interval.value) && shortestMs(interval.value) >= shortestIntervalMs
    ? success({ kind: 'interval', interval: interval.value })
    : flaw('every', `expected an interval of a second or longer, got "${every}"`)
}

function parseJitter(text: string | undefined): Result<number, TimingFlaw> {
  if (text === undefined) return success(0)
  const jitter = parseDuration(text)
  if (!jitter.ok) return flaw('jitter', jitter.error)
  const { months, days, milliseconds } = jitter.value
  const jitterMs = days * dayMs + milliseconds
  return isForward(jitter.value) && months === 0 && jitterMs <= longestJitterMs
    ? success(jitterMs)
    : flaw('jitter', `expected a jitter from PT0S to P1D, got "${text}"`)
}

/**
 * The first time strictly after `after`. Intervals keep the beat of `anchor`, before it, too. `undefined` when none
 * follows.
 */
export function nextTime({ beat }: Timing, anchor: Instant, after: Instant): Instant | undefined {
  switch (beat.kind) {
    case 'cron':
      return nextZonedCronTime(beat.cron, beat.timeZone, after)
    case 'date':
      return beat.at > after ? beat.at : undefined
    case 'interval':
      return nextBeat(beat.interval, anchor, after)
  }
}

/** Bisects for the number of intervals from the anchor: months differ in length. */
function nextBeat(interval: Duration, anchor: Instant, after: Instant): Instant | undefined {
  const dueAt = (count: number): Instant | undefined =>
    addDuration(anchor, {
      months: interval.months * count,
      days: interval.days * count,
      milliseconds: interval.milliseconds * count,
    })
  const reach = Math.floor(Math.abs(after - anchor) / shortestMs(interval)) + 1
  let [past, beyond] = after < anchor ? [-reach, 0] : [0, reach]
  while (beyond - past > 1) {
    const middle = Math.floor((past + beyond) / 2)
    const due = dueAt(middle)
    if (due !== undefined && due <= after) past = middle
    else beyond = middle
  }
  return dueAt(beyond)
}

type Span = {
  readonly anchor: Instant
  /** Strictly after. */
  readonly after: Instant
  /** Up to and with; absent: without end. */
  readonly until?: Instant
  readonly max: number
}

/** The first times of a span, in order. */
export function firstTimes(timing: Timing, span: Span): readonly Instant[] {
  const { anchor, until = Number.POSITIVE_INFINITY, max } = span
  const times: Instant[] = []
  let time = nextTime(timing, anchor, span.after)
  while (time !== undefined && time <= until && times.length < max) {
    times.push(time)
    time = nextTime(timing, anchor, time)
  }
  return times
}

/** The last times of a span, in order; bisects for where they begin. */
export function lastTimes(timing: Timing, span: Span & { readonly until: Instant }): readonly Instant[] {
  const { after, until, max } = span
  const from = (start: Instant) => firstTimes(timing, { ...span, after: start, max: max + 1 })
  const all = from(after)
  if (all.length <= max) return all
  let few: readonly Instant[] = []
  let [many, enough] = [after, until]
  while (enough - many > 1) {
    const middle = Math.floor((many + enough) / 2)
    const times = from(middle)
    if (times.length > max) many = middle
    else [enough, few] = [middle, times]
  }
  return few
}

/**
 * What is to run now of the times from `next` up to `now`, and which time is next. A time counts as missed when it is
 * more than ten seconds late. With `all`, the latest hundred are made up (`limits.missedFirings`).
 */
export function dueTimes(
  timing: Timing,
  { anchor, next, now }: { readonly anchor: Instant; readonly next: Instant; readonly now: Instant },
): { readonly times: readonly Instant[]; readonly next: Instant | undefined } {
  const last = (after: Instant, max: number) => lastTimes(timing, { anchor, after, until: now, max })
  const timely = () => last(Math.max(next - 1, now - lateMs - 1), limits.missedFirings)
  const missed = () => last(next - 1, 1)
  const made = {
    none: timely,
    last: () => (timely().length > 0 ? timely() : missed()),
    all: () => last(next - 1, limits.missedFirings),
  }
  return { times: made[timing.catchUp](), next: nextTime(timing, anchor, Math.max(now, next)) }
}

/** From 0 to `jitterMs`: of a schedule and time always the same, so that a crash does not change it. */
export function jitterOf(scheduleKey: Key, time: Instant, jitterMs: number): number {
  let hash = mix(scheduleKey)
  hash = mix(hash ^ mix(Math.floor(scheduleKey / 2 ** 32)))
  hash = mix(hash ^ mix(time))
  hash = mix(hash ^ mix(Math.floor(time / 2 ** 32)))
  return Math.floor((hash / 2 ** 32) * (jitterMs + 1))
}

/** The finaliser of MurmurHash3: every bit of a 32-bit number moves every other. */
function mix(number: number): number {
  let hash = (number + 0x9e3779b9) | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
