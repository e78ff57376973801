/** Reads the log of a run's pod while it runs; a connection that breaks is opened again where it was. */
import { type Connection, paused } from './connection.ts'
import { createFrameReader, type End, type News } from './frames.ts'
import { linesOf } from './lines.ts'

const pauseMs = 200
const maxLineBytes = 64 * 1024
/** Of a container that has ended; then its state must do. */
const maxTriesAfterEnd = 25

export type LogRequest = {
  /** Of the pod. */
  readonly path: string
  readonly container: string
  readonly nonce: string
  /** Whether the container has ended, so that its log grows no more. */
  readonly hasEnded: () => boolean
  readonly take: (news: News) => Promise<void>
  readonly signal: AbortSignal
}

/** Until the script's end is told, or nothing more can come; then undefined. */
export async function readLog(connection: Connection, request: LogRequest): Promise<End | undefined> {
  const reader = createFrameReader(request.nonce)
  let triesAfterEnd = 0
  while (!request.signal.aborted) {
    const wasOver = request.hasEnded()
    const since = reader.since()
    const query = new URLSearchParams({
      container: request.container,
      follow: 'true',
      timestamps: 'true',
      ...(since === undefined ? {} : { sinceTime: since }),
    })
    const opened = await connection.open(`${request.path}/log?${query}`, request.signal)
    if (opened.ok) {
      let brokenOff = false
      const lines = linesOf(opened.value, maxLineBytes)
      for (;;) {
        const line = await lines.next().catch(() => undefined)
        brokenOff = line === undefined
        if (line === undefined || line.done === true) break
        const news = reader.read(line.value)
        if (news === undefined) continue
        await request.take(news)
        if (news.frame?.kind === 'end') {
          opened.value.destroy()
          return news.frame.end
        }
      }
      if (wasOver && !brokenOff) return undefined
    } else if (opened.error.status === 404) return undefined
    if (wasOver) triesAfterEnd += 1
    if (triesAfterEnd > maxTriesAfterEnd) return undefined
    await paused(pauseMs, request.signal)
  }
  return undefined
}
