import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { viewerOf } from './open-execution.ts'

const mostItems = 200

export const getExecutionQueue = operation({
  id: 'getExecutionQueue',
  run: async ({ reads, scriptRuns }, _, { identity }) => {
    const queue = await reads.getExecutionQueue(viewerOf(identity), mostItems)
    return success({ ...scriptRuns.bounds, ...queue })
  },
})
