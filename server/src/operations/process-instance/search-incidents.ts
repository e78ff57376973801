import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

export const searchProcessInstanceIncidents = operation({
  id: 'searchProcessInstanceIncidents',
  run: async ({ reads }, { params: { processInstanceKey }, body }) => {
    const key = keyOf('process instance', processInstanceKey)
    if (!key.ok) return key
    const instance = await reads.getProcessInstance(key.value)
    if (instance === undefined) return notFound('process instance', processInstanceKey)
    const filter = { ...body?.filter, processInstanceKey }
    return success(await reads.search.incidents({ ...body, filter }))
  },
})
