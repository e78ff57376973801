import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

export const getCallHierarchy = operation({
  id: 'getCallHierarchy',
  run: async ({ reads }, { params: { processInstanceKey } }) => {
    const key = keyOf('process instance', processInstanceKey)
    if (!key.ok) return key
    const hierarchy = await reads.getCallHierarchy(key.value)
    return hierarchy.length === 0 ? notFound('process instance', processInstanceKey) : success(hierarchy)
  },
})
