/** What people do with their tasks. */
import type { Key } from '../../base/key.ts'
import type { CompleteUserTask, Rejection, UpdateUserTask } from '../command.ts'
import { raiseIncident } from '../incident.ts'
import type { ElementInstance, UserTaskWait } from '../state.ts'
import type { Transition } from '../transition.ts'
import { changeUserTask } from '../user-task-change.ts'
import type { PendingChange } from '../wait-event.ts'
import { findWait } from '../waits.ts'

const unknownTask = (key: Key): Rejection => ({
  kind: 'not-found',
  message: `no open user task ${key}: it was completed or canceled, or never existed`,
})

export function completeUserTask(tx: Transition, command: CompleteUserTask): Rejection | undefined {
  const task = findWait(tx, command.userTaskKey, ['user-task'])
  if (task === undefined) return unknownTask(command.userTaskKey)
  const { action, variables } = command
  return change(tx, task, { on: 'completing', action, changes: {}, variables })
}

export function updateUserTask(tx: Transition, command: UpdateUserTask): Rejection | undefined {
  const { userTaskKey, action, changes } = command
  const task = findWait(tx, userTaskKey, ['user-task'])
  if (task === undefined) return unknownTask(userTaskKey)
  const { assignee } = task.wait
  if (command.onlyIfUnassigned === true && typeof assignee === 'string' && assignee !== changes.assignee) {
    return { kind: 'conflict', message: `user task ${userTaskKey} is assigned to '${assignee}'` }
  }
  return change(tx, task, { on: 'assignee' in changes ? 'assigning' : 'updating', action, changes })
}

/** One change at a time: the task's listeners may be busy with another. */
function change(
  tx: Transition,
  { owner, wait }: { readonly owner: ElementInstance; readonly wait: UserTaskWait },
  wanted: PendingChange,
): Rejection | undefined {
  if (wait.pending !== undefined) {
    const message = `user task ${wait.key} waits for its listeners for ${wait.pending.on}`
    return { kind: 'conflict', message }
  }
  const problem = changeUserTask(tx, owner, wait, wanted)
  if (problem !== undefined) raiseIncident(tx, owner, 'activate', problem)
  return undefined
}
