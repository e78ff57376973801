import { formatKey, type Key } from '@braid/core/base/key.ts'
import { success } from '@braid/core/base/result.ts'
import { startBatch } from '../batch-operation/start.ts'
import { keyOf } from '../keys.ts'
import { type Caller, type Context, operation } from '../operation.ts'
import { notFound, refuse } from '../refusal.ts'

export const deleteResource = operation({
  id: 'deleteResource',
  target: ({ params }) => params.resourceKey,
  run: async (context, { params: { resourceKey }, body }, caller) => {
    const key = keyOf('resource', resourceKey)
    if (!key.ok) return key
    const cancel = body?.cancelInstances === true
    const at = context.now()
    const deletion = await context.deleteResource({
      key: key.value,
      at,
      engineNow: context.execution.now(),
      evenRunning: cancel,
    })
    if (deletion.kind === 'not-found') return notFound('resource', resourceKey)
    if (deletion.kind === 'running') {
      const count = deletion.instances === 1 ? '1 instance runs' : `${deletion.instances} instances run`
      const detail = `${count} of process definition ${resourceKey}: cancel first, or send cancelInstances`
      return refuse('INVALID_STATE', detail)
    }
    context.execution.definitionsChanged()
    const isWanted = cancel || body?.deleteHistory === true
    if (deletion.what !== 'definition' || !deletion.instances || !isWanted)
      return success({ resourceKey, batchOperation: null })
    const batch = await deleteInstances(context, caller, key.value, cancel)
    return batch.ok ? success({ resourceKey, batchOperation: batch.value }) : batch
  },
})

const deleteInstances = (context: Context, caller: Caller, key: Key, cancel: boolean) =>
  startBatch(context, caller, {
    type: 'DELETE_PROCESS_INSTANCE',
    items: cancel ? 'all' : 'ended',
    filter: { processDefinitionKey: formatKey(key) },
    plan: { kind: 'delete-instance', ...(cancel ? { cancel } : {}) },
  })
