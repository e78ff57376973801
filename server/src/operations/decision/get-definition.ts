import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

export const getDecisionDefinition = operation({
  id: 'getDecisionDefinition',
  run: async ({ reads }, { params: { decisionDefinitionKey } }) => {
    const key = keyOf('decision definition', decisionDefinitionKey)
    if (!key.ok) return key
    const found = await reads.getDecisionDefinition(key.value)
    return found === undefined ? notFound('decision definition', decisionDefinitionKey) : success(found)
  },
})
