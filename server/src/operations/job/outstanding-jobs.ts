/**
 * Jobs that went out on worker streams of this node and were not answered yet: a stream sends only as many as its
 * worker asked for. A job counts until it is answered here, or until its lease ends (answered at another node, or lost).
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'

export type Outstanding = {
  add(jobs: readonly { readonly key: Key; readonly leaseUntil: Instant }[]): void
  /** Jobs still out at `now`. */
  count(now: Instant): number
  /** Waits until there may be fewer: an answer, the end of a lease, abort. False when `maxMs` went by before. */
  change(now: Instant, maxMs: number, signal: AbortSignal): Promise<boolean>
  close(): void
}

export type OutstandingJobs = {
  open(): Outstanding
  answered(jobKey: Key): void
}

export function createOutstandingJobs(): OutstandingJobs {
  const owners = new Map<Key, (key: Key) => void>()
  return {
    answered: (jobKey) => owners.get(jobKey)?.(jobKey),
    open: () => openOutstanding(owners),
  }
}

function openOutstanding(owners: Map<Key, (key: Key) => void>): Outstanding {
  const out = new Map<Key, Instant>()
  let wake: () => void = () => undefined
  const remove = (key: Key) => {
    out.delete(key)
    owners.delete(key)
    wake()
  }
  return {
    add(jobs) {
      for (const { key, leaseUntil } of jobs) {
        out.set(key, leaseUntil)
        owners.set(key, remove)
      }
    },
    count(now) {
      for (const [key, leaseUntil] of out) if (leaseUntil <= now) remove(key)
      return out.size
    },
    async change(now, maxMs, signal) {
      const { promise, resolve } = Promise.withResolvers<boolean>()
      const untilLeaseEnds = out.values().reduce((first, end) => Math.min(first, end), Infinity) - now
      const leaseEndsFirst = untilLeaseEnds < maxMs
      const timer = setTimeout(
        () => resolve(leaseEndsFirst),
        leaseEndsFirst ? Math.max(untilLeaseEnds, 1) : maxMs,
      )
      const abort = () => resolve(true)
      wake = abort
      signal.addEventListener('abort', abort, { once: true })
      const changed = await promise
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      return changed
    },
    close() {
      for (const key of out.keys()) owners.delete(key)
      out.clear()
    },
  }
}
