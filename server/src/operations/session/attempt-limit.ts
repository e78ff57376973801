/**
 * Slows down guessing: attempts are counted before they are made, so that many at once are no way around, and given back
 * when they were right. Every node counts for itself; a window ends by itself, so nobody is locked out for good.
 */
import type { Instant } from '@braid/core/base/instant.ts'

export type AttemptLimit = {
  /** Counts an attempt; or answers the seconds to wait, when there were too many. */
  take(who: string): number | undefined
  /** One attempt was no failure. */
  giveBack(who: string): void
  /** None of the attempts counts any more. */
  forget(who: string): void
}

export type Attempts = {
  /** Sign-ins by address: guessing at many accounts from one place. */
  readonly address: AttemptLimit
  /** Passwords by account and address, so that a stranger elsewhere keeps nobody out. */
  readonly account: AttemptLimit
  /** Registrations by address. */
  readonly registration: AttemptLimit
}

const minute = 60_000

export const createAttempts = (now: () => Instant): Attempts => ({
  address: createAttemptLimit({ now, attempts: 20, windowMs: minute }),
  account: createAttemptLimit({ now, attempts: 5, windowMs: 5 * minute }),
  registration: createAttemptLimit({ now, attempts: 20, windowMs: 60 * minute }),
})

/** Remembered at once; beyond, the oldest window is dropped, which is the first to end. */
const capacity = 10_000

export function createAttemptLimit(options: {
  readonly now: () => Instant
  readonly attempts: number
  readonly windowMs: number
}): AttemptLimit {
  const { now, attempts, windowMs } = options
  const windows = new Map<string, { taken: number; readonly until: Instant }>()
  const open = (who: string) => {
    windows.delete(who)
    const [oldest] = windows.keys()
    if (windows.size >= capacity && oldest !== undefined) windows.delete(oldest)
    windows.set(who, { taken: 1, until: now() + windowMs })
  }
  return {
    take(who) {
      const window = windows.get(who)
      if (window === undefined || window.until <= now()) {
        open(who)
        return undefined
      }
      if (window.taken >= attempts) return Math.ceil((window.until - now()) / 1000)
      window.taken += 1
      return undefined
    },
    giveBack(who) {
      const window = windows.get(who)
      if (window !== undefined && window.taken > 0) window.taken -= 1
    },
    forget: (who) => {
      windows.delete(who)
    },
  }
}
