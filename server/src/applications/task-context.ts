/** What a task sees of the world while it runs. */
import type { Services } from '@braid/contract/application/services.ts'
import type { TaskContext, TaskLog } from '@braid/contract/application/task.ts'
import { formatKey } from '@braid/core/base/key.ts'
import type { ActivatedJob } from '../execution/execution.ts'
import { plainJson } from './check-output.ts'
import { messageOf } from './failure-place.ts'
import type { OutputEntry, TaskOutputPort } from './task-output.ts'

const maxMessage = 10_000
const maxProgressMessage = 1_000

export type Running = {
  readonly job: ActivatedJob
  readonly attempt: number
  readonly signal: AbortSignal
  readonly services: Services
  readonly output: TaskOutputPort
}

export function taskContext({ job, attempt, signal, services, output }: Running): TaskContext {
  // What a handler says after it was told to stop is nobody's any more.
  const report = (entry: OutputEntry): void => {
    if (!signal.aborted) output.report(job, attempt, entry)
  }
  const log = (level: keyof TaskLog) => (message: string) =>
    report({ kind: 'log', level, message: textOf(message, maxMessage) })
  return {
    ...services,
    signal,
    progress: (value, message) =>
      report({
        kind: 'progress',
        progress: Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0,
        ...(message === undefined ? {} : { message: textOf(message, maxProgressMessage) }),
      }),
    emit: (value) => report({ kind: 'value', value: plainJson(value) }),
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    run: {
      dagRunKey: formatKey(job.instanceKey),
      dagId: job.processId,
      nodeId: job.headers.nodeId ?? job.element,
      taskKey: formatKey(job.elementInstanceKey),
      attempt,
    },
  }
}

const textOf = (message: unknown, max: number): string =>
  (typeof message === 'string' ? message : messageOf(message)).replaceAll('\0', '').slice(0, max)
