/** Work for a person: kept as a row of its own for task lists, moved by commands of its own. */
import type { UserTaskNode } from '../../model/program.ts'
import { everyFlow } from '../flows.ts'
import type { Behavior } from '../transition.ts'
import { beginUserTask } from '../user-task-change.ts'

export const userTask: Behavior<UserTaskNode> = {
  activate: (tx, instance) => beginUserTask(tx, instance),
  leave: everyFlow,
}
