/** A response that stays open: bounded in number, closed when its reader is slow, gone, or no longer allowed. */
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { RoutePermission } from '@braid/contract/route.ts'
import type { FastifyReply } from 'fastify'
import { type Identity, permits } from '../operations/identity.ts'
import type { Context } from '../operations/operation.ts'
import type { Refusal } from '../operations/refusal.ts'
import type { Credentials } from '../operations/session/authenticate.ts'

export type ResponseStream = {
  /** Aborted when the stream is over, from either side. */
  readonly signal: AbortSignal
  /** Resolves when there is room for more; a reader that takes nothing for 20 s is dropped. */
  write(chunk: string | Buffer): Promise<void>
  end(): void
}

export type ResponseStreams = {
  open(reply: FastifyReply, options: StreamOptions): ResponseStream | Refusal
  closeAll(): void
}

export type StreamOptions = {
  readonly contentType: string
  readonly permission: RoutePermission
  readonly identity: Identity
  readonly credentials: Credentials
}

const maxPerIdentity = 100
const maxInAll = 2_000
const slowReaderMs = 20_000
/** A revoked key or an ended session closes its streams within this time. */
const recheckMs = 4_000

export function createResponseStreams({ authenticator }: Pick<Context, 'authenticator'>): ResponseStreams {
  const open = new Set<AbortController>()
  const perIdentity = new Map<string, number>()

  const count = (name: string, by: number) => {
    const current = (perIdentity.get(name) ?? 0) + by
    if (current > 0) perIdentity.set(name, current)
    else perIdentity.delete(name)
  }

  return {
    open(reply, { contentType, permission, identity, credentials }) {
      const name = `${identity.kind}:${identity.username}`
      if (open.size >= maxInAll || (perIdentity.get(name) ?? 0) >= maxPerIdentity) {
        const detail = `expected at most ${maxPerIdentity} streams at once; close others first`
        return { code: 'TOO_MANY_REQUESTS', detail, retryAfter: 5 }
      }
      const over = new AbortController()
      open.add(over)
      count(name, 1)
      reply.hijack()
      const response = reply.raw
      response.writeHead(200, {
        ...headersOf(reply),
        'content-type': contentType,
        'cache-control': 'no-store',
        // Proxies that collect answers before passing them on would hold the stream back.
        'x-accel-buffering': 'no',
      })
      const recheck = setInterval(async () => {
        const current = await authenticator.identify(credentials).catch(() => identity)
        if (!permits(current, permission)) over.abort()
      }, recheckMs)
      over.signal.addEventListener(
        'abort',
        () => {
          clearInterval(recheck)
          open.delete(over)
          count(name, -1)
          response.end()
        },
        { once: true },
      )
      response.on('close', () => over.abort())
      response.on('error', () => over.abort())
      return {
        signal: over.signal,
        write: (chunk) => write(response, chunk, over),
        end: () => over.abort(),
      }
    },
    closeAll() {
      for (const over of open) over.abort()
    },
  }
}

function headersOf(reply: FastifyReply): Record<string, string | number | string[]> {
  const headers: Record<string, string | number | string[]> = {}
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) headers[name] = value
  return headers
}

async function write(response: ServerResponse, chunk: string | Buffer, over: AbortController): Promise<void> {
  if (over.signal.aborted || response.write(chunk)) return
  const tooSlow = setTimeout(() => over.abort(), slowReaderMs)
  try {
    await once(response, 'drain', { signal: over.signal })
  } catch {
    // Either side ended the stream: what is still buffered goes nowhere.
    response.destroy()
  } finally {
    clearTimeout(tooSlow)
  }
}
