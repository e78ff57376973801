import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

export const getSequenceFlows = operation({
  id: 'getSequenceFlows',
  run: async ({ reads }, { params: { processInstanceKey } }) => {
    const key = keyOf('process instance', processInstanceKey)
    if (!key.ok) return key
    const instance = await reads.getProcessInstance(key.value)
    if (instance === undefined) return notFound('process instance', processInstanceKey)
    const { processDefinitionKey, processDefinitionId, tenantId } = instance
    const flows = await reads.getTakenFlows(key.value)
    const items = flows.map((sequenceFlowId) => ({
      sequenceFlowId,
      elementId: sequenceFlowId,
      processInstanceKey,
      processDefinitionKey,
      processDefinitionId,
      tenantId,
    }))
    return success({ items })
  },
})
