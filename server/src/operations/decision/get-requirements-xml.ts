import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

export const getDecisionRequirementsXml = operation({
  id: 'getDecisionRequirementsXml',
  run: async ({ reads }, { params: { decisionRequirementsKey } }) => {
    const key = keyOf('decision requirements', decisionRequirementsKey)
    if (!key.ok) return key
    const found = await reads.getRequirementsXml(key.value)
    return found === undefined ? notFound('decision requirements', decisionRequirementsKey) : success(found)
  },
})
