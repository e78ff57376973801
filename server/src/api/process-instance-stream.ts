/**
 * The live stream of one process instance (frames: contract/src/stream.ts). A commit wakes it; what it sends, it reads
 * from the log after the last version sent, so that it misses nothing, whichever node the commit was made on.
 */

import type { ProcessInstance } from '@braid/contract/process-instance.ts'
import type { ProcessInstanceFrame } from '@braid/contract/stream.ts'
import type { Key } from '@braid/core/base/key.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { Dependencies } from '../operations/dependencies.ts'
import { historyEntryOf } from '../operations/process-event.ts'
import type { Refusal } from '../operations/refusal.ts'
import type { ResponseStream } from './response-stream.ts'
import { createAlarm, type Wakeups } from './wakeups.ts'

/** Also the longest time after which a commit is seen whose wake-up was lost. */
const heartbeatMs = 15_000
const batchSize = 200

/** Reads where to resume: 0 without the header. A version that the instance never had is refused. */
export async function resumeAfter(
  { history }: Pick<Dependencies, 'history'>,
  instanceKey: Key,
  lastEventId: string | string[] | undefined,
): Promise<Result<number, Refusal>> {
  if (lastEventId === undefined || lastEventId === '' || lastEventId === '0') return success(0)
  const refused = failure<Refusal>({
    code: 'INVALID_REQUEST',
    detail: 'Last-Event-ID: expected the id of an event of this process instance',
  })
  if (typeof lastEventId !== 'string' || !/^[1-9]\d{0,8}$/.test(lastEventId)) return refused
  const version = Number(lastEventId)
  const [entry] = await history({ instanceKey, after: version - 1, max: 1 })
  return entry === undefined ? refused : success(version)
}

export async function streamProcessInstance(
  dependencies: Pick<Dependencies, 'history' | 'log'> & { readonly wakeups: Wakeups },
  target: { readonly instanceKey: Key; readonly instance: ProcessInstance; readonly after: number },
  stream: ResponseStream,
): Promise<void> {
  const { history, wakeups } = dependencies
  const { instanceKey, instance } = target
  // Subscribed before the first read: a commit in between wakes the next round.
  const alarm = createAlarm(stream.signal)
  const unsubscribe = wakeups.subscribe(instanceKey, alarm.ring)
  try {
    await stream.write(frameText(statusFrame(instance)))
    let version = target.after
    let ended = instance.state === 'COMPLETED' || instance.state === 'TERMINATED' ? instance.state : undefined
    while (!stream.signal.aborted) {
      const entries = await history({ instanceKey, after: version, max: batchSize })
      for (const entry of entries) {
        await stream.write(frameText({ type: 'history', ...historyEntryOf(entry) }, entry.version))
        version = entry.version
        for (const { type } of entry.events) {
          if (type === 'instance-completed') ended = 'COMPLETED'
          else if (type === 'instance-terminated') ended = 'TERMINATED'
        }
      }
      if (entries.length === batchSize) continue
      if (ended !== undefined) {
        await stream.write(frameText({ type: 'end', state: ended }))
        return
      }
      if (!(await alarm.sleep(heartbeatMs))) await stream.write(': heartbeat\n\n')
    }
  } catch (error) {
    dependencies.log.warn(
      { err: error, processInstanceKey: instance.processInstanceKey },
      'live stream failed',
    )
  } finally {
    unsubscribe()
    stream.end()
  }
}

const statusFrame = (instance: ProcessInstance): ProcessInstanceFrame => ({
  type: 'status',
  processInstanceKey: instance.processInstanceKey,
  processDefinitionKey: instance.processDefinitionKey,
  state: instance.state,
  hasIncident: instance.hasIncident,
})

/** JSON escapes line breaks, so no data can begin a line of its own. */
function frameText(frame: ProcessInstanceFrame, id?: number): string {
  const idLine = id === undefined ? '' : `id: ${id}\n`
  return `${idLine}event: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`
}
