import { DEFAULT_TENANT } from '@braid/contract/schema.ts'
import { formatKey } from '@braid/core/base/key.ts'
import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { rejected } from '../refusal.ts'

export const publishMessage = operation({
  id: 'publishMessage',
  target: (_, answer) => answer.messageKey,
  run: async ({ execution }, { body }) => {
    const published = await execution.publishMessage({
      name: body.name,
      correlationKey: body.correlationKey ?? '',
      ...(body.messageId === undefined || body.messageId === '' ? {} : { messageId: body.messageId }),
      timeToLiveMs: body.timeToLive ?? 0,
      variables: body.variables ?? {},
    })
    if (!published.ok) return rejected(published.error)
    return success({ messageKey: formatKey(published.value.messageKey), tenantId: DEFAULT_TENANT })
  },
})
