/** Sign-in and sign-out: the only operations that set cookies. */
import { routes } from '@braid/contract/routes.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../operations/operation.ts'
import { createSession } from '../operations/session/create.ts'
import { deleteSession } from '../operations/session/delete.ts'
import { sessionOf } from '../operations/session/identity-session.ts'
import { sessionMs } from '../operations/session/lifetime.ts'
import { validate } from '../operations/validation.ts'
import type { AttemptLimit } from './attempt-limit.ts'
import { sessionCookie } from './credentials.ts'
import { sendRefusal } from './problem-reply.ts'
import { crossSite } from './same-site.ts'

export async function handleSignIn(
  context: Context,
  attempts: AttemptLimit,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (crossSite(request)) {
    const detail = 'expected a request from the sign-in page'
    return sendRefusal(request, reply, { code: 'CSRF_REJECTED', detail })
  }
  const retryAfter = attempts.refusedFor(request.ip)
  if (retryAfter !== undefined) {
    const detail = 'too many sign-ins failed; try again in a minute'
    return sendRefusal(request, reply, { code: 'TOO_MANY_REQUESTS', detail, retryAfter })
  }
  const input = validate(routes.createSession, { body: request.body })
  if (!input.ok) return sendRefusal(request, reply, input.error)
  const opened = await createSession(context, { token: input.value.body.token, requestId: request.id })
  if (!opened.ok) {
    attempts.failed(request.ip)
    return sendRefusal(request, reply, opened.error)
  }
  const { secret, identity } = opened.value
  return reply
    .setCookie(sessionCookie, secret, { ...cookieOptions(request), maxAge: sessionMs / 1000 })
    .header('cache-control', 'no-store')
    .send(sessionOf(identity))
}

export async function handleSignOut(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { identity, credentials } = request.caller
  if (identity !== undefined && credentials?.kind === 'session') {
    await deleteSession(context, { secret: credentials.secret, identity, requestId: request.id })
    context.authenticator.forget(credentials)
  }
  return reply.clearCookie(sessionCookie, cookieOptions(request)).code(204).send()
}

/** Secure where the page was loaded by https, also when a proxy in front of Braid speaks it. */
const cookieOptions = (request: FastifyRequest) => ({
  path: '/',
  httpOnly: true,
  sameSite: 'strict' as const,
  secure: request.protocol === 'https' || request.headers.origin?.startsWith('https://') === true,
})
