import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { notFound, refuse } from '../refusal.ts'

/** Only sessions of the own account are found. */
export const revokeSession = operation({
  id: 'revokeSession',
  target: ({ params }) => params.sessionId,
  run: async ({ access, authenticator }, { params: { sessionId } }, { identity }) => {
    if (identity?.kind !== 'session') return refuse('FORBIDDEN', 'an API key has no sessions')
    const revoked = await access.revokeSession(identity.userId, sessionId)
    authenticator.forgetAll()
    return revoked ? success(undefined) : notFound('session of yours', sessionId)
  },
})
