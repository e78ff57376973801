import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

export const getDefinitionStatistics = operation({
  id: 'getDefinitionStatistics',
  run: async ({ reads }, { params: { processDefinitionKey }, body }) => {
    const key = keyOf('process definition', processDefinitionKey)
    if (!key.ok) return key
    const definition = await reads.getProcessDefinition(key.value)
    if (definition === undefined) return notFound('process definition', processDefinitionKey)
    return success({ items: await reads.countElements({ ...body?.filter, processDefinitionKey }) })
  },
})
