/**
 * One WebSocket and its subscriptions. Invariants:
 * W1 a subscription's frames are sent in the order of what they tell, each of it once;
 * W2 a subscription has at most one frame per tick, and none while the client has not read what it was sent;
 * W3 what waits to be sent is bounded: the rest stays in the store until there is room.
 */
import {
  type LiveFrame,
  type LiveRequest,
  type LiveTopic,
  liveCloseCodes,
  liveHeartbeatMs,
  liveRequest,
} from '@braid/contract/live.ts'
import type { WebSocket } from '@fastify/websocket'
import type { Log } from '../../operations/dependencies.ts'
import type { Refusal } from '../../operations/refusal.ts'
import type { Feed } from './feed.ts'

export type LiveSocketLimits = {
  readonly tickMs: number
  readonly subscriptions: number
  /** Bytes that the client has not read: beyond, nothing more is sent. */
  readonly unreadBytes: number
  /** So long it may read nothing before it is dropped. */
  readonly slowReaderMs: number
  /** Messages of the client: so many at once, and per second. */
  readonly messages: number
}

export const liveSocketLimits: LiveSocketLimits = {
  tickMs: 100,
  subscriptions: 100,
  unreadBytes: 1024 * 1024,
  slowReaderMs: 20_000,
  messages: 200,
}

export type LiveSocketDependencies = {
  readonly socket: WebSocket
  /** Opens what a topic names, for as long as its reader may read it. */
  readonly openFeed: (topic: LiveTopic) => { readonly feed: Feed } | { readonly refusal: Refusal }
  readonly log: Log
  readonly limits: LiveSocketLimits
}

export type LiveSocket = {
  /** Ends subscriptions to topics that their reader may not read any more. */
  recheck(mayRead: (topic: LiveTopic) => Refusal | undefined): void
}

type Subscription = {
  readonly id: string
  readonly topic: LiveTopic
  readonly feed: Feed
  readonly after: string | undefined
  readonly unsubscribe: () => void
  /** Undefined before its first frame. */
  cursor: string | undefined
  /** There may be something to send. */
  awake: boolean
}

