import { isOver } from '@braid/contract/execution.ts'
import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'
import { openForChange } from './open-execution.ts'

export const cancelExecution = operation({
  id: 'cancelExecution',
  target: ({ params }) => params.executionKey,
  run: async (context, { params: { executionKey } }, { identity }) => {
    const opened = await openForChange(context, identity, executionKey)
    if (!opened.ok) return opened
    const { key, run } = opened.value
    if (isOver(run.state))
      return refuse('INVALID_STATE', `cannot cancel a run that is over: it is ${run.state}`)
    await context.scriptRuns.cancel(key)
    return success({ executionKey, status: 'cancellation_requested' as const })
  },
})
