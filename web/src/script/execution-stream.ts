/** The live stream of one run of a script: its state, what it writes, its end. */
import { operationUrl } from '@braid/contract/client.ts'
import type { Execution, ExecutionFrame } from '@braid/contract/execution.ts'
import { baseUrl } from '../api/client.ts'
import { openEventStream } from '../live/event-stream.ts'
import type { OutputFrame } from './output.ts'

export type ExecutionChanges = {
  /** Undefined: as before. */
  readonly execution: Execution | undefined
  readonly output: readonly OutputFrame[]
}

/** A script may write faster than anybody draws: frames are handed on this often at most. */
const flushMs = 50

export function openExecutionStream(
  executionKey: string,
  handlers: {
    readonly onChanges: (changes: ExecutionChanges) => void
    readonly mayRetry: () => Promise<boolean>
  },
): () => void {
  const url = operationUrl(baseUrl, 'streamExecution', { params: { executionKey } })
  let flush: ReturnType<typeof setTimeout> | undefined
  let execution: Execution | undefined
  let output: OutputFrame[] = []

  function hand(): void {
    clearTimeout(flush)
    flush = undefined
    handlers.onChanges({ execution, output })
    execution = undefined
    output = []
  }

  function receive(message: MessageEvent<string>): void {
    const frame = JSON.parse(message.data) as ExecutionFrame
    if (frame.type === 'output') output.push(frame)
    else execution = frame
    if (frame.type === 'end') {
      close()
      hand()
    } else flush ??= setTimeout(hand, flushMs)
  }

  const closeStream = openEventStream(url, ['status', 'output', 'end'], {
    onMessage: receive,
    mayRetry: handlers.mayRetry,
  })

  function close(): void {
    clearTimeout(flush)
    closeStream()
  }

  return close
}
