import { expect, test } from 'vitest'
import { allowedWords, overrideWords, targetWords } from './limit-words.ts'

const window = { algorithm: 'sliding-window', limit: 60, windowSeconds: 60 } as const

test.each([
  [window, '60 a minute'],
  [{ ...window, windowSeconds: 1 }, '60 a second'],
  [{ ...window, windowSeconds: 3_600 }, '60 an hour'],
  [{ ...window, windowSeconds: 86_400 }, '60 a day'],
  [{ ...window, windowSeconds: 300 }, '60 in 5 minutes'],
  [{ ...window, windowSeconds: 90 }, '60 in 90 seconds'],
  [{ ...window, algorithm: 'token-bucket' }, '60 at once, then 60 a minute'],
  [{ ...window, algorithm: 'token-bucket', burst: 5 }, '5 at once, then 60 a minute'],
] as const)('%o is %s', (allowed, words) => {
  expect(allowedWords(allowed)).toBe(words)
})

test.each([
  [{ tag: 'Jobs' }, 'Jobs'],
  [{ pathPrefix: '/jobs', method: 'POST' }, 'POST /jobs'],
  [{ pathPrefix: '/' }, 'everything'],
] as const)('%o is %s', (target, words) => {
  expect(targetWords(target)).toBe(words)
})

test.each([
  [{ mode: 'bypass' }, 'not limited'],
  [{ mode: 'multiplier', multiplier: 2.5 }, '2.5 times as many'],
  [{ mode: 'limit', limit: 500, rateLimitKey: '1' }, '500 instead'],
] as const)('%o is %s', (override, words) => {
  expect(overrideWords(override)).toBe(words)
})
