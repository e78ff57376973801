/**
 * Lets a request reach its route only when the matched route says who may come: decided on the route, never on the
 * text of the path. A route without declaration cannot even be registered.
 */
import type { Route, RoutePermission } from '@braid/contract/route.ts'
import type { OperationId } from '@braid/contract/routes.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { admits, type Identity, permits } from '../operations/identity.ts'
import type { Context } from '../operations/operation.ts'
import type { Refusal } from '../operations/refusal.ts'
import type { Credentials } from '../operations/session/authenticate.ts'
import { allowsHost } from './allowed-host.ts'
import { credentialsOf } from './credentials.ts'
import { sendRefusal } from './problem-reply.ts'
import { rateLimitFlaw } from './rate-limit-hook.ts'
import { type BodyKind, contentTypeFlaw } from './request-body.ts'
import { csrfFlaw } from './same-site.ts'
import { securityHeaders } from './security-headers.ts'

export type RequestCaller = {
  readonly identity: Identity | undefined
  readonly credentials: Credentials | undefined
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Absent: no operation of the contract. */
    operationId?: OperationId
    permission?: RoutePermission
    anonymous?: NonNullable<Route['anonymous']>
    /** Absent: the route takes no body. */
    bodyKind?: BodyKind
  }
  interface FastifyRequest {
    caller: RequestCaller
  }
}

const anonymous: RequestCaller = { identity: undefined, credentials: undefined }

export function guard(app: FastifyInstance, context: Context): void {
  app.decorateRequest('caller')
  app.addHook('onRoute', ({ config, method, url }) => {
    if (config?.permission === undefined)
      throw new Error(`route ${String(method)} ${url} declares no permission`)
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders)
    request.caller = anonymous
    const refusal = (await refusalFor(context, request)) ?? (await limitFlaw(context, request, reply))
    return refusal === undefined ? undefined : sendRefusal(request, reply, refusal)
  })
}

async function refusalFor(context: Context, request: FastifyRequest): Promise<Refusal | undefined> {
  if (!allowsHost(context.config.host, request.headers.host)) {
    const detail = 'this server listens on the loopback address only and answers for localhost'
    return { code: 'HOST_REJECTED', detail }
  }
  if (request.is404) return undefined
  const { permission, anonymous, bodyKind } = request.routeOptions.config
  if (permission === undefined) return { code: 'FORBIDDEN', detail: 'this route is not open to anybody' }
  if (permission !== 'public') {
    const open = { permission, ...(anonymous === undefined ? {} : { anonymous }) }
    const refusal = await authenticate(context, request, open)
    if (refusal !== undefined) return refusal
  }
  return contentTypeFlaw(request, bodyKind ?? 'json')
}

/** After the identity is known: whose requests they are decides how many may come. */
async function limitFlaw(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Refusal | undefined> {
  const { operationId } = request.routeOptions.config
  return operationId === undefined ? undefined : rateLimitFlaw(context, operationId, request, reply)
}

async function authenticate(
  { authenticator, config }: Context,
  request: FastifyRequest,
  route: Pick<Route, 'permission' | 'anonymous'>,
): Promise<Refusal | undefined> {
  const credentials = credentialsOf(request)
  if (credentials === undefined) {
    if (admits(undefined, route, config.registration)) return undefined
    return { code: 'UNAUTHENTICATED', detail: 'sign in or send an API key' }
  }
  if (credentials === 'malformed') {
    return {
      code: 'UNAUTHENTICATED',
      detail: 'expected an API key: Authorization: Bearer <key>, or x-api-key',
    }
  }
  const identity = await authenticator.identify(credentials)
  if (identity === undefined) {
    const detail = credentials.kind === 'session' ? 'this session is over' : 'this API key is not valid'
    return { code: 'UNAUTHENTICATED', detail }
  }
  const flaw = csrfFlaw(request, identity)
  if (flaw !== undefined) return { code: 'CSRF_REJECTED', detail: flaw }
  if (!permits(identity, route.permission)) {
    return { code: 'FORBIDDEN', detail: `this needs the permission ${route.permission}` }
  }
  request.caller = { identity, credentials }
  return undefined
}

/** For answers that Fastify gives before its hooks run. */
export const withSecurityHeaders = (reply: FastifyReply): FastifyReply => reply.headers(securityHeaders)
