/** Which feed a topic means, and who may read it. */
import type { LiveTopic } from '@braid/contract/live.ts'
import type { Permission } from '@braid/contract/permission.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Result } from '@braid/core/base/result.ts'
import { holds, type Identity } from '../../operations/identity.ts'
import { keyOf } from '../../operations/keys.ts'
import type { Context } from '../../operations/operation.ts'
import type { Refusal } from '../../operations/refusal.ts'
import type { Wakeups } from '../wakeups.ts'
import { createDagRunFeeds } from './dag-run-feed.ts'
import { createDagRunsFeeds } from './dag-runs-feed.ts'
import type { Feed } from './feed.ts'
import { createInstanceFeeds } from './process-instance-feed.ts'

const permissions = {
  'process-instance': 'process-instance:read',
  'dag-run': 'dag-run:read',
  'dag-runs': 'dag-run:read',
} as const satisfies Readonly<Record<LiveTopic['kind'], Permission>>

export function topicRefusal(identity: Identity, { kind }: LiveTopic): Refusal | undefined {
  const permission = permissions[kind]
  return holds(identity, permission)
    ? undefined
    : { code: 'FORBIDDEN', detail: `this needs the permission ${permission}` }
}

type Opened = { readonly feed: Feed } | { readonly refusal: Refusal }

export type LiveFeeds = { open(topic: LiveTopic): Opened }

export function createLiveFeeds(context: Context, wakeups: Wakeups): LiveFeeds {
  const instanceFeed = createInstanceFeeds(context, wakeups)
  const dagRunFeed = createDagRunFeeds(context, wakeups)
  const dagRunsFeed = createDagRunsFeeds(context)
  const withKey = (key: Result<Key, Refusal>, open: (key: Key) => Feed): Opened =>
    key.ok ? { feed: open(key.value) } : { refusal: key.error }
  return {
    open: (topic) => {
      switch (topic.kind) {
        case 'process-instance':
          return withKey(keyOf('process instance', topic.processInstanceKey), instanceFeed)
        case 'dag-run':
          return withKey(keyOf('DAG run', topic.dagRunKey), (key) => dagRunFeed(key, topic.output ?? 'all'))
        case 'dag-runs':
          return { feed: dagRunsFeed(topic.dagId) }
      }
    },
  }
}
