import { expect, test } from 'vitest'
import { parseDateTime } from './date-time.ts'

test.each([
  ['2025-01-31T09:30:00Z', '2025-01-31T09:30:00.000Z'],
  ['2025-01-31T09:30:00.5Z', '2025-01-31T09:30:00.500Z'],
  ['2025-01-31T09:30:00.123456789Z', '2025-01-31T09:30:00.123Z'],
  ['2025-01-31T09:30+02:00', '2025-01-31T07:30:00.000Z'],
  ['2025-01-31T09:30:00-0530', '2025-01-31T15:00:00.000Z'],
  ['2025-01-31T09:30:00+02', '2025-01-31T07:30:00.000Z'],
  ['2025-01-31T09:30:00', '2025-01-31T09:30:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ['0050-03-01T00:00:00Z', '0050-03-01T00:00:00.000Z'],
])('reads %s', (text, expected) => {
  const result = parseDateTime(text)
  expect(result.ok && new Date(result.value).toISOString()).toBe(expected)
})

test.each([
  ['2025-13-45', 'there is no month 13'],
  ['2025-02-29', 'the month has no day 29'],
  ['2025-01-00', 'the month has no day 0'],
  ['2025-01-31T25:00:00Z', 'there is no such time of day'],
  ['2025-01-31T00:00:00+99:00', 'there is no such offset'],
  ['+999999-01-01T00:00:00Z', 'out of range'],
  ['tomorrow', 'got "tomorrow"'],
  ['2025-1-1', 'got "2025-1-1"'],
  ['', 'got ""'],
])('refuses "%s"', (text, why) => {
  const result = parseDateTime(text)
  expect(!result.ok && result.error).toContain(why)
})
