import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const searchDecisionRequirements = operation({
  id: 'searchDecisionRequirements',
  run: async ({ reads }, { body }) => success(await reads.search.decisionRequirements(body ?? {})),
})
