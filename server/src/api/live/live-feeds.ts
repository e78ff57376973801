/** Which feed a topic means, and who may read it. */
import type { LiveTopic } from '@braid/contract/live.ts'
import type { Permission } from '@braid/contract/permission.ts'
import { holds, type Identity } from '../../operations/identity.ts'
import { keyOf } from '../../operations/keys.ts'
import type { Context } from '../../operations/operation.ts'
import type { Refusal } from '../../operations/refusal.ts'
import type { Wakeups } from '../process-instance-stream.ts'
import type { Feed } from './feed.ts'
import { createInstanceFeeds } from './process-instance-feed.ts'

const permissions = {
  'process-instance': 'process-instance:read',
  'dag-run': 'dag-run:read',
  'dag-runs': 'dag-run:read',
} as const satisfies Readonly<Record<string, Permission>>

export function topicRefusal(identity: Identity, { kind }: LiveTopic): Refusal | undefined {
  const permission = permissions[kind]
  return holds(identity, permission)
    ? undefined
    : { code: 'FORBIDDEN', detail: `this needs the permission ${permission}` }
}

export type LiveFeeds = {
  open(topic: LiveTopic): { readonly feed: Feed } | { readonly refusal: Refusal }
}

export function createLiveFeeds(context: Context, wakeups: Wakeups): LiveFeeds {
  const instanceFeed = createInstanceFeeds(context, wakeups)
  return {
    open: (topic) => {
      if (topic.kind !== 'process-instance') {
        return { refusal: { code: 'INVALID_STATE', detail: 'this server has no runs of DAGs' } }
      }
      const key = keyOf('process instance', topic.processInstanceKey)
      return key.ok ? { feed: instanceFeed(key.value) } : { refusal: key.error }
    },
  }
}
