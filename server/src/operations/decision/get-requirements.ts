import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

export const getDecisionRequirements = operation({
  id: 'getDecisionRequirements',
  run: async ({ reads }, { params: { decisionRequirementsKey } }) => {
    const key = keyOf('decision requirements', decisionRequirementsKey)
    if (!key.ok) return key
    const found = await reads.getDecisionRequirements(key.value)
    return found === undefined ? notFound('decision requirements', decisionRequirementsKey) : success(found)
  },
})
