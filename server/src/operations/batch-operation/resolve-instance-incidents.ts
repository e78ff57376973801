import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'
import { startBatch } from './start.ts'

export const resolveProcessInstanceIncidents = operation({
  id: 'resolveProcessInstanceIncidents',
  target: (_, answer) => answer.batchOperationKey,
  run: async (context, { params: { processInstanceKey } }, caller) => {
    const key = keyOf('process instance', processInstanceKey)
    if (!key.ok) return key
    const instance = await context.reads.getProcessInstance(key.value)
    if (instance === undefined) return notFound('process instance', processInstanceKey)
    return startBatch(context, caller, {
      type: 'RESOLVE_INCIDENT',
      items: 'incidents',
      filter: { processInstanceKey },
      plan: { kind: 'resolve-incident' },
    })
  },
})
