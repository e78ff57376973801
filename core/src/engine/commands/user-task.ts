/** What people do with their tasks. */
import type { Key } from '../../base/key.ts'
import type { CompleteUserTask, Rejection, UpdateUserTask } from '../command.ts'
import { completeElement } from '../lifecycle.ts'
import { emit, type Transition } from '../transition.ts'
import { findWait } from '../waits.ts'

const unknownTask = (key: Key): Rejection => ({
  kind: 'not-found',
  message: `no open user task ${key}: it was completed or canceled, or never existed`,
})

export function completeUserTask(tx: Transition, command: CompleteUserTask): Rejection | undefined {
  const task = findWait(tx, command.userTaskKey, ['user-task'])
  if (task === undefined) return unknownTask(command.userTaskKey)
  emit(tx, { type: 'user-task-completed', key: command.userTaskKey, action: command.action })
  completeElement(tx, task.owner, command.variables)
  return undefined
}

export function updateUserTask(tx: Transition, command: UpdateUserTask): Rejection | undefined {
  const { userTaskKey, action, changes } = command
  const task = findWait(tx, userTaskKey, ['user-task'])
  if (task === undefined) return unknownTask(userTaskKey)
  const { assignee } = task.wait
  if (command.onlyIfUnassigned === true && typeof assignee === 'string' && assignee !== changes.assignee) {
    return { kind: 'conflict', message: `user task ${userTaskKey} is assigned to '${assignee}'` }
  }
  emit(tx, { type: 'user-task-updated', key: userTaskKey, action, ...changes })
  return undefined
}
