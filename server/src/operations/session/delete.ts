import type { Identity } from '../identity.ts'
import type { Context } from '../operation.ts'
import { hashOf } from '../secret.ts'

/** Signs out: the session's secret works no more. */
export async function deleteSession(
  { access, now, audit }: Pick<Context, 'access' | 'now' | 'audit'>,
  request: { readonly secret: string; readonly identity: Identity; readonly requestId: string },
): Promise<void> {
  await access.deleteSession(hashOf(request.secret), now())
  audit.record({
    at: now(),
    actorKind: request.identity.kind,
    actor: request.identity.username,
    operation: 'deleteSession',
    requestId: request.requestId,
  })
}
