/** Where what a pod's log brings goes: output, result, and what the container itself says. */
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import type { JsonValue } from '@braid/core/base/json.ts'
import type { Result } from '@braid/core/base/result.ts'
import { collectOutput } from '../../output.ts'
import { collectResult } from '../../result.ts'
import type { OnOutput } from '../../runner.ts'
import type { Channel, News } from './frames.ts'

const maxComplaintLength = 1_000

export type Channels = {
  /** Resolves when there is room for more. */
  take(news: News): Promise<void>
  /** Delivers the rest. */
  close(): Promise<{ readonly outputBytes: number; readonly result?: Result<JsonValue, string> }>
  /** What was said outside of the script: by the container that could not start it. */
  complaint(): string
}

export function openChannels(options: {
  readonly outputBytes: number
  readonly elapsed: () => number
  readonly onOutput: OnOutput
  /** Who takes the output can't. */
  readonly onTrouble: (error: unknown) => void
}): Channels {
  const { outputBytes, elapsed, onOutput, onTrouble } = options
  const output = collectOutput(outputBytes, elapsed, onOutput)
  const streams: Readonly<Record<Channel, PassThrough>> = {
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    result: new PassThrough(),
  }
  for (const stream of Object.values(streams)) stream.on('error', () => undefined)
  const reading = [
    output.read('stdout', streams.stdout).catch(onTrouble),
    output.read('stderr', streams.stderr).catch(onTrouble),
  ]
  const given = collectResult(streams.result)
  let complaint = ''

  const write = async (channel: Channel, data: Buffer | string): Promise<void> => {
    const stream = streams[channel]
    if (stream.destroyed || stream.write(data)) return
    const waited = new AbortController()
    const { signal } = waited
    await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })])
    waited.abort()
  }

  return {
    complaint: () => complaint.trim(),
    take: async ({ lostBytes, frame, text }) => {
      if (lostBytes > 0) await write('stderr', `[${lostBytes} bytes of output are lost: the log was full]\n`)
      if (frame?.kind === 'data') await write(frame.channel, frame.data)
      if (text === undefined) return
      complaint = (complaint + text).slice(0, maxComplaintLength)
      await write('stderr', text)
    },
    close: async () => {
      for (const stream of Object.values(streams)) stream.end()
      await Promise.all(reading)
      await output.end()
      const result = await given
      return { outputBytes: output.bytes(), ...(result === undefined ? {} : { result }) }
    },
  }
}
