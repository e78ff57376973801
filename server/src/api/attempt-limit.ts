/** Slows down guessing: failed sign-ins per address and minute. */
import type { Instant } from '@braid/core/base/instant.ts'

export type AttemptLimit = {
  /** Seconds to wait, or undefined when another attempt is fine. */
  refusedFor(address: string): number | undefined
  failed(address: string): void
}

const windowMs = 60_000
const maxFailures = 20
/** Addresses remembered; beyond, the memory starts anew. */
const capacity = 10_000

export function createAttemptLimit(now: () => Instant): AttemptLimit {
  const windows = new Map<string, { failures: number; readonly until: Instant }>()
  return {
    refusedFor(address) {
      const window = windows.get(address)
      if (window === undefined || window.until <= now() || window.failures < maxFailures) return undefined
      return Math.ceil((window.until - now()) / 1000)
    },
    failed(address) {
      const window = windows.get(address)
      if (window !== undefined && window.until > now()) {
        window.failures += 1
        return
      }
      if (windows.size >= capacity) windows.clear()
      windows.set(address, { failures: 1, until: now() + windowMs })
    },
  }
}
