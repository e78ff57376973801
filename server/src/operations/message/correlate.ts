import { DEFAULT_TENANT } from '@braid/contract/schema.ts'
import { formatKey } from '@braid/core/base/key.ts'
import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { rejected } from '../refusal.ts'

export const correlateMessage = operation({
  id: 'correlateMessage',
  target: (_, answer) => answer.processInstanceKey,
  run: async ({ execution }, { body }) => {
    const correlated = await execution.correlateMessage({
      name: body.name,
      correlationKey: body.correlationKey ?? '',
      variables: body.variables ?? {},
    })
    if (!correlated.ok) return rejected(correlated.error)
    return success({
      messageKey: formatKey(correlated.value.messageKey),
      processInstanceKey: formatKey(correlated.value.instanceKey),
      tenantId: DEFAULT_TENANT,
    })
  },
})
