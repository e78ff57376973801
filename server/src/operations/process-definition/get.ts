import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

export const getProcessDefinition = operation({
  id: 'getProcessDefinition',
  run: async ({ reads }, { params }) => {
    const key = keyOf('process definition', params.processDefinitionKey)
    if (!key.ok) return key
    const found = await reads.getProcessDefinition(key.value)
    return found === undefined ? notFound('process definition', params.processDefinitionKey) : success(found)
  },
})
