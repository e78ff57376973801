import type { RouteRequest } from '@braid/contract/route.ts'
import type { Routes } from '@braid/contract/routes.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { SessionOrigin, StoredSession } from '../../store/access.ts'
import type { Identity } from '../identity.ts'
import type { Context } from '../operation.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { hashOf, newSecret } from '../secret.ts'
import type { AttemptLimit } from './attempt-limit.ts'
import { sessionIdentity } from './authenticate.ts'
import { firstExpiry } from './lifetime.ts'

export type OpenedSession = { readonly secret: string; readonly identity: Identity }

type Needs = Pick<Context, 'access' | 'users' | 'passwords' | 'attempts' | 'now' | 'audit'>

type SignIn = {
  readonly body: RouteRequest<Routes['createSession']>['body']
  readonly origin: SessionOrigin & { readonly address: string }
  readonly requestId: string
}

/** Signs in by password, or uses a sign-in link up. The secret goes into a cookie and nowhere else. */
export async function createSession(needs: Needs, request: SignIn): Promise<Result<OpenedSession, Refusal>> {
  const { attempts, now, audit } = needs
  const { address } = request.origin
  const tooMany = refusedFor(attempts.address, address)
  if (tooMany !== undefined) return failure(tooMany)
  const secret = newSecret()
  const opened = await countedUnlessBroken(attempts.address, address, () =>
    'token' in request.body
      ? redeemLink(needs, request.body.token, newSession(request, secret, now()))
      : checkPassword(needs, request.body, newSession(request, secret, now())),
  )
  if (!opened.ok) return opened
  attempts.address.giveBack(address)
  const session = opened.value
  audit.record({
    at: now(),
    actorKind: 'session',
    actor: session.username,
    operation: 'createSession',
    requestId: request.requestId,
  })
  return success({ secret, identity: sessionIdentity(session, secret) })
}

const newSession = ({ origin }: SignIn, secret: string, now: number) => ({
  ...origin,
  sessionHash: hashOf(secret),
  now,
  expiresAt: firstExpiry(now),
})

type NewSession = ReturnType<typeof newSession>
type Opened = Result<StoredSession, Refusal>

async function redeemLink({ access }: Needs, token: string, session: NewSession): Promise<Opened> {
  const userId = await access.redeemSignInLink(hashOf(token), session.now)
  const opened = userId === undefined ? undefined : await access.openSession({ userId }, session)
  return opened === undefined
    ? refuse(
        'UNAUTHENTICATED',
        'this sign-in link was used already or is over; start Braid again for a new one',
      )
    : success(opened)
}

/** Whether the name is known shows neither in the answer nor in the work. */
async function checkPassword(
  { access, users, passwords, attempts }: Needs,
  { username, password }: { readonly username: string; readonly password: string },
  session: NewSession,
): Promise<Opened> {
  const who = `${username.toLowerCase()} ${session.address}`
  const tooMany = refusedFor(attempts.account, who)
  if (tooMany !== undefined) return failure(tooMany)
  return countedUnlessBroken(attempts.account, who, async () => {
    const user = await users.find(username)
    const isRight = await passwords.verify(password, user?.passwordHash)
    const wrong = refuse('UNAUTHENTICATED', 'the user name or the password is wrong')
    if (user?.passwordHash === undefined || !isRight) return wrong
    const { userId, passwordHash } = user
    const opened = await access.openSession({ userId, passwordHash }, session)
    if (opened === undefined) return wrong
    attempts.account.forget(who)
    if (!passwords.isCurrent(passwordHash)) {
      await users.renewPasswordHash(userId, passwordHash, await passwords.hash(password))
    }
    return success(opened)
  })
}

export function refusedFor(limit: AttemptLimit, who: string): Refusal | undefined {
  const retryAfter = limit.take(who)
  if (retryAfter === undefined) return undefined
  const wait = retryAfter > 60 ? `${Math.ceil(retryAfter / 60)} minutes` : 'a minute'
  return { code: 'TOO_MANY_REQUESTS', detail: `too many attempts failed; try again in ${wait}`, retryAfter }
}

/** A database that does not answer says nothing about the attempt. */
export async function countedUnlessBroken<T>(
  limit: AttemptLimit,
  who: string,
  attempt: () => Promise<T>,
): Promise<T> {
  try {
    return await attempt()
  } catch (error) {
    limit.giveBack(who)
    throw error
  }
}
