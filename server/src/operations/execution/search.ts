import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { viewerOf } from './open-execution.ts'

export const searchExecutions = operation({
  id: 'searchExecutions',
  run: async ({ reads }, { body }, { identity }) =>
    success(await reads.search.executions(body ?? {}, viewerOf(identity))),
})
