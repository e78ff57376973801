import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'
import { hashOf, newApiKey } from '../secret.ts'
import { apiKeyOf } from './api-key.ts'

export const createApiKey = operation({
  id: 'createApiKey',
  target: (_, answer) => answer.apiKeyId,
  run: async ({ access, now }, { body }, { identity }) => {
    if (identity === undefined) return refuse('UNAUTHENTICATED', 'a key belongs to who makes it')
    // Nobody hands out what they do not have.
    const beyond = body.grants.filter((name) => !identity.grants.has('*') && !identity.grants.has(name))
    if (beyond.length > 0) return refuse('FORBIDDEN', `you do not hold ${beyond.join(', ')} yourself`)
    const secret = newApiKey()
    const key = await access.createApiKey({
      name: body.name,
      secretHash: hashOf(secret),
      grants: [...new Set(body.grants)],
      now: now(),
      createdBy: identity.username,
      userId: identity.userId,
      expiresAt: body.expiresAt === undefined ? undefined : Date.parse(body.expiresAt),
    })
    return success({ ...apiKeyOf(key), secret })
  },
})
