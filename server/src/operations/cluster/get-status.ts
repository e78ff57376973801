import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'

export const getStatus = operation({
  id: 'getStatus',
  run: async ({ isReady }) =>
    (await isReady()) ? success(undefined) : refuse('RESOURCE_EXHAUSTED', 'the database does not answer'),
})
