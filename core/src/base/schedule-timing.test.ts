import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Key } from './key.ts'
import {
  dueTimes,
  firstTimes,
  jitterOf,
  lastTimes,
  nextTime,
  parseTiming,
  type Timing,
  type TimingText,
} from './schedule-timing.ts'

const timing = (text: TimingText): Timing => {
  const parsed = parseTiming(text)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.value
}
const flaw = (text: TimingText) => {
  const parsed = parseTiming(text)
  return parsed.ok ? undefined : parsed.error
}
const start = Date.UTC(2026, 0, 1)
const hourMs = 3_600_000

describe('what is refused, and where', () => {
  test.each<[TimingText, string | undefined, RegExp]>([
    [{}, undefined, /exactly one of/],
    [{ cron: '0 9 * * *', every: 'PT1H' }, undefined, /exactly one of/],
    [{ cron: '61 * * * *' }, 'cron', /"61" is no minute/],
    [{ cron: '0 0 30 2 *' }, 'cron', /no day matches/],
    [{ cron: '0 9 * * *', timeZone: 'Mars/Base' }, 'timeZone', /IANA.*Mars\/Base/],
    [{ every: 'PT1H', timeZone: 'Europe/Berlin' }, 'timeZone', /without cron/],
    [{ every: 'PT0.9S' }, 'every', /second or longer/],
    [{ every: '-PT1H' }, 'every', /second or longer/],
    [{ every: '1h' }, 'every', /ISO 8601 duration/],
    [{ at: '2026-13-01T00:00:00Z' }, 'at', /no month 13/],
    [{ at: '2030-01-31T09:30:00' }, 'at', /with an offset/],
    [{ at: '2030-01-31' }, 'at', /with an offset/],
    [{ every: 'PT1H', jitter: 'P2D' }, 'jitter', /PT0S to P1D/],
    [{ every: 'PT1H', jitter: 'P1M' }, 'jitter', /PT0S to P1D/],
  ])('%j', (text, field, message) => {
    expect(flaw(text)).toMatchObject({
      ...(field === undefined ? {} : { field }),
      message: expect.stringMatching(message),
    })
  })
})

test('an interval keeps the beat of its anchor, before it and after it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5_000 }),
      fc.integer({ min: -100_000, max: 100_000 }),
      (seconds, distance) => {
        const beat = timing({ every: `PT${seconds}S` })
        const after = start + distance * 1_000
        const steps = Math.floor((after - start) / (seconds * 1_000)) + 1
        expect(nextTime(beat, start, after)).toBe(start + steps * seconds * 1_000)
      },
    ),
  )
})

test('months have their own lengths, and the beat stays on the day of the anchor', () => {
  const anchor = Date.UTC(2026, 0, 31, 9)
  const times = firstTimes(timing({ every: 'P1M' }), { anchor, after: Date.UTC(2025, 10, 1), max: 6 })
  expect(times.map((time) => new Date(time).toISOString().slice(0, 10))).toEqual([
    ...['2025-11-30', '2025-12-31', '2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30'],
  ])
})

test('a date comes once', () => {
  const once = timing({ at: '2026-05-01T00:00:00+02:00' })
  const due = Date.UTC(2026, 3, 30, 22)
  expect(nextTime(once, start, start)).toBe(due)
  expect(nextTime(once, start, due)).toBeUndefined()
})

test('the last times of a span are the end of all its times', () => {
  const timings = fc.constantFrom<TimingText>(
    { every: 'PT7S' },
    { cron: '*/5 * * * *' },
    { cron: '0 0 3 * * *' },
    { cron: '* * 2 * * *', timeZone: 'Europe/Berlin' },
  )
  fc.assert(
    fc.property(
      timings,
      fc.integer({ min: 0, max: 5_000_000 }),
      fc.integer({ min: 1, max: 9 }),
      (text, ms, max) => {
        const span = { anchor: start, after: start, until: start + ms }
        const all = firstTimes(timing(text), { ...span, max: 1_000_000 })
        expect(lastTimes(timing(text), { ...span, max })).toEqual(all.slice(-max))
      },
    ),
  )
})

describe('after a standstill of five hours, hourly', () => {
  const after = (catchUp: 'none' | 'last' | 'all', lateMs: number) => {
    const hourly = timing({ every: 'PT1H', catchUp })
    const next = start + hourMs
    const now = start + 6 * hourMs + lateMs
    const due = dueTimes(hourly, { anchor: start, next, now })
    expect(due.next).toBe(start + 7 * hourMs)
    return due.times.map((time) => (time - start) / hourMs)
  }

  test('none: what was missed stays missed', () => {
    expect(after('none', 60_000)).toEqual([])
  })
  test('last: one run for all of them', () => {
    expect(after('last', 60_000)).toEqual([6])
  })
  test('all: one each', () => {
    expect(after('all', 60_000)).toEqual([1, 2, 3, 4, 5, 6])
  })
  test('a time that is a few seconds late is not missed', () => {
    expect(after('none', 9_000)).toEqual([6])
    expect(after('last', 9_000)).toEqual([6])
  })
})

test('a second that nodes took a few more to see loses no time of a schedule every second', () => {
  const quick = timing({ every: 'PT1S', catchUp: 'none' })
  const due = dueTimes(quick, { anchor: start, next: start + 1_000, now: start + 4_500 })
  expect(due.times).toEqual([1, 2, 3, 4].map((second) => start + second * 1_000))
})

test('a century that was missed costs a hundred runs, and no more', () => {
  const quick = timing({ cron: '* * * * * *', catchUp: 'all' })
  const now = Date.UTC(2126, 0, 1)
  const due = dueTimes(quick, { anchor: start, next: start, now })
  expect(due.times).toHaveLength(100)
  expect(due.times.at(-1)).toBe(now)
})

describe('jitter', () => {
  test('is of a schedule and time always the same, and differs between them', () => {
    const times = Array.from({ length: 1_000 }, (_, index) => start + index * hourMs)
    const first = times.map((time) => jitterOf(41 as Key, time, 60_000))
    expect(times.map((time) => jitterOf(41 as Key, time, 60_000))).toEqual(first)
    expect(times.map((time) => jitterOf(42 as Key, time, 60_000))).not.toEqual(first)
    expect(new Set(first).size).toBeGreaterThan(900)
  })
  test('fills its whole width evenly', () => {
    const counts = new Map<number, number>()
    for (let key = 1; key <= 10_000; key += 1) {
      const ms = jitterOf((2 ** 40 + key) as Key, start, 9)
      counts.set(ms, (counts.get(ms) ?? 0) + 1)
    }
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    for (const count of counts.values()) expect(count).toBeGreaterThan(800)
  })
  test('is none without a width', () => {
    expect(jitterOf(7 as Key, start, 0)).toBe(0)
  })
})
