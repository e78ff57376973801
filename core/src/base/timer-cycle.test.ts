import { describe, expect, test } from 'vitest'
import type { Instant } from './instant.ts'
import { nextDue, parseTimerCycle, type TimerCycle } from './timer-cycle.ts'

function parsed(text: string): TimerCycle {
  const result = parseTimerCycle(text)
  if (!result.ok) throw new Error(result.error)
  return result.value
}

/** The next `count` due times after `after`, each found from the one before. */
function dues(text: string, after: string, count: number): string[] {
  const cycle = parsed(text)
  const found: string[] = []
  let at: Instant = Date.parse(after)
  while (found.length < count) {
    const due = nextDue(cycle, at)
    if (due === undefined) break
    found.push(new Date(due).toISOString().replace('.000Z', 'Z'))
    at = due
  }
  return found
}

describe('repeating intervals', () => {
  test('count from the given instant without a start', () => {
    expect(parsed('R3/PT1S')).toMatchObject({ kind: 'interval', repetitions: 3 })
    expect(dues('R3/PT1S', '2025-01-01T00:00:00Z', 2)).toEqual([
      '2025-01-01T00:00:01Z',
      '2025-01-01T00:00:02Z',
    ])
  })

  test('repeat without bound when no count is given', () => {
    expect(parsed('R/PT10S')).toMatchObject({ kind: 'interval', repetitions: -1 })
  })

  test('keep to the grid of their start', () => {
    const text = 'R/2025-01-01T00:00:00Z/PT1H'
    expect(dues(text, '2024-06-01T00:00:00Z', 2)).toEqual(['2025-01-01T00:00:00Z', '2025-01-01T01:00:00Z'])
    expect(dues(text, '2025-03-05T10:20:30Z', 2)).toEqual(['2025-03-05T11:00:00Z', '2025-03-05T12:00:00Z'])
    expect(dues(text, '2025-01-01T00:00:00Z', 1)).toEqual(['2025-01-01T01:00:00Z'])
  })

  test('do not drift over short months', () => {
    expect(dues('R/2025-01-31T00:00:00Z/P1M', '2025-01-31T00:00:00Z', 3)).toEqual([
      '2025-02-28T00:00:00Z',
      '2025-03-31T00:00:00Z',
      '2025-04-30T00:00:00Z',
    ])
    expect(dues('R/1900-01-31T00:00:00Z/P1M', '2025-02-27T00:00:00Z', 1)).toEqual(['2025-02-28T00:00:00Z'])
  })

  test('end with the calendar', () => {
    expect(nextDue(parsed('R/PT1S'), 8.64e15)).toBeUndefined()
    expect(nextDue(parsed('R/2025-01-01/P1M'), 8.64e15)).toBeUndefined()
  })

  test.each([
    ['R/1H', 'got "1H"'],
    ['R0/PT1H', 'zero times'],
    ['R/PT0S', 'longer than zero'],
    ['R/-PT1H', 'longer than zero'],
    ['R/P1M-1D', 'longer than zero'],
    ['R', 'one or two parts'],
    ['R/PT1H/PT1H/PT1H', 'one or two parts'],
    ['R/2025-13-45/PT1H', 'no month 13'],
    ['Rx/PT1H', 'count come first'],
    ['PT1H', 'expected a cycle'],
    ['', 'expected a cycle'],
  ])('refuse "%s"', (text, why) => {
    const result = parseTimerCycle(text)
    expect(!result.ok && result.error).toContain(why)
  })
})

describe('cron schedules', () => {
  test.each([
    ['0 0 9 ? * *', ['2025-01-01T09:00:00Z', '2025-01-02T09:00:00Z']],
    ['@daily', ['2025-01-02T00:00:00Z', '2025-01-03T00:00:00Z']],
    ['@hourly', ['2025-01-01T01:00:00Z', '2025-01-01T02:00:00Z']],
    ['@weekly', ['2025-01-05T00:00:00Z', '2025-01-12T00:00:00Z']],
    ['@monthly', ['2025-02-01T00:00:00Z', '2025-03-01T00:00:00Z']],
    ['@yearly', ['2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z']],
    ['*/20 * * * * *', ['2025-01-01T00:00:20Z', '2025-01-01T00:00:40Z']],
    ['15 10 * * *', ['2025-01-01T10:15:00Z', '2025-01-02T10:15:00Z']],
    ['0 30 8-9/1 * * MON-FRI', ['2025-01-01T08:30:00Z', '2025-01-01T09:30:00Z']],
    ['0 0 0 ? * SAT,SUN', ['2025-01-04T00:00:00Z', '2025-01-05T00:00:00Z']],
    ['0 0 0 ? * 7', ['2025-01-05T00:00:00Z', '2025-01-12T00:00:00Z']],
    ['0 0 0 ? * FRI-SUN', ['2025-01-03T00:00:00Z', '2025-01-04T00:00:00Z']],
    ['0 0 0 L * ?', ['2025-01-31T00:00:00Z', '2025-02-28T00:00:00Z']],
    ['0 0 0 L-2 * ?', ['2025-01-29T00:00:00Z', '2025-02-26T00:00:00Z']],
    ['0 0 0 LW * ?', ['2025-01-31T00:00:00Z', '2025-02-28T00:00:00Z']],
    ['0 0 0 1W 2-3 ?', ['2025-02-03T00:00:00Z', '2025-03-03T00:00:00Z']],
    ['0 0 0 31W * ?', ['2025-01-31T00:00:00Z', '2025-03-31T00:00:00Z']],
    ['0 0 0 ? * MON#2', ['2025-01-13T00:00:00Z', '2025-02-10T00:00:00Z']],
    ['0 0 0 ? * 5L', ['2025-01-31T00:00:00Z', '2025-02-28T00:00:00Z']],
    ['0 0 0 29 FEB ?', ['2028-02-29T00:00:00Z', '2032-02-29T00:00:00Z']],
    ['0 0 0 29 2 MON', ['2044-02-29T00:00:00Z', '2072-02-29T00:00:00Z']],
    ['0 0 0 13 * FRI', ['2025-06-13T00:00:00Z', '2026-02-13T00:00:00Z']],
    ['0 0 13 * FRI', ['2025-01-03T00:00:00Z', '2025-01-10T00:00:00Z']],
  ])('"%s" falls due at the expected times', (text, expected) => {
    expect(dues(text, '2025-01-01T00:00:00Z', 2)).toEqual(expected)
  })

  test.each([
    ['0 0 25 * * *', 'is no hour'],
    ['60 * * * * *', 'is no second'],
    ['0 0 0 30 2 ?', 'no day matches'],
    ['0 0 0 ? * MON#6', 'is no day of week'],
    ['0 0 0 0W * ?', 'is no day of month'],
    ['0 5-1 * * * *', 'is no minute'],
    ['*/0 * * * * *', 'is no second'],
    ['* * * *', '5 or 6 fields'],
    ['@never', '5 or 6 fields'],
    ['0 0 0 1 FOO *', 'is no month'],
  ])('refuse "%s"', (text, why) => {
    const result = parseTimerCycle(text)
    expect(!result.ok && result.error).toContain(why)
  })
})
