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
  /** `onCanceled`: jobs that were out and are not wanted any more. */
  open(onCanceled: (jobKeys: readonly Key[]) => void): Outstanding
  answered(jobKey: Key): void
  canceled(jobKeys: readonly Key[]): void
  /** All that are out. */
  keys(): readonly Key[]
}

export function createOutstandingJobs(): OutstandingJobs {
  const owners = new Map<Key, Owner>()
  return {
    answered: (jobKey) => owners.get(jobKey)?.remove(jobKey),
    canceled: (jobKeys) => {
      const byStream = Map.groupBy(jobKeys, (jobKey) => owners.get(jobKey))
      for (const [owner, keys] of byStream) {
        if (owner === undefined) continue
        for (const key of keys) owner.remove(key)
        owner.onCanceled(keys)
      }
    },
    keys: () => [...owners.keys()],
    open: (onCanceled) => openOutstanding(owners, onCanceled),
  }
}

type Owner = {
  readonly remove: (jobKey: Key) => void
  readonly onCanceled: (jobKeys: readonly Key[]) => void
}

function openOutstanding(owners: Map<Key, Owner>, onCanceled: Owner['onCanceled']): Outstanding {
  const out = new Map<Key, Instant>()
  let wake: () => void = () => undefined
  const remove = (key: Key) => {
    out.delete(key)
    owners.delete(key)
    wake()
  }
  const owner: Owner = { remove, onCanceled }
  return {
    add(jobs) {
      for (const { key, leaseUntil } of jobs) {
        out.set(key, leaseUntil)
        owners.set(key, owner)
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
