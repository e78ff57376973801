import { expect, test } from 'vitest'
import { durationWords, timingWords } from './timing-words.ts'

test.each([
  ['PT15M', '15 minutes'],
  ['PT1H30M', '1 hour 30 minutes'],
  ['P1D', '1 day'],
  ['P1M', '1 month'],
  ['P2WT0.5S', '2 weeks 0.5 seconds'],
  ['nonsense', 'nonsense'],
])('%s is %s', (text, words) => {
  expect(durationWords(text)).toBe(words)
})

test('a timing says its zone, and how much later runs may begin', () => {
  expect(timingWords({ cron: '0 6 * * 1' })).toBe('cron 0 6 * * 1 (UTC)')
  expect(timingWords({ cron: '0 6 * * 1', timeZone: 'Europe/Rome', jitter: 'PT30S' })).toBe(
    'cron 0 6 * * 1 (Europe/Rome), up to 30 seconds later',
  )
  expect(timingWords({ every: 'PT1H' })).toBe('every 1 hour')
})
