import { success } from '@braid/core/base/result.ts'
import { pageOfTasks, tasksOf } from '../../store/search/dag-tasks.ts'
import { operation } from '../operation.ts'
import { openRun } from './open-run.ts'

export const searchDagTasks = operation({
  id: 'searchDagTasks',
  run: async (context, { params, body }) => {
    const opened = await openRun(context, params.dagRunKey)
    if (!opened.ok) return opened
    const { key, found, view } = opened.value
    return success(pageOfTasks(tasksOf(view, key, found.model), body ?? {}))
  },
})
