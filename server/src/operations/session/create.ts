import type { Result } from '@braid/core/base/result.ts'
import { success } from '@braid/core/base/result.ts'
import type { Identity } from '../identity.ts'
import type { Context } from '../operation.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { hashOf, newSecret } from '../secret.ts'
import { sessionIdentity } from './authenticate.ts'
import { firstExpiry } from './lifetime.ts'

export type OpenedSession = { readonly secret: string; readonly identity: Identity }

/** Uses a sign-in link up. The secret goes into a cookie and nowhere else. */
export async function createSession(
  { access, now, audit }: Pick<Context, 'access' | 'now' | 'audit'>,
  request: { readonly token: string; readonly requestId: string },
): Promise<Result<OpenedSession, Refusal>> {
  const secret = newSecret()
  const at = now()
  const session = await access.redeemSignInLink({
    tokenHash: hashOf(request.token),
    sessionHash: hashOf(secret),
    now: at,
    expiresAt: firstExpiry(at),
  })
  if (session === undefined) {
    return refuse(
      'UNAUTHENTICATED',
      'this sign-in link was used already or is over; start Braid again for a new one',
    )
  }
  audit.record({
    at,
    actorKind: 'session',
    actor: session.username,
    operation: 'createSession',
    requestId: request.requestId,
  })
  return success({ secret, identity: sessionIdentity(session, secret) })
}
