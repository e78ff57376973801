import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

export const getElementStatistics = operation({
  id: 'getElementStatistics',
  run: async ({ reads }, { params: { processInstanceKey } }) => {
    const key = keyOf('process instance', processInstanceKey)
    if (!key.ok) return key
    const instance = await reads.getProcessInstance(key.value)
    if (instance === undefined) return notFound('process instance', processInstanceKey)
    return success({ items: await reads.getElementStatistics(key.value) })
  },
})
