import type { ProcessInstanceOutput } from '@braid/contract/process-instance.ts'
import { parseKey } from '@braid/core/base/key.ts'
import { success } from '@braid/core/base/result.ts'
import type { StoredOutput } from '../../store/task-output-port.ts'
import { keyOf } from '../keys.ts'
import { type Context, operation } from '../operation.ts'
import { outputRangeOf } from '../output-query.ts'
import { notFound } from '../refusal.ts'

export const searchProcessInstanceOutput = operation({
  id: 'searchProcessInstanceOutput',
  run: async ({ reads }, { params: { processInstanceKey }, body = {} }) => {
    const key = keyOf('process instance', processInstanceKey)
    if (!key.ok) return key
    const { elementId, elementInstanceKey } = body
    const taskKey =
      elementInstanceKey === undefined ? undefined : keyOf('element instance', elementInstanceKey)
    if (taskKey !== undefined && !taskKey.ok) return taskKey
    const instance = await reads.getProcessInstance(key.value)
    if (instance === undefined || !(await isProcess(reads, instance))) {
      return notFound('process instance', processInstanceKey)
    }
    const { entries, more } = await reads.readOutput({
      instanceKey: key.value,
      ...outputRangeOf(body),
      ...(taskKey === undefined ? {} : { taskKey: taskKey.value }),
      ...(elementId === undefined ? {} : { element: elementId }),
    })
    return success({ items: entries.map(shown), more })
  },
})

/** Runs of DAGs and of people's scripts are instances, too: who may read what those wrote is decided elsewhere. */
async function isProcess(
  reads: Context['reads'],
  { processDefinitionKey }: { readonly processDefinitionKey: string },
): Promise<boolean> {
  const key = parseKey(processDefinitionKey)
  return key !== undefined && (await reads.getProcessDefinition(key)) !== undefined
}

const shown = ({ sequence, at, taskKey, element, attempt, entry }: StoredOutput): ProcessInstanceOutput => ({
  sequence,
  timestamp: new Date(at).toISOString(),
  elementInstanceKey: String(taskKey),
  elementId: element,
  attempt,
  ...entry,
})
