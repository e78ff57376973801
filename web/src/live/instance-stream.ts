/** The live stream of one process instance. Frames that come again are dropped by the view. */
import { operationUrl } from '@braid/contract/client.ts'
import type { ProcessInstanceFrame } from '@braid/contract/stream.ts'
import { openEventStream } from './event-stream.ts'
import type { Frame } from './instance-view.ts'

export type InstanceStreamHandlers = {
  /** In order of version; several at once while catching up. */
  readonly onFrames: (frames: readonly Frame[]) => void
  readonly onEnd: () => void
}

/** A long history arrives in one burst: it is handed on in pieces that React can draw. */
const flushMs = 24

export function openInstanceStream(instanceKey: string, handlers: InstanceStreamHandlers): () => void {
  const url = operationUrl('/api/v1', 'streamProcessInstance', {
    params: { processInstanceKey: instanceKey },
  })
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

  const closeStream = openEventStream(url, ['history', 'end'], { onMessage: receive })

  function close(): void {
    clearTimeout(flush)
    closeStream()
  }

  return close
}
