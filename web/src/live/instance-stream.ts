/**
 * The live stream of one process instance. The browser reconnects by itself and says what it saw last; when it gives
 * up (a restarting server answered an error), this starts over, and frames that were seen before are dropped by the
 * view.
 */
import { operationUrl } from '@braid/contract/client.ts'
import type { ProcessInstanceFrame } from '@braid/contract/stream.ts'
import { reportConnection } from './connection.ts'
import type { Frame } from './instance-view.ts'

export type InstanceStreamHandlers = {
  /** In order of version; several at once while catching up. */
  readonly onFrames: (frames: readonly Frame[]) => void
  readonly onEnd: () => void
}

/** A long history arrives in one burst: it is handed on in pieces that React can draw. */
const flushMs = 24
const firstRetryMs = 500
const longestRetryMs = 8_000

export function openInstanceStream(instanceKey: string, handlers: InstanceStreamHandlers): () => void {
  const url = operationUrl('/api/v1', 'streamProcessInstance', {
    params: { processInstanceKey: instanceKey },
  })
  let source: EventSource | undefined
  let retryMs = firstRetryMs
  let retry: ReturnType<typeof setTimeout> | undefined
  let flush: ReturnType<typeof setTimeout> | undefined
  let waiting: Frame[] = []

  function hand(): void {
    clearTimeout(flush)
    flush = undefined
    const frames = waiting
    waiting = []
    if (frames.length > 0) handlers.onFrames(frames)
  }

  function receive(message: MessageEvent<string>): void {
    const frame = JSON.parse(message.data) as ProcessInstanceFrame
    if (frame.type === 'history') {
      waiting.push({ version: frame.version, at: Date.parse(frame.timestamp), events: frame.events })
      flush ??= setTimeout(hand, flushMs)
    } else if (frame.type === 'end') {
      hand()
      close()
      handlers.onEnd()
    }
  }

  function open(): void {
    const opened = new EventSource(url)
    source = opened
    opened.onopen = () => {
      retryMs = firstRetryMs
      reportConnection('live')
    }
    opened.onerror = () => {
      reportConnection('reconnecting')
      if (opened.readyState !== EventSource.CLOSED) return
      retry = setTimeout(open, retryMs)
      retryMs = Math.min(longestRetryMs, retryMs * 2)
    }
    opened.addEventListener('history', receive)
    opened.addEventListener('end', receive)
  }

  function close(): void {
    clearTimeout(retry)
    clearTimeout(flush)
    source?.close()
  }

  open()
  return close
}
