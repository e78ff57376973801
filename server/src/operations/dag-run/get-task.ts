import { success } from '@braid/core/base/result.ts'
import { taskDetail } from '../../store/search/dag-tasks.ts'
import { attemptsOf } from '../../store/search/task-attempts.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'
import { openRun } from './open-run.ts'

export const getDagTask = operation({
  id: 'getDagTask',
  run: async (context, { params }) => {
    const opened = await openRun(context, params.dagRunKey)
    if (!opened.ok) return opened
    const taskKey = keyOf('task', params.taskKey)
    if (!taskKey.ok) return taskKey
    const { key, found, view } = opened.value
    const task = taskDetail(view, key, found.model, taskKey.value)
    if (task === undefined) return notFound('task', params.taskKey)
    const rows = await context.reads.getAttempts(key, taskKey.value)
    return success({ ...task.detail, attempts: attemptsOf(view, task.record, rows) })
  },
})
