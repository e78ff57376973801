import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { historyEntryOf } from '../process-event.ts'
import { notFound } from '../refusal.ts'

const defaultLimit = 100

export const getProcessInstanceEvents = operation({
  id: 'getProcessInstanceEvents',
  run: async ({ reads, history }, { params: { processInstanceKey }, query }) => {
    const key = keyOf('process instance', processInstanceKey)
    if (!key.ok) return key
    const instance = await reads.getProcessInstance(key.value)
    if (instance === undefined) return notFound('process instance', processInstanceKey)
    const limit = query.limit ?? defaultLimit
    // One more than asked for tells whether there are more.
    const entries = await history({ instanceKey: key.value, after: query.after ?? 0, max: limit + 1 })
    return success({ items: entries.slice(0, limit).map(historyEntryOf), hasMore: entries.length > limit })
  },
})
