/**
 * The live stream of one run of a script (frames: contract/src/execution.ts). What it sends, it reads from the stored
 * output after the last sequence sent, so that it misses nothing, whichever node runs the script.
 */
import { type Execution, type ExecutionFrame, isOver } from '@braid/contract/execution.ts'
import type { Key } from '@braid/core/base/key.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { Dependencies } from '../operations/dependencies.ts'
import { plainExecution } from '../operations/execution/open-execution.ts'
import type { Refusal } from '../operations/refusal.ts'
import type { OutputPages, StoredOutput } from './output-pages.ts'
import type { ResponseStream } from './response-stream.ts'
import { createAlarm, type Wakeups } from './wakeups.ts'

/** Also the longest time after which a change is seen whose wake-up was lost. */
const heartbeatMs = 5_000

/** Reads where to resume: 0 without the header. */
export function outputAfter(lastEventId: string | string[] | undefined): Result<number, Refusal> {
  if (lastEventId === undefined || lastEventId === '') return success(0)
  if (typeof lastEventId === 'string' && /^\d{1,15}$/.test(lastEventId)) return success(Number(lastEventId))
  const detail = 'Last-Event-ID: expected the id of a frame of this stream'
  return failure({ code: 'INVALID_REQUEST', detail })
}

type Target = {
  readonly key: Key
  readonly userId: string
  readonly run: Execution
  readonly after: number
}

export async function streamExecution(
  dependencies: Pick<Dependencies, 'reads' | 'log'> & {
    readonly wakeups: Wakeups
    readonly pages: OutputPages
  },
  { key, userId, ...from }: Target,
  stream: ResponseStream,
): Promise<void> {
  const { reads, wakeups, pages, log } = dependencies
  const alarm = createAlarm(stream.signal)
  const unsubscribe = wakeups.subscribe(key, alarm.ring)
  const output = pages.follow(key)
  try {
    let { run, after } = from
    let hasNews = false
    await stream.write(frameText({ type: 'status', ...plainExecution(run) }))
    while (!stream.signal.aborted) {
      const page = await output.page(after, isOver(run.state))
      for (const frame of page.frames) await stream.write(frame)
      after = page.last ?? after
      hasNews ||= page.hasNews
      if (page.more) continue
      // All that it wrote is stored before a run is over, and was read just now if it was over before.
      if (isOver(run.state)) {
        await stream.write(frameText({ type: 'end', ...plainExecution(run) }))
        return
      }
      if (!hasNews && (await alarm.sleep(heartbeatMs))) continue
      const now = await reads.getExecution(key, userId)
      // Deleted: there is nothing more to say.
      if (now === undefined) return
      if (now.state !== run.state) await stream.write(frameText({ type: 'status', ...plainExecution(now) }))
      else if (!hasNews) await stream.write(': heartbeat\n\n')
      run = now
      hasNews = false
    }
  } catch (error) {
    log.warn({ err: error, executionKey: key }, 'live stream failed')
  } finally {
    output.leave()
    unsubscribe()
    stream.end()
  }
}

/** Empty: it is nothing that a script wrote. */
export function outputText({ sequence, at, attempt, entry }: StoredOutput): string {
  if (entry.kind !== 'stdout' && entry.kind !== 'stderr') return ''
  const { kind, message, omittedBytes } = entry
  const frame: ExecutionFrame = {
    type: 'output',
    sequence,
    stream: kind,
    timestamp: new Date(at).toISOString(),
    attempt,
    text: message,
    ...(omittedBytes === undefined ? {} : { omittedBytes }),
  }
  return frameText(frame, sequence)
}

/** JSON escapes line breaks, so no data can begin a line of its own. */
function frameText(frame: ExecutionFrame, id?: number): string {
  const idLine = id === undefined ? '' : `id: ${id}\n`
  return `${idLine}event: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`
}
