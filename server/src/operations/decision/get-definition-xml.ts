import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

export const getDecisionDefinitionXml = operation({
  id: 'getDecisionDefinitionXml',
  run: async ({ reads }, { params: { decisionDefinitionKey } }) => {
    const key = keyOf('decision definition', decisionDefinitionKey)
    if (!key.ok) return key
    const found = await reads.getDecisionXml(key.value)
    return found === undefined ? notFound('decision definition', decisionDefinitionKey) : success(found)
  },
})
