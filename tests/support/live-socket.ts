/** A bare WebSocket of a test, which may also break the rules. */
import type { LiveFrame } from '@braid/contract/live.ts'
import WebSocket from 'ws'

export type RawSocket = {
  readonly socket: WebSocket
  /** All that came, without heartbeats. */
  readonly frames: LiveFrame[]
  send(message: unknown): void
  /** Resolves when a frame that fits has come. */
  frame(fits: (frame: LiveFrame) => boolean): Promise<LiveFrame>
  /** The code that it was closed with. */
  readonly closed: Promise<number>
}

/** Rejects with the status when it is refused. */
export async function openRaw(
  serverUrl: string,
  headers: Readonly<Record<string, string>>,
  options: WebSocket.ClientOptions = {},
): Promise<RawSocket> {
  const socket = new WebSocket(`${serverUrl.replace('http', 'ws')}/api/v1/ws`, { ...options, headers })
  const frames: LiveFrame[] = []
  const waiting = new Set<() => void>()
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
    socket.once('unexpected-response', (_, response) => {
      socket.terminate()
      reject(new Error(`refused with ${response.statusCode}`))
    })
  })
  socket.on('error', () => undefined)
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as LiveFrame
    if (frame.type === 'heartbeat') return
    frames.push(frame)
    for (const look of waiting) look()
  })
  return {
    socket,
    frames,
    closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    frame: (fits) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = frames.find(fits)
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
  }
}