export function serveLiveSocket(dependencies: LiveSocketDependencies): LiveSocket {
  const { socket, openFeed, log, limits } = dependencies
  const subscriptions = new Map<string, Subscription>()
  let timer: NodeJS.Timeout | undefined
  let flushing = false
  let lastFlush = 0
  let slowSince: number | undefined
  let budget = limits.messages
  let answered = true

  const isOpen = (): boolean => socket.readyState === socket.OPEN
  const send = (frame: LiveFrame): void => {
    if (isOpen()) socket.send(JSON.stringify(frame))
  }
  const refuse = (id: string | undefined, { code, detail }: Refusal): void =>
    send({ type: 'refused', ...(id === undefined ? {} : { id }), code, detail })

  const drop = (subscription: Subscription): void => {
    if (subscriptions.get(subscription.id) !== subscription) return
    subscriptions.delete(subscription.id)
    subscription.unsubscribe()
  }

  const wake = (): void => {
    if (flushing || timer !== undefined || !isOpen()) return
    const waitMs = Math.max(0, lastFlush + limits.tickMs - performance.now())
    timer = setTimeout(() => {
      timer = undefined
      flush().catch((error: unknown) => {
        log.warn({ err: error }, 'live socket failed')
        socket.close(1011)
      })
    }, waitMs)
  }

  /** False while the client has to read first; it is dropped when it reads nothing for long. */
  const hasRoom = (): boolean => {
    if (socket.bufferedAmount <= limits.unreadBytes) {
      slowSince = undefined
      return true
    }
    slowSince ??= performance.now()
    if (performance.now() - slowSince > limits.slowReaderMs) {
      socket.close(liveCloseCodes.tooSlow, 'it reads too slowly')
    }
    return false
  }

  const flush = async (): Promise<void> => {
    flushing = true
    lastFlush = performance.now()
    try {
      for (const subscription of [...subscriptions.values()]) {
        if (!isOpen() || !hasRoom()) break
        if (!subscription.awake || subscriptions.get(subscription.id) !== subscription) continue
        subscription.awake = false
        await advance(subscription)
      }
    } finally {
      flushing = false
    }
    if ([...subscriptions.values()].some(({ awake }) => awake)) wake()
  }

  const advance = async (subscription: Subscription): Promise<void> => {
    const { id, feed, cursor, after } = subscription
    let type: 'snapshot' | 'changes' = 'changes'
    let page: Awaited<ReturnType<Feed['next']>>
    if (cursor === undefined) {
      const first = await feed.first(after)
      if (!first.ok) {
        drop(subscription)
        return refuse(id, first.error)
      }
      page = first.value
      type = first.value.type
    } else page = await feed.next(cursor)
    // It may have been ended while its page was read.
    if (page === undefined || subscriptions.get(id) !== subscription) return
    subscription.cursor = page.cursor
    if (page.more) subscription.awake = true
    send({ type, id, cursor: page.cursor, data: page.data })
    if (page.ended) {
      drop(subscription)
      send({ type: 'end', id })
    }
  }

  const subscribe = ({ id, topic, after }: Extract<LiveRequest, { type: 'subscribe' }>): void => {
    if (subscriptions.has(id)) {
      const detail = `expected an id that no subscription of this socket has, got ${JSON.stringify(id)}`
      refuse(undefined, { code: 'INVALID_REQUEST', detail })
      return
    }
    if (subscriptions.size >= limits.subscriptions) {
      const detail = `expected at most ${limits.subscriptions} subscriptions of a socket: end others first`
      refuse(id, { code: 'TOO_MANY_REQUESTS', detail })
      return
    }
    const opened = openFeed(topic)
    if ('refusal' in opened) {
      refuse(id, opened.refusal)
      return
    }
    const { feed } = opened
    // Subscribed before the first read: what happens in between wakes the next one.
    const unsubscribe = feed.subscribe(() => {
      subscription.awake = true
      wake()
    })
    const subscription: Subscription = {
      ...{ id, topic, feed, after, unsubscribe },
      cursor: undefined,
      awake: true,
    }
    subscriptions.set(id, subscription)
    wake()
  }

  socket.on('message', (data, isBinary) => {
    if (isBinary) return socket.close(1003, 'expected JSON texts')
    budget -= 1
    if (budget < 0) return socket.close(liveCloseCodes.tooMany, 'too many messages')
    const request = parseRequest(String(data))
    if (typeof request === 'string') return refuse(undefined, { code: 'INVALID_REQUEST', detail: request })
    if (request.type === 'subscribe') return subscribe(request)
    const subscription = subscriptions.get(request.id)
    if (subscription !== undefined) drop(subscription)
  })
  socket.on('pong', () => {
    answered = true
  })
  const second = setInterval(() => {
    budget = Math.min(limits.messages, budget + limits.messages / 10)
    if (slowSince !== undefined) hasRoom()
  }, 1_000)
  const heartbeat = setInterval(() => {
    if (!answered) return socket.terminate()
    answered = false
    socket.ping()
    if (socket.bufferedAmount <= limits.unreadBytes) send({ type: 'heartbeat' })
    // A wake-up may have been lost on its way from another node.
    for (const subscription of subscriptions.values()) subscription.awake = true
    wake()
  }, liveHeartbeatMs)
  socket.on('close', () => {
    clearInterval(second)
    clearInterval(heartbeat)
    clearTimeout(timer)
    for (const subscription of [...subscriptions.values()]) drop(subscription)
  })

  return {
    recheck: (mayRead) => {
      for (const subscription of [...subscriptions.values()]) {
        const refusal = mayRead(subscription.topic)
        if (refusal === undefined) continue
        drop(subscription)
        refuse(subscription.id, refusal)
      }
    },
  }
}

/** A text says what is wrong. */
function parseRequest(text: string): LiveRequest | string {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return 'expected JSON'
  }
  const parsed = liveRequest.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'expected a request'}`.replace(/^: /, '')
}
