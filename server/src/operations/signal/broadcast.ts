import { DEFAULT_TENANT } from '@braid/contract/schema.ts'
import { formatKey } from '@braid/core/base/key.ts'
import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const broadcastSignal = operation({
  id: 'broadcastSignal',
  target: (_, answer) => answer.signalKey,
  run: async ({ execution }, { body }) => {
    const { signalKey } = await execution.broadcastSignal({
      name: body.signalName,
      variables: body.variables ?? {},
    })
    return success({ signalKey: formatKey(signalKey), tenantId: DEFAULT_TENANT })
  },
})
