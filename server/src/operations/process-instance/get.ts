import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

export const getProcessInstance = operation({
  id: 'getProcessInstance',
  run: async ({ reads }, { params }) => {
    const key = keyOf('process instance', params.processInstanceKey)
    if (!key.ok) return key
    const found = await reads.getProcessInstance(key.value)
    return found === undefined ? notFound('process instance', params.processInstanceKey) : success(found)
  },
})
