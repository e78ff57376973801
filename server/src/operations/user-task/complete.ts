import { operation } from '../operation.ts'
import { submitForUserTask } from '../submit.ts'

export const completeUserTask = operation({
  id: 'completeUserTask',
  target: ({ params }) => params.userTaskKey,
  run: (context, { params, body }) =>
    submitForUserTask(context, params.userTaskKey, (userTaskKey) => ({
      type: 'complete-user-task',
      userTaskKey,
      variables: body?.variables ?? {},
      action: body?.action || 'complete',
    })),
})
