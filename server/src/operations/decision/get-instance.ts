import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

export const getDecisionInstance = operation({
  id: 'getDecisionInstance',
  run: async ({ reads }, { params: { decisionEvaluationInstanceKey: name } }) => {
    const found = await reads.getDecisionInstance(name)
    return found === undefined ? notFound('decision instance', name) : success(found)
  },
})
