import type { TaskOutput } from '@braid/contract/dag-run.ts'
import { success } from '@braid/core/base/result.ts'
import type { StoredOutput } from '../../store/task-output-port.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

const defaultLimit = 100

export const searchTaskOutput = operation({
  id: 'searchTaskOutput',
  run: async ({ reads }, { params: { dagRunKey }, body = {} }) => {
    const key = keyOf('DAG run', dagRunKey)
    if (!key.ok) return key
    if ((await reads.getDagRun(key.value)) === undefined) return notFound('DAG run', dagRunKey)
    const taskKey = body.taskKey === undefined ? undefined : keyOf('task', body.taskKey)
    if (taskKey !== undefined && !taskKey.ok) return taskKey
    const items = await reads.readOutput({
      instanceKey: key.value,
      after: body.after ?? 0,
      limit: body.limit ?? defaultLimit,
      ...(taskKey === undefined ? {} : { taskKey: taskKey.value }),
      ...(body.nodeId === undefined ? {} : { element: body.nodeId }),
      ...(body.kind === undefined ? {} : { kind: body.kind }),
      ...(body.minLevel === undefined ? {} : { minLevel: body.minLevel }),
    })
    return success({ items: items.map(taskOutputOf) })
  },
})

/** As the API shows it. */
export const taskOutputOf = ({
  sequence,
  at,
  taskKey,
  element,
  attempt,
  entry,
}: StoredOutput): TaskOutput => ({
  sequence,
  timestamp: new Date(at).toISOString(),
  taskKey: String(taskKey),
  nodeId: element,
  attempt,
  ...entry,
})
