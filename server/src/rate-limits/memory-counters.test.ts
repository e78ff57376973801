import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Allowance } from './count.ts'
import { createMemoryCounters } from './memory-counters.ts'

function countersAt(start = 0) {
  const clock = { now: start }
  const counters = createMemoryCounters(() => clock.now)
  const take = (key: string, allowance: Allowance) => counters.count(key, allowance, true)
  const look = (key: string, allowance: Allowance) => counters.count(key, allowance, false)
  return { clock, take, look }
}

const window: Allowance = { algorithm: 'sliding-window', size: 3, seconds: 10 }
/** One more each two seconds. */
const bucket: Allowance = { algorithm: 'token-bucket', size: 3, seconds: 6 }

describe('a sliding window', () => {
  test('lets as many pass as its size, and again when the first is a window old', () => {
    const { clock, take } = countersAt(5)
    for (const used of [1, 2, 3]) {
      expect(take('k', window)).toEqual({ allowed: true, used, resetMs: 10_005 - clock.now })
      clock.now += 100
    }
    expect(take('k', window)).toEqual({ allowed: false, used: 3, resetMs: 9_700 })
    clock.now = 10_004
    expect(take('k', window).allowed).toBe(false)
    clock.now = 10_005
    expect(take('k', window)).toEqual({ allowed: true, used: 3, resetMs: 100 })
    expect(take('k', window).allowed).toBe(false)
    expect(take('other', window)).toMatchObject({ allowed: true, used: 1 })
  })

  test('that was made smaller waits until there is room again', () => {
    const { clock, take } = countersAt()
    for (let at = 0; at < 3; at += 1) {
      clock.now = at * 1_000
      take('k', window)
    }
    const smaller: Allowance = { ...window, size: 1 }
    expect(take('k', smaller)).toEqual({ allowed: false, used: 1, resetMs: 10_000 })
    clock.now = 11_999
    expect(take('k', smaller).allowed).toBe(false)
    clock.now = 12_000
    expect(take('k', smaller).allowed).toBe(true)
  })

  test('never lets more pass in any window than its size, and refuses none that fits', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6_000), { maxLength: 60 }), (pauses) => {
        const { clock, take } = countersAt()
        const passed: number[] = []
        for (const pause of pauses) {
          clock.now += pause
          const within = passed.filter((at) => at > clock.now - 10_000).length
          const { allowed } = take('k', window)
          expect(allowed).toBe(within < 3)
          if (allowed) passed.push(clock.now)
        }
      }),
    )
  })
})

describe('a token bucket', () => {
  test('lets its size pass at once, then one for each that is given back', () => {
    const { clock, take } = countersAt(1_000)
    expect([1, 2, 3, 4].map(() => take('k', bucket).allowed)).toEqual([true, true, true, false])
    expect(take('k', bucket)).toEqual({ allowed: false, used: 3, resetMs: 2_000 })
    clock.now += 1_999
    expect(take('k', bucket).allowed).toBe(false)
    clock.now += 1
    expect(take('k', bucket)).toEqual({ allowed: true, used: 3, resetMs: 2_000 })
    expect(take('k', bucket).allowed).toBe(false)
    clock.now += 100_000
    expect([1, 2, 3, 4].map(() => take('k', bucket).allowed)).toEqual([true, true, true, false])
  })

  test('never lets more pass in any time than its size and what is given back meanwhile', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4_000), { maxLength: 60 }), (pauses) => {
        const { clock, take } = countersAt()
        const passed: number[] = []
        for (const pause of pauses) {
          clock.now += pause
          if (take('k', bucket).allowed) passed.push(clock.now)
        }
        for (const [from, start] of passed.entries()) {
          for (let to = from; to < passed.length; to += 1) {
            const back = Math.floor((passed[to]! - start) / 2_000)
            expect(to - from + 1).toBeLessThanOrEqual(3 + back)
          }
        }
      }),
    )
  })
})

test.each([window, bucket])('looking at a $algorithm counts nothing', (allowance) => {
  const { look, take } = countersAt(50)
  expect(look('k', allowance)).toMatchObject({ used: 0, resetMs: 0 })
  take('k', allowance)
  for (let times = 0; times < 5; times += 1) expect(look('k', allowance)).toMatchObject({ used: 1 })
  expect(take('k', allowance)).toMatchObject({ allowed: true, used: 2 })
})

test('memory is bounded: those that were not used for longest are forgotten', () => {
  const { look, take } = countersAt()
  const wide: Allowance = { algorithm: 'sliding-window', size: 10_000, seconds: 10 }
  for (let key = 0; key < 200; key += 1) {
    for (let times = 0; times < 10_000; times += 1) take(`k${key}`, wide)
  }
  expect(look('k0', wide)).toMatchObject({ used: 0 })
  expect(look('k1', wide)).toMatchObject({ used: 10_000 })
  expect(look('k199', wide)).toMatchObject({ used: 10_000 })
})

test('memory is bounded also where many come once: what they are known by counts', () => {
  const { look, take } = countersAt()
  const many = 100_000
  for (let key = 0; key < many; key += 1) take(`k${key}`, bucket)
  expect(look('k0', bucket)).toMatchObject({ used: 0 })
  expect(look(`k${many - 1}`, bucket)).toMatchObject({ used: 1 })
  expect(look(`k${many / 2}`, bucket)).toMatchObject({ used: 1 })
})
