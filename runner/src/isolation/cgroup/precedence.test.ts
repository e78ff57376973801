import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  createPrecedence,
  type Precedence,
  type ScriptGroup,
  type ScriptsGroup,
  weights,
} from './precedence.ts'

/** What was set, in order, and how much of the processor a millisecond gives them. */
let set: boolean[]
let share: number
let precedence: Precedence

/** Counts the time that has passed since it was last asked, as much of it as it has. */
function used(has: () => number): () => number {
  let usedMs = 0
  let countedMs = performance.now()
  return () => {
    usedMs += (performance.now() - countedMs) * has()
    countedMs = performance.now()
    return usedMs
  }
}

const asleep: ScriptGroup = { usedMs: () => 0, setWeight: () => undefined }

beforeEach(() => {
  vi.useFakeTimers()
  set = []
  share = 1
  const group: ScriptsGroup = {
    setIdle: (isIdle) => {
      set.push(isIdle)
    },
    usedMs: used(() => share),
  }
  precedence = createPrecedence(group)
})
afterEach(() => {
  vi.useRealTimers()
})

it('leaves scripts that get on as they are', () => {
  precedence.begin(asleep)
  vi.advanceTimersByTime(10_000)
  expect(set).toEqual([])
})

it('lets scripts in for a moment, again and again, while they get next to nothing', () => {
  precedence.begin(asleep)
  share = 0.1
  vi.advanceTimersByTime(250)
  expect(set).toEqual([false, true, false, true])
  share = 0.3
  vi.advanceTimersByTime(10_000)
  expect(set).toHaveLength(4)
})

it('asks nothing of the kernel while no script runs', () => {
  share = 0
  const ends = [precedence.begin(asleep), precedence.begin(asleep)]
  ends[0]?.()
  ends[0]?.()
  vi.advanceTimersByTime(150)
  expect(set).toEqual([false, true])
  ends[1]?.()
  vi.advanceTimersByTime(10_000)
  expect(set).toHaveLength(2)
  expect(vi.getTimerCount()).toBe(0)
})

describe('among scripts', () => {
  let set: number[]
  let share: number

  /** With a share of a processor of its own. */
  function begin(): () => void {
    set = []
    return precedence.begin({
      usedMs: used(() => share),
      setWeight: (weight) => {
        set.push(weight)
      },
    })
  }

  it('one that asks little stays among the first, however long it takes', () => {
    share = 0.1
    begin()
    vi.advanceTimersByTime(60_000)
    expect(set).toEqual([])
  })

  it('one that keeps a processor busy comes after the others, and stays there', () => {
    share = 1
    begin()
    vi.advanceTimersByTime(200)
    expect(set).toEqual([weights.later])
    share = 0.15
    vi.advanceTimersByTime(60_000)
    expect(set).toHaveLength(1)
  })

  it('one that was kept waiting comes first again, for as much as it had at its begin', () => {
    share = 1
    begin()
    vi.advanceTimersByTime(200)
    share = 0.01
    vi.advanceTimersByTime(600)
    expect(set).toEqual([weights.later, weights.first])
    share = 0.5
    vi.advanceTimersByTime(200)
    expect(set).toEqual([weights.later, weights.first, weights.later])
  })

  it('one that has ended is left alone', () => {
    share = 1
    const end = begin()
    end()
    vi.advanceTimersByTime(10_000)
    expect(set).toEqual([])
  })
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
