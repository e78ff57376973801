import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const searchDecisionDefinitions = operation({
  id: 'searchDecisionDefinitions',
  run: async ({ reads }, { body }) => success(await reads.search.decisionDefinitions(body ?? {})),
})
