import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDuration, type Duration, formatDuration, parseDuration } from './duration.ts'

const hour = 3_600_000

function parsed(text: string): Duration {
  const result = parseDuration(text)
  if (!result.ok) throw new Error(result.error)
  return result.value
}

const add = (at: string, text: string): string | undefined => {
  const sum = addDuration(Date.parse(at), parsed(text))
  return sum === undefined ? undefined : new Date(sum).toISOString()
}

describe('parseDuration', () => {
  test.each([
    ['PT1H30M45S', { months: 0, days: 0, milliseconds: hour + 30 * 60_000 + 45_000 }],
    ['P1D', { months: 0, days: 1, milliseconds: 0 }],
    ['P1Y2M10DT2H30M', { months: 14, days: 10, milliseconds: 2.5 * hour }],
    ['P3W', { months: 0, days: 21, milliseconds: 0 }],
    ['PT0.5S', { months: 0, days: 0, milliseconds: 500 }],
    ['PT0,25H', { months: 0, days: 0, milliseconds: hour / 4 }],
    ['-P1DT1H', { months: 0, days: -1, milliseconds: -hour }],
    ['P-1M', { months: -1, days: 0, milliseconds: 0 }],
    ['PT0S', { months: 0, days: 0, milliseconds: 0 }],
    ['-PT0S', { months: 0, days: 0, milliseconds: 0 }],
  ])('reads %s', (text, expected) => {
    expect(parsed(text)).toEqual(expected)
  })

  test.each([
    '1H',
    '',
    'P',
    'PT',
    'P1DT',
    'P1H',
    'PT1D',
    'PT1.5H30M',
    'P1.5D',
    'PT1H ',
    'pt1h',
    'P1M1Y',
    'PT1S1M',
  ])('refuses "%s" and names it', (text) => {
    const result = parseDuration(text)
    expect(result.ok).toBe(false)
    expect(!result.ok && result.error).toContain(`got "${text}"`)
  })

  test('refuses numbers that lose precision', () => {
    expect(parseDuration(`P${'9'.repeat(20)}D`).ok).toBe(false)
  })
})

describe('formatDuration', () => {
  test.each([
    ['P14M', 'P1Y2M'],
    ['P2W', 'P14D'],
    ['PT90M', 'PT1H30M'],
    ['PT6.007S', 'PT6.007S'],
    ['-P1DT0.5S', '-P1DT0.5S'],
    ['PT0S', 'PT0S'],
    ['P1DT-30M', 'P1DT-30M'],
  ])('writes %s as %s', (text, canonical) => {
    expect(formatDuration(parsed(text))).toBe(canonical)
  })

  test('writes what parseDuration reads back', () => {
    const amount = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((value) => value + 0)
    fc.assert(
      fc.property(amount, amount, amount, (months, days, milliseconds) => {
        const duration = { months, days, milliseconds }
        expect(parsed(formatDuration(duration))).toEqual(duration)
      }),
    )
  })
})

describe('addDuration', () => {
  test('follows the calendar in UTC', () => {
    expect(add('2025-01-31T10:00:00Z', 'P1M')).toBe('2025-02-28T10:00:00.000Z')
    expect(add('2024-01-31T10:00:00Z', 'P1M')).toBe('2024-02-29T10:00:00.000Z')
    expect(add('2024-02-29T00:00:00Z', 'P1Y')).toBe('2025-02-28T00:00:00.000Z')
    expect(add('2025-03-31T00:00:00Z', '-P1M')).toBe('2025-02-28T00:00:00.000Z')
    expect(add('2024-12-31T23:00:00Z', 'P1DT2H')).toBe('2025-01-02T01:00:00.000Z')
    expect(add('2025-01-01T00:00:00Z', 'PT0.001S')).toBe('2025-01-01T00:00:00.001Z')
  })

  test('gives nothing past the last date there is', () => {
    expect(add('2025-01-01T00:00:00Z', 'P300000Y')).toBeUndefined()
    expect(add('2025-01-01T00:00:00Z', 'P100000000D')).toBeUndefined()
  })
})
