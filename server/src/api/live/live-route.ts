/**
 * The WebSocket `/api/v1/ws` (frames: contract/src/live.ts). Whoever may call the API may open it: with an API key in a
 * header, or with the session cookie from a page of this server, which its Origin proves. Sockets are counted per
 * account and in all; credentials are looked at again while it is open.
 */
import { liveCloseCodes } from '@braid/contract/live.ts'
import websocket, { type WebSocket } from '@fastify/websocket'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Identity } from '../../operations/identity.ts'
import type { Context } from '../../operations/operation.ts'
import type { Refusal } from '../../operations/refusal.ts'
import { sendRefusal } from '../problem-reply.ts'
import { saysSameOrigin } from '../same-site.ts'
import type { Wakeups } from '../wakeups.ts'
import { createLiveFeeds, topicRefusal } from './live-feeds.ts'
import { type LiveSocketLimits, liveSocketLimits, serveLiveSocket } from './live-socket.ts'

export type LiveLimits = LiveSocketLimits & {
  /** Open at once. */
  readonly socketsPerUser: number
  readonly socketsInAll: number
  /** Of one message of a client; more closes the socket with 1009. */
  readonly messageBytes: number
}

export const liveLimits: LiveLimits = {
  ...liveSocketLimits,
  socketsPerUser: 200,
  socketsInAll: 2_000,
  messageBytes: 16 * 1024,
}

/** What was found out about credentials is believed for two seconds more: together within five. */
const recheckMs = 2_500

export async function registerLive(app: FastifyInstance, limits: LiveLimits): Promise<void> {
  await app.register(websocket, {
    // Compression stays off, as it is unless said: a small message could become a large one.
    options: { maxPayload: limits.messageBytes, perMessageDeflate: false },
    errorHandler: (error, socket, request) => {
      // A client that breaks the protocol or the connection; it gets its close code from the library.
      request.log.debug({ err: error }, 'live socket ended')
      if (socket.readyState === socket.OPEN) socket.terminate()
    },
  })
}

export function addLiveRoute(
  app: FastifyInstance,
  url: string,
  context: Context,
  wakeups: Wakeups,
  limits: LiveLimits,
): void {
  const open = new Set<WebSocket>()
  const perUser = new Map<string, number>()
  const feeds = createLiveFeeds(context, wakeups)

  const count = (userId: string, by: number): void => {
    const current = (perUser.get(userId) ?? 0) + by
    if (current > 0) perUser.set(userId, current)
    else perUser.delete(userId)
  }

  const refusalFor = (request: FastifyRequest): Refusal | undefined => {
    const { identity } = request.caller
    if (identity === undefined) return { code: 'UNAUTHENTICATED', detail: 'sign in or send an API key' }
    if (!request.ws) return { code: 'INVALID_REQUEST', detail: 'expected the opening of a WebSocket' }
    // Browsers send cookies with sockets that other sites open, and let those read what comes.
    if (identity.kind === 'session' && !saysSameOrigin(request)) {
      return { code: 'CSRF_REJECTED', detail: 'expected an Origin of this server' }
    }
    if (open.size >= limits.socketsInAll || (perUser.get(identity.userId) ?? 0) >= limits.socketsPerUser) {
      const detail = `expected at most ${limits.socketsPerUser} sockets at once; close others first`
      return { code: 'TOO_MANY_REQUESTS', detail, retryAfter: 5 }
    }
    return undefined
  }

  const serve = (socket: WebSocket, request: FastifyRequest): void => {
    const { credentials, identity: caller } = request.caller
    if (caller === undefined || credentials === undefined) throw new Error('a socket of nobody')
    let identity: Identity = caller
    open.add(socket)
    count(caller.userId, 1)
    const live = serveLiveSocket({
      socket,
      limits,
      log: context.log,
      openFeed: (topic) => {
        const refusal = topicRefusal(identity, topic)
        return refusal === undefined ? feeds.open(topic) : { refusal }
      },
    })
    const recheck = setInterval(async () => {
      // When the database does not answer, nobody is signed out for it.
      const current = await context.authenticator.identify(credentials).catch(() => identity)
      if (current === undefined) return socket.close(liveCloseCodes.signedOut, 'signed out')
      identity = current
      live.recheck((topic) => topicRefusal(current, topic))
    }, recheckMs)
    socket.on('close', () => {
      clearInterval(recheck)
      open.delete(socket)
      count(caller.userId, -1)
    })
  }

  app.route({
    method: 'GET',
    url,
    config: { permission: 'signed-in' },
    preHandler: async (request, reply) => {
      const refusal = refusalFor(request)
      return refusal === undefined ? undefined : sendRefusal(request, reply, refusal)
    },
    handler: (_, reply) => reply.send(),
    wsHandler: serve,
  })
}
