/**
 * A stream of server-sent events. The browser reconnects by itself and says what it saw last; when it gives up (a
 * restarting server answered an error), this starts over: what was seen before may come again.
 */
import { reportConnection } from './connection.ts'

export type EventStreamHandlers = {
  readonly onMessage: (message: MessageEvent<string>) => void
  /** The browser gave up. Unless this says that it is worth it, nothing is asked again. */
  readonly mayRetry?: () => Promise<boolean>
}

const firstRetryMs = 500
const longestRetryMs = 8_000

/** Listens to the events of these names; the answer closes the stream. */
export function openEventStream(
  url: string,
  names: readonly string[],
  { onMessage, mayRetry }: EventStreamHandlers,
): () => void {
  let source: EventSource | undefined
  let retryMs = firstRetryMs
  let retry: ReturnType<typeof setTimeout> | undefined
  let closed = false

  async function startOver(): Promise<void> {
    if (mayRetry !== undefined && !(await mayRetry())) return
    if (closed) return
    retry = setTimeout(open, retryMs)
    retryMs = Math.min(longestRetryMs, retryMs * 2)
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
      if (opened.readyState === EventSource.CLOSED) void startOver()
    }
    for (const name of names) opened.addEventListener(name, onMessage)
  }

  open()
  return () => {
    closed = true
    clearTimeout(retry)
    source?.close()
  }
}
