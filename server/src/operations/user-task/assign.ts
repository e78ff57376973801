import { operation } from '../operation.ts'
import { submitForUserTask } from '../submit.ts'

export const assignUserTask = operation({
  id: 'assignUserTask',
  target: ({ params }) => params.userTaskKey,
  run: (context, { params, body }) =>
    submitForUserTask(context, params.userTaskKey, (userTaskKey) => ({
      type: 'update-user-task',
      userTaskKey,
      action: body.action || 'assign',
      changes: { assignee: body.assignee },
      ...(body.allowOverride === false ? { onlyIfUnassigned: true } : {}),
    })),
})
