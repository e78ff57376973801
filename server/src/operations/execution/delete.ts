import { isOver } from '@braid/contract/execution.ts'
import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { notFound, refuse } from '../refusal.ts'
import { openForChange } from './open-execution.ts'

export const deleteExecution = operation({
  id: 'deleteExecution',
  target: ({ params }) => params.executionKey,
  run: async (context, { params: { executionKey } }, { identity }) => {
    const opened = await openForChange(context, identity, executionKey)
    if (!opened.ok) return opened
    const { key, run } = opened.value
    const deletion = isOver(run.state) ? await context.deleteInstance(key) : { kind: 'running' }
    if (deletion.kind === 'deleted') return success(undefined)
    if (deletion.kind === 'not-found') return notFound('execution', executionKey)
    return refuse('INVALID_STATE', `run ${executionKey} is not over yet: cancel it first`)
  },
})
