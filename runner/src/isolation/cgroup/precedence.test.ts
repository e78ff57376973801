import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createPrecedence, type Precedence, type ScriptsGroup } from './precedence.ts'

/** What was set, in order, and how much of the processor a millisecond gives them. */
let set: boolean[]
let share: number
let precedence: Precedence

beforeEach(() => {
  vi.useFakeTimers()
  set = []
  share = 1
  let usedMs = 0
  let countedMs = performance.now()
  const group: ScriptsGroup = {
    setIdle: (isIdle) => {
      set.push(isIdle)
    },
    usedMs: () => {
      usedMs += (performance.now() - countedMs) * share
      countedMs = performance.now()
      return usedMs
    },
  }
  precedence = createPrecedence(group)
})
afterEach(() => {
  vi.useRealTimers()
})

it('leaves scripts that get on as they are', () => {
  precedence.begin()
  vi.advanceTimersByTime(10_000)
  expect(set).toEqual([])
})

it('lets scripts in for a moment, again and again, while they get next to nothing', () => {
  precedence.begin()
  share = 0.1
  vi.advanceTimersByTime(250)
  expect(set).toEqual([false, true, false, true])
  share = 0.3
  vi.advanceTimersByTime(10_000)
  expect(set).toHaveLength(4)
})

it('asks nothing of the kernel while no script runs', () => {
  share = 0
  const ends = [precedence.begin(), precedence.begin()]
  ends[0]?.()
  ends[0]?.()
  vi.advanceTimersByTime(150)
  expect(set).toEqual([false, true])
  ends[1]?.()
  vi.advanceTimersByTime(10_000)
  expect(set).toHaveLength(2)
  expect(vi.getTimerCount()).toBe(0)
})

it('gives what is to end the processor until the last of it has ended', () => {
  const ended = [precedence.hurry(), precedence.hurry()]
  expect(set).toEqual([false])
  ended[0]?.()
  ended[0]?.()
  expect(set).toEqual([false])
  ended[1]?.()
  expect(set).toEqual([false, true])
})
