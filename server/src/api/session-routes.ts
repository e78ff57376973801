/** Sign-in and sign-out, the only operations that set cookies; and what strangers may ask for at all. */
import { routes } from '@braid/contract/routes.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../operations/operation.ts'
import type { Refusal } from '../operations/refusal.ts'
import { createSession } from '../operations/session/create.ts'
import { deleteSession } from '../operations/session/delete.ts'
import { sessionOf } from '../operations/session/identity-session.ts'
import { sessionMs } from '../operations/session/lifetime.ts'
import { validate } from '../operations/validation.ts'
import { sessionCookie } from './credentials.ts'
import { sendRefusal } from './problem-reply.ts'
import { crossSite } from './same-site.ts'

/** Enough to recognise a browser by. */
const maxUserAgent = 300

export async function handleSignIn(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (crossSite(request)) {
    const detail = 'expected a request from the sign-in page'
    return sendRefusal(request, reply, { code: 'CSRF_REJECTED', detail })
  }
  const input = validate(routes.createSession, { body: request.body })
  if (!input.ok) return sendRefusal(request, reply, input.error)
  const opened = await createSession(context, {
    body: input.value.body,
    origin: {
      address: request.ip,
      userAgent: request.headers['user-agent']?.replaceAll('\0', '').slice(0, maxUserAgent),
    },
    requestId: request.id,
  })
  if (!opened.ok) return sendRefusal(request, reply, opened.error)
  const { secret, identity } = opened.value
  return reply
    .setCookie(sessionCookie, secret, { ...cookieOptions(request), maxAge: sessionMs / 1000 })
    .header('cache-control', 'no-store')
    .send(sessionOf(identity))
}

/** Why somebody may not register now; asked before the operation itself. */
export function registrationFlaw({ attempts }: Context, request: FastifyRequest): Refusal | undefined {
  if (request.caller.identity !== undefined) return undefined
  if (crossSite(request)) return { code: 'CSRF_REJECTED', detail: 'expected a request from the sign-in page' }
  const retryAfter = attempts.registration.take(request.ip)
  if (retryAfter === undefined) return undefined
  const detail = 'too many accounts were asked for from this address; try again later'
  return { code: 'TOO_MANY_REQUESTS', detail, retryAfter }
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
