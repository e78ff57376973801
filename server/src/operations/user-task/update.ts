import type { UserTaskFields } from '@braid/core/engine/wait-event.ts'
import { operation } from '../operation.ts'
import { submitForUserTask } from '../submit.ts'

/** What a task has when nothing is said (Camunda 8, "update user task"). */
const defaultPriority = 50

type Changeset = {
  readonly dueDate?: string | null | undefined
  readonly followUpDate?: string | null | undefined
  readonly candidateUsers?: readonly string[] | null | undefined
  readonly candidateGroups?: readonly string[] | null | undefined
  readonly priority?: number | null | undefined
}

/** Null and empty text reset a field; absence leaves it. */
function changesOf(changeset: Changeset): UserTaskFields {
  const { dueDate, followUpDate, candidateUsers, candidateGroups, priority } = changeset
  return {
    ...(dueDate === undefined ? {} : { dueDate: dueDate || null }),
    ...(followUpDate === undefined ? {} : { followUpDate: followUpDate || null }),
    ...(candidateUsers === undefined ? {} : { candidateUsers: candidateUsers ?? [] }),
    ...(candidateGroups === undefined ? {} : { candidateGroups: candidateGroups ?? [] }),
    ...(priority === undefined ? {} : { priority: priority ?? defaultPriority }),
  }
}

export const updateUserTask = operation({
  id: 'updateUserTask',
  target: ({ params }) => params.userTaskKey,
  run: (context, { params, body }) =>
    submitForUserTask(context, params.userTaskKey, (userTaskKey) => ({
      type: 'update-user-task',
      userTaskKey,
      action: body.action || 'update',
      changes: changesOf(body.changeset ?? {}),
    })),
})
