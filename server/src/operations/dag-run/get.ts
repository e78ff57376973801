import { success } from '@braid/core/base/result.ts'
import { nodeStatuses, runProgress, tasksOf } from '../../store/search/dag-tasks.ts'
import { operation } from '../operation.ts'
import { openRun } from './open-run.ts'

export const getDagRun = operation({
  id: 'getDagRun',
  run: async (context, { params }) => {
    const opened = await openRun(context, params.dagRunKey)
    if (!opened.ok) return opened
    const { key, found, view } = opened.value
    const { run, model, input, variables } = found
    const nodes = nodeStatuses(model, tasksOf(view, key, model))
    return success({
      ...run,
      progress: run.state === 'SUCCEEDED' ? 1 : runProgress(model, nodes),
      input,
      ...(run.state === 'SUCCEEDED' && variables.output !== undefined ? { output: variables.output } : {}),
      nodes,
    })
  },
})
