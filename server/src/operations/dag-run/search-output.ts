import type { TaskOutput } from '@braid/contract/dag-run.ts'
import { success } from '@braid/core/base/result.ts'
import { type DagModel, directTaskOf } from '@braid/core/model/dag.ts'
import { nodesOf } from '../../store/search/dag-tasks.ts'
import type { StoredOutput } from '../../store/task-output-port.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { outputRangeOf } from '../output-query.ts'
import { notFound } from '../refusal.ts'

export const searchTaskOutput = operation({
  id: 'searchTaskOutput',
  run: async ({ reads }, { params: { dagRunKey }, body = {} }) => {
    const key = keyOf('DAG run', dagRunKey)
    if (!key.ok) return key
    const found = await reads.getDagRun(key.value)
    if (found === undefined) return notFound('DAG run', dagRunKey)
    const taskKey = body.taskKey === undefined ? undefined : keyOf('task', body.taskKey)
    if (taskKey !== undefined && !taskKey.ok) return taskKey
    const { entries, more } = await reads.readOutput({
      instanceKey: key.value,
      ...outputRangeOf(body),
      ...(taskKey === undefined ? {} : { taskKey: taskKey.value }),
      ...(body.nodeId === undefined ? {} : { element: elementOf(found.model, body.nodeId) }),
    })
    return success({ items: entries.map((output) => taskOutputOf(found.model, output)), more })
  },
})

/** The runs of a map stand for the only task in it. */
const elementOf = ({ nodes }: DagModel, nodeId: string): string =>
  nodesOf(nodes).find((node) => directTaskOf(node)?.id === nodeId)?.id ?? nodeId

function nodeIdOf({ nodes }: DagModel, element: string): string {
  const node = nodesOf(nodes).find(({ id }) => id === element)
  return (node === undefined ? undefined : directTaskOf(node)?.id) ?? element
}

/** As the API shows it. */
export const taskOutputOf = (
  model: DagModel,
  { sequence, at, taskKey, element, attempt, entry }: StoredOutput,
): TaskOutput => ({
  sequence,
  timestamp: new Date(at).toISOString(),
  taskKey: String(taskKey),
  nodeId: nodeIdOf(model, element),
  attempt,
  ...entry,
})
