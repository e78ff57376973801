/** The history of a process instance; the cursor is the version of its last commit that was sent. */
import { formatKey, type Key } from '@braid/core/base/key.ts'
import { success } from '@braid/core/base/result.ts'
import type { Dependencies } from '../../operations/dependencies.ts'
import { historyEntryOf } from '../../operations/process-event.ts'
import { notFound } from '../../operations/refusal.ts'
import { resumeAfter } from '../process-instance-stream.ts'
import type { Wakeups } from '../wakeups.ts'
import { type Feed, type Page, sharedRead } from './feed.ts'

/** Commits in one frame. */
const pageSize = 200

const endings: ReadonlySet<string> = new Set(['instance-completed', 'instance-terminated'])
const endedStates: ReadonlySet<string> = new Set(['COMPLETED', 'TERMINATED'])

export function createInstanceFeeds(
  { history, reads }: Pick<Dependencies, 'history' | 'reads'>,
  wakeups: Wakeups,
): (instanceKey: Key) => Feed {
  const shared = sharedRead<Page>()

  const read = async (instanceKey: Key, after: number): Promise<Page> => {
    const entries = await history({ instanceKey, after, max: pageSize })
    return {
      cursor: String(entries.at(-1)?.version ?? after),
      data: { kind: 'process-instance', entries: entries.map(historyEntryOf) },
      more: entries.length === pageSize,
      ended: entries.at(-1)?.events.some(({ type }) => endings.has(type)) === true,
    }
  }
  const page = (instanceKey: Key, after: number) =>
    shared(`${instanceKey} ${after}`, () => read(instanceKey, after))

  return (instanceKey) => ({
    subscribe: (wake) => wakeups.subscribe(instanceKey, wake),
    first: async (after) => {
      const instance = await reads.getProcessInstance(instanceKey)
      if (instance === undefined) return notFound('process instance', formatKey(instanceKey))
      const from = await resumeAfter({ history }, instanceKey, after)
      const found = await page(instanceKey, from.ok ? from.value : 0)
      const nothingLeft = !found.more && endedStates.has(instance.state)
      const type = from.ok && after !== undefined ? 'changes' : 'snapshot'
      return success({ ...found, type, ended: found.ended || nothingLeft })
    },
    next: async (cursor) => {
      const found = await page(instanceKey, Number(cursor))
      return found.data.kind === 'process-instance' && found.data.entries.length > 0 ? found : undefined
    },
  })
}
