/**
 * Does the jobs of a task of an application, whatever its code does:
 * T1 input that the task does not take fails it for good; everything else that fails is tried again;
 * T2 a result counts only from an attempt that is neither canceled nor out of time, and only as its schema says;
 * T3 an attempt ends when it is told to: one that goes on all the same holds no place, and its result is dropped.
 */
import type { Services } from '@braid/contract/application/services.ts'
import { backoffAfter } from '../execution/backoff.ts'
import type { Clock } from '../execution/clock.ts'
import {
  type ActivatedJob,
  BpmnError,
  type JobContext,
  JobFailure,
  type JobHandler,
} from '../execution/execution.ts'
import { flawsOf } from '../operations/validation.ts'
import type { CheckedTask } from './check-application.ts'
import { checkOutput } from './check-output.ts'
import { messageOf } from './failure-place.ts'
import { runGenerator } from './run-generator.ts'
import type { TaskCache } from './task-cache.ts'
import { taskContext } from './task-context.ts'
import { type AttemptOptions, attemptOptions } from './task-options.ts'
import type { TaskOutputPort } from './task-output.ts'

export type TaskHandlerDependencies = {
  readonly task: CheckedTask
  readonly services: Services
  readonly output: TaskOutputPort
  readonly cache: TaskCache
  /** Of the host: attempts take real time. */
  readonly wall: Pick<Clock, 'after'>
  /** From 0 to 1. */
  readonly random: () => number
}

export function createTaskHandler(dependencies: TaskHandlerDependencies): JobHandler {
  const { task, random } = dependencies
  return async (job, context) => {
    const options = attemptOptions(job, task.definition)
    const input = await task.definition.input.safeParseAsync(job.variables.input)
    if (!input.success) {
      const [flaw] = flawsOf(input.error.issues, 'input', job.variables.input)
      throw new JobFailure(`${flaw?.path}: ${flaw?.message}`, { retries: 0, retryBackOffMs: 0 })
    }
    try {
      return await attempt(dependencies, job, context, options, input.data)
    } catch (error) {
      if (error instanceof BpmnError || error instanceof JobFailure || context.signal.aborted) throw error
      throw new JobFailure(messageOf(error), {
        retries: job.retries - 1,
        retryBackOffMs: backoffAfter(options, random()),
      })
    }
  }
}

async function attempt(
  { task, services, output, cache, wall }: TaskHandlerDependencies,
  job: ActivatedJob,
  { signal: gone, addItems }: JobContext,
  options: AttemptOptions,
  input: unknown,
) {
  const { definition } = task
  const given = job.variables.input ?? null
  if (options.cacheMs !== undefined && definition.kind === 'task') {
    const kept = await cache.get(task.id, given)
    if (kept !== undefined) {
      output.cached(job, job.attempt)
      return { output: kept.output }
    }
  }
  const running = limited(gone, options.timeoutMs, wall)
  const { signal } = running
  try {
    const context = taskContext({ job, attempt: job.attempt, signal, services, output })
    if (definition.kind === 'generator') {
      const itemsTaken = job.itemsTaken ?? 0
      await runGenerator({ definition, input, context, itemsTaken, addItems, untilAborted: running.until })
      return undefined
    }
    const result = await running.until((async () => definition.run(input, context))())
    const value = await checkOutput(definition.output, result, 'output')
    if (options.cacheMs !== undefined) await cache.put(task.id, given, value, options.cacheMs)
    return { output: value }
  } finally {
    running.end()
  }
}

type Limited = {
  readonly signal: AbortSignal
  /** Rejects with why the attempt is over as soon as it is, whether the work listens or not. */
  until<T>(work: Promise<T>): Promise<T>
  end(): void
}

function limited(gone: AbortSignal, timeoutMs: number | undefined, wall: Pick<Clock, 'after'>): Limited {
  const over = new AbortController()
  const stop = (): void => over.abort(gone.reason)
  gone.addEventListener('abort', stop)
  if (gone.aborted) stop()
  const cancel =
    timeoutMs === undefined
      ? undefined
      : wall.after(timeoutMs, () => over.abort(new Error(`timed out after ${secondsText(timeoutMs)}`)))
  const { signal } = over
  return {
    signal,
    until: (work) =>
      new Promise((resolve, reject) => {
        const end = (): void => reject(signal.reason)
        if (signal.aborted) end()
        signal.addEventListener('abort', end, { once: true })
        work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end))
      }),
    end: () => {
      cancel?.()
      gone.removeEventListener('abort', stop)
    },
  }
}

const secondsText = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`)
