/** Counts in the memory of this node: where there is no Redis, and while it is away. */
import type { Allowance, Count } from './count.ts'
import { countInBucket, countInWindow } from './count.ts'

export type MemoryCounters = {
  /** `counts`: false only looks. */
  count(key: string, allowance: Allowance, counts: boolean): Count
}

/** What all counters weigh together: some 16 MB. Beyond, those that were not used for longest are forgotten. */
const capacity = 2_000_000
/** Of each: its key and its place, beside the numbers that it keeps. */
const ownWeight = 30

type Counter = { readonly times: number[] } | { fullAt: number }

/** In numbers of eight bytes. */
const weightOf = (counter: Counter): number => ownWeight + ('times' in counter ? counter.times.length : 1)

/** `now`: milliseconds of a clock that nobody sets back. */
export function createMemoryCounters(now: () => number): MemoryCounters {
  /** In the order of their last use. */
  const counters = new Map<string, Counter>()
  let weight = 0

  const makeRoom = (): void => {
    for (const [key, counter] of counters) {
      if (weight <= capacity) return
      counters.delete(key)
      weight -= weightOf(counter)
    }
  }

  return {
    count: (key, allowance, counts) => {
      const counter = counters.get(key) ?? newCounter(allowance)
      const before = counters.delete(key) ? weightOf(counter) : 0
      const counted = countIn(counter, allowance, now(), counts)
      weight -= before
      if (counted.used > 0) {
        counters.set(key, counter)
        weight += weightOf(counter)
        makeRoom()
      }
      return counted
    },
  }
}

const newCounter = ({ algorithm }: Allowance): Counter =>
  algorithm === 'sliding-window' ? { times: [] } : { fullAt: 0 }

function countIn(counter: Counter, allowance: Allowance, now: number, counts: boolean): Count {
  if ('times' in counter) return countInWindow(counter.times, allowance, now, counts)
  const { count, fullAt } = countInBucket(counter.fullAt, allowance, now, counts)
  counter.fullAt = fullAt
  return count
}
