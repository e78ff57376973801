/** Whether a node gives its task what the task takes, as far as their schemas say. */
import type { DagModel } from '../../model/dag.ts'
import type { Analysis, Item } from './analysis.ts'
import type { DagLog } from './finding.ts'
import { conflictsOf } from './fit.ts'
import type { TaskWork } from './jobs.ts'
import { givenSchema, schemasOf } from './schemas.ts'
import type { TaskRegistry } from './tasks.ts'

export type TaskCheck = {
  readonly tasks: TaskRegistry | undefined
  readonly analysis: Analysis
  readonly model: DagModel
  readonly log: DagLog
}

export function checkTask(item: Item, work: TaskWork, { tasks, analysis, model, log }: TaskCheck): void {
  if (tasks === undefined) return
  const { node, path } = item
  const signature = tasks.get(work.task)
  if (signature === undefined) {
    const message = `expected a task that an application or worker has, got '${work.task}', which nobody knows yet`
    log.warning('UNKNOWN_TASK', [...path, 'task'], node.id, message)
    return
  }
  const wanted = work.kind === 'generate' ? 'generator' : 'task'
  if (signature.kind !== wanted) {
    const message = `expected a ${wanted}, got the ${signature.kind} '${work.task}'`
    log.error('WRONG_KIND_OF_TASK', [...path, 'task'], node.id, message)
    return
  }
  const given = givenSchema(work.input ?? {}, schemasOf(item.part, { model, tasks, analysis }))
  for (const { path: at, message } of conflictsOf(given, signature.input))
    log.error('WRONG_TASK_INPUT', [...path, 'input', ...at], node.id, `${message} (task '${work.task}')`)
}
