import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

export const revokeApiKey = operation({
  id: 'revokeApiKey',
  target: ({ params }) => params.apiKeyId,
  run: async ({ access, authenticator, now }, { params: { apiKeyId } }) => {
    const revoked = await access.revokeApiKey(apiKeyId, now())
    authenticator.forgetAll()
    return revoked ? success(undefined) : notFound('API key', apiKeyId)
  },
})
