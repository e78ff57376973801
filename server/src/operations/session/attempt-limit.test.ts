import { expect, test } from 'vitest'
import { createAttemptLimit } from './attempt-limit.ts'

function limitOf(attempts: number) {
  let now = 1_000_000
  const limit = createAttemptLimit({ now: () => now, attempts, windowMs: 60_000 })
  return { limit, advance: (ms: number) => (now += ms) }
}

test('attempts beyond the limit are told how long to wait, until the window ends', () => {
  const { limit, advance } = limitOf(2)
  expect([limit.take('a'), limit.take('a')]).toEqual([undefined, undefined])
  expect(limit.take('a')).toBe(60)
  expect(limit.take('b')).toBeUndefined()
  advance(59_001)
  expect(limit.take('a')).toBe(1)
  advance(999)
  expect(limit.take('a')).toBeUndefined()
})

test('what was no failure is given back, and forgetting starts anew', () => {
  const { limit } = limitOf(1)
  limit.take('a')
  limit.giveBack('a')
  limit.giveBack('a')
  limit.giveBack('unknown')
  expect(limit.take('a')).toBeUndefined()
  expect(limit.take('a')).toBe(60)
  limit.forget('a')
  expect(limit.take('a')).toBeUndefined()
})

test('of very many only the oldest windows are dropped', () => {
  const { limit } = limitOf(1)
  for (let index = 0; index <= 10_000; index += 1) limit.take(`who-${index}`)
  expect(limit.take('who-10000')).toBe(60)
  expect(limit.take('who-5000')).toBe(60)
  expect(limit.take('who-0')).toBeUndefined()
})
