import { success } from '@braid/core/base/result.ts'
import { stillRunning } from '../../execution/batch-loop.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound, refuse } from '../refusal.ts'

export const deleteProcessInstance = operation({
  id: 'deleteProcessInstance',
  target: ({ params }) => params.processInstanceKey,
  run: async ({ deleteInstance }, { params: { processInstanceKey } }) => {
    const key = keyOf('process instance', processInstanceKey)
    if (!key.ok) return key
    const deletion = await deleteInstance(key.value)
    if (deletion.kind === 'not-found') return notFound('process instance', processInstanceKey)
    if (deletion.kind === 'deleted') return success(undefined)
    return refuse('INVALID_STATE', stillRunning(key.value, deletion.instanceKey))
  },
})
