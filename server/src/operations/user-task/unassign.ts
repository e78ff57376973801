import { operation } from '../operation.ts'
import { submitForUserTask } from '../submit.ts'

export const unassignUserTask = operation({
  id: 'unassignUserTask',
  target: ({ params }) => params.userTaskKey,
  run: (context, { params }) =>
    submitForUserTask(context, params.userTaskKey, (userTaskKey) => ({
      type: 'update-user-task',
      userTaskKey,
      action: 'unassign',
      changes: { assignee: null },
    })),
})
