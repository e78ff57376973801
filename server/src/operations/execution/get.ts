import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { openExecution } from './open-execution.ts'

export const getExecution = operation({
  id: 'getExecution',
  run: async (context, { params }, { identity }) => {
    const opened = await openExecution(context, identity, params.executionKey)
    return opened.ok ? success(opened.value.run) : opened
  },
})
