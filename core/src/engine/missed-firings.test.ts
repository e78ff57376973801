import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withoutOldMisses } from './missed-firings.ts'
import { followingDue, type Schedule, scheduleOf } from './timer.ts'

const cycles = [
  'R/PT1H',
  'R5/PT1H',
  'R/P1D',
  'R/P1M',
  'R3/P1M',
  '0 30 * * * *',
  '0 0 9 * * MON-FRI',
  'R/2025-01-01T00:00:00Z/PT7M',
]
const begin = Date.parse('2025-01-31T08:10:00Z')

function begun(cycle: string): Schedule {
  const schedule = scheduleOf('cycle', cycle, begin)
  if (!schedule.ok) throw new Error(schedule.error)
  return schedule.value
}

/** All firings up to `now`, as if none had been missed. */
function firings(from: Schedule, now: number): readonly Schedule[] {
  const all: Schedule[] = []
  for (
    let next: Schedule | undefined = from;
    next !== undefined && next.due <= now;
    next = followingDue(next)
  )
    all.push(next)
  return all
}

describe('of what a standstill missed', () => {
  test('the latest firings are made up, on the beat and with the count that they would have had', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...cycles),
        fc.nat({ max: 90 * 86_400_000 }),
        fc.integer({ min: 1, max: 20 }),
        (cycle, pause, max) => {
          const schedule = begun(cycle)
          const now = begin + pause
          const all = firings(schedule, now)
          expect(firings(withoutOldMisses(schedule, now, max), now)).toEqual(all.slice(-max))
        },
      ),
      { numRuns: 60 },
    )
  })

  test('nothing changes when nothing was missed', () => {
    const schedule = begun('R/PT1H')
    expect(withoutOldMisses(schedule, begin, 1)).toEqual(schedule)
    expect(withoutOldMisses({ due: 5 }, 10, 1)).toEqual({ due: 5 })
  })

  test('ten years of seconds are reckoned, not counted', () => {
    const now = begin + 10 * 365 * 86_400_000
    for (const cycle of ['R/PT1S', '* * * * * *']) {
      const left = withoutOldMisses(begun(cycle), now, 100)
      expect(firings(left, now)).toHaveLength(100)
    }
  })
})
