import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const searchDecisionInstances = operation({
  id: 'searchDecisionInstances',
  run: async ({ reads }, { body }) => success(await reads.search.decisionInstances(body ?? {})),
})
