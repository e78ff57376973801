import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

export const getVariable = operation({
  id: 'getVariable',
  run: async ({ reads }, { params }) => {
    const key = keyOf('variable', params.variableKey)
    if (!key.ok) return key
    const found = await reads.getVariable(key.value)
    return found === undefined ? notFound('variable', params.variableKey) : success(found)
  },
})
