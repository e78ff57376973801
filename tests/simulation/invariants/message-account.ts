/** I10 A message reaches a process at most once, a signal a subscription at most once; ids are unique in the buffer. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { ExecutionStore, InstanceCommit } from '../../../server/src/store/port.ts'
import { Violation } from '../violation.ts'

type Published = Parameters<ExecutionStore['publish']>[0]

export type MessageAccount = {
  published(message: Published): void
  claimed(commit: InstanceCommit): void
  triggered(
    source: Key,
    by: 'message' | 'signal',
    target: { readonly processId: string; readonly key: Key },
  ): void
}

/** `latest`: the latest time that any clock has shown. */
export function createMessageAccount(latest: () => Instant): MessageAccount {
  const reached = new Set<string>()
  const claims = new Set<string>()
  const ids = new Map<string, Instant>()
  return {
    published: ({ kind, name, correlationKey, messageId, publishedAt, timeToLiveMs }) => {
      if (kind === 'signal' || messageId === undefined) return
      const id = `${name} ${correlationKey} ${messageId}`
      const until = ids.get(id)
      // One that arrives late may have been published before the other expired.
      if (until !== undefined && until > Math.max(publishedAt, latest())) {
        throw new Violation('I10', `message ${id} is in the buffer twice`)
      }
      ids.set(id, publishedAt + timeToLiveMs)
    },
    claimed: (commit) => {
      for (const { source, claim } of commit.claims) {
        const name = `${source} ${claim}`
        if (claims.has(name)) throw new Violation('I2', `'${name}' was done twice, now by ${commit.key}`)
        claims.add(name)
      }
    },
    triggered: (source, by, { processId, key }) => {
      const target =
        by === 'message' ? `${source} to process ${processId}` : `${source} to subscription ${key}`
      if (reached.has(target)) throw new Violation('I10', `${by} ${target} arrived twice`)
      reached.add(target)
    },
  }
}
