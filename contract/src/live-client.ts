/**
 * Watches what happens on a server over one WebSocket, in browsers (session cookie) and in programs (API key). It connects
 * again by itself, with growing pauses, and goes on where it was: every change arrives once and in order, or a new
 * snapshot does.
 */
import {
  type LiveData,
  type LiveFrame,
  type LiveRequest,
  type LiveTopic,
  liveCloseCodes,
  liveHeartbeatMs,
} from './live.ts'
import type { ProblemCode } from './problem.ts'

type DataOf<T extends LiveTopic> = Extract<LiveData, { kind: T['kind'] }>

export type LiveHandlers<T extends LiveTopic> = {
  /** Everything until now: what was known before is replaced. */
  readonly onSnapshot: (data: DataOf<T>) => void
  readonly onChanges: (data: DataOf<T>) => void
  /** Nothing more will come: it has ended, and all was told. */
  readonly onEnd?: () => void
  readonly onRefused?: (refusal: { readonly code: ProblemCode; readonly detail: string }) => void
}

/** `waiting`: for another try. `signed-out`: it does not try again. */
export type LiveState = 'idle' | 'connecting' | 'open' | 'waiting' | 'signed-out' | 'closed'

export type LiveClient = {
  /** The returned function ends it. */
  watch<T extends LiveTopic>(topic: T, handlers: LiveHandlers<T>): () => void
  readonly state: LiveState
  onState(listener: (state: LiveState) => void): () => void
  close(): void
}

export type LiveClientOptions = {
  /** Of the API, as for `createClient`: `http://localhost:8080/api/v1`; in browsers a path will do. */
  readonly baseUrl: string
  readonly apiKey?: string
  /** Pauses between tries. */
  readonly firstPauseMs?: number
  readonly longestPauseMs?: number
}

type Watch = {
  readonly topic: LiveTopic
  readonly handlers: LiveHandlers<LiveTopic>
  /** Of its subscription on this connection. */
  id: string
  cursor: string | undefined
}

/** Without a sign of life for so long, a connection is dead. */
const silenceMs = 2.5 * liveHeartbeatMs

export function createLiveClient(options: LiveClientOptions): LiveClient {
  const { firstPauseMs = 250, longestPauseMs = 15_000 } = options
  const watches = new Map<string, Watch>()
  const listeners = new Set<(state: LiveState) => void>()
  let state: LiveState = 'idle'
  let socket: WebSocket | undefined
  let failures = 0
  let ids = 0
  let retry: ReturnType<typeof setTimeout> | undefined
  let silence: ReturnType<typeof setTimeout> | undefined

  const become = (next: LiveState): void => {
    if (state === next) return
    state = next
    for (const listener of listeners) listener(next)
  }
  const isOver = (): boolean => state === 'closed' || state === 'signed-out'

  const send = (request: LiveRequest): void => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request))
  }
  const subscribe = (watch: Watch): void =>
    send({
      type: 'subscribe',
      id: watch.id,
      topic: watch.topic,
      ...(watch.cursor === undefined ? {} : { after: watch.cursor }),
    })
  const nextId = (): string => {
    ids += 1
    return String(ids)
  }

  const connect = (): void => {
    become('connecting')
    const opened = openSocket(options)
    socket = opened
    const expectLife = (): void => {
      clearTimeout(silence)
      silence = setTimeout(() => {
        opened.close()
        lost(opened, undefined)
      }, silenceMs)
    }
    expectLife()
    opened.onopen = () => {
      if (socket !== opened) return
      become('open')
      // New ids: frames of an earlier connection can't be taken for those of this one.
      const known = [...watches.values()]
      watches.clear()
      for (const watch of known) {
        watch.id = nextId()
        watches.set(watch.id, watch)
        subscribe(watch)
      }
    }
    opened.onmessage = ({ data }) => {
      if (socket !== opened) return
      failures = 0
      expectLife()
      take(JSON.parse(String(data)) as LiveFrame)
    }
    opened.onclose = ({ code }) => lost(opened, code)
    opened.onerror = () => undefined
  }

  const lost = (closed: WebSocket, code: number | undefined): void => {
    if (socket !== closed) return
    socket = undefined
    clearTimeout(silence)
    if (isOver()) return
    if (code === liveCloseCodes.signedOut) become('signed-out')
    else if (watches.size === 0) become('idle')
    else connectLater()
  }

  const connectLater = (): void => {
    become('waiting')
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures, 16))
    failures += 1
    // Clients of a server that was restarted don't all come at once.
    retry = setTimeout(connect, pauseMs * (0.5 + random() / 2))
  }

  const take = (frame: LiveFrame): void => {
    if (frame.type === 'heartbeat') return
    const watch = frame.id === undefined ? undefined : watches.get(frame.id)
    if (watch === undefined) return
    const { handlers } = watch
    switch (frame.type) {
      case 'snapshot':
      case 'changes':
        watch.cursor = frame.cursor
        if (frame.type === 'snapshot') handlers.onSnapshot(frame.data)
        else handlers.onChanges(frame.data)
        return
      case 'end':
        watches.delete(watch.id)
        handlers.onEnd?.()
        return
      case 'refused':
        watches.delete(watch.id)
        handlers.onRefused?.(frame)
    }
  }

  return {
    watch: (topic, handlers) => {
      const watch: Watch = {
        topic,
        handlers: handlers as unknown as LiveHandlers<LiveTopic>,
        id: nextId(),
        cursor: undefined,
      }
      watches.set(watch.id, watch)
      if (state === 'idle') connect()
      else subscribe(watch)
      return () => {
        if (watches.get(watch.id) !== watch) return
        watches.delete(watch.id)
        send({ type: 'unsubscribe', id: watch.id })
      }
    },
    get state() {
      return state
    },
    onState: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => {
      become('closed')
      clearTimeout(retry)
      clearTimeout(silence)
      socket?.close()
      watches.clear()
    },
  }
}

function openSocket({ baseUrl, apiKey }: LiveClientOptions): WebSocket {
  const { location } = globalThis as { readonly location?: { readonly href: string } }
  const address = `${baseUrl}/ws`
  const url = new URL(address, location?.href)
  url.protocol = url.protocol === 'https:' || url.protocol === 'wss:' ? 'wss:' : 'ws:'
  if (apiKey === undefined) return new WebSocket(url)
  // Programs may send headers, which browsers don't let pages do.
  const withHeaders = WebSocket as unknown as new (url: URL, options: object) => WebSocket
  return new withHeaders(url, { headers: { authorization: `Bearer ${apiKey}` } })
}

/** From 0 to 1. */
const random = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32
