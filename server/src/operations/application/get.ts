import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'

export const getApplication = operation({
  id: 'getApplication',
  run: async ({ applications }, { params }) => {
    const found = applications.get(params.application)
    return found === undefined
      ? refuse('NOT_FOUND', `there is no application ${params.application}`)
      : success(found)
  },
})
