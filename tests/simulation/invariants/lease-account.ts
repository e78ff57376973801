/** A job that somebody holds is given to nobody else until the lease ends. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { ClaimedJob, InstanceCommit } from '../../../server/src/store/port.ts'
import { Violation } from '../violation.ts'

export type LeaseAccount = {
  committed(commit: InstanceCommit): void
  claimed(jobs: readonly ClaimedJob[], now: Instant): void
  extended(jobs: readonly Key[], until: Instant): void
}

export function createLeaseAccount(): LeaseAccount {
  const leases = new Map<Key, Instant>()
  const withRow = new Set<Key>()
  return {
    committed: ({ events, leases: granted, rows }) => {
      const fresh = new Set<Key>()
      for (const row of rows) if (row.op === 'insert-job' && !withRow.has(row.row.key)) fresh.add(row.row.key)
      for (const key of fresh) withRow.add(key)
      // A job that has a row keeps it, with the lease that it has.
      for (const { jobKey, until } of granted) if (fresh.has(jobKey)) leases.set(jobKey, until)
      for (const event of events) {
        if (event.type === 'job-failed') leases.delete(event.key)
      }
    },
    claimed: (jobs, now) => {
      for (const { key, worker, leaseUntil } of jobs) {
        const until = leases.get(key) ?? 0
        if (until > now)
          throw new Violation('I3', `${worker} got job ${key} at ${now}, leased until ${until}`)
        leases.set(key, leaseUntil)
      }
    },
    extended: (jobs, until) => {
      for (const key of jobs) leases.set(key, until)
    },
  }
}
