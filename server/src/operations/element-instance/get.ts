import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

export const getElementInstance = operation({
  id: 'getElementInstance',
  run: async ({ reads }, { params }) => {
    const key = keyOf('element instance', params.elementInstanceKey)
    if (!key.ok) return key
    const found = await reads.getElementInstance(key.value)
    return found === undefined ? notFound('element instance', params.elementInstanceKey) : success(found)
  },
})
