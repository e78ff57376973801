import { expect, test } from 'vitest'
import { countText, durationText, relativeText } from './time-text.ts'

test.each([
  [0, 'now'],
  [1_500, 'now'],
  [12_000, '12 s ago'],
  [185_000, '3 min ago'],
  [5 * 3_600_000, '5 h ago'],
  [100 * 3_600_000, '4 d ago'],
  [-180_000, 'in 3 min'],
])('%i ms back is "%s"', (distance, text) => {
  expect(relativeText(1_000_000_000 - distance, 1_000_000_000)).toBe(text)
})

test.each([
  [-3, '0 ms'],
  [340, '340 ms'],
  [4_260, '4.2 s'],
  [42_900, '42 s'],
  [185_000, '3 min 5 s'],
  [180_000, '3 min'],
  [7_800_000, '2 h 10 min'],
  [273_600_000, '3 d 4 h'],
])('%i ms lasts "%s"', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})

test('a bounded count says that there are more', () => {
  expect(countText(7, false)).toBe('7')
  expect(countText(500, true)).toBe('500+')
})
