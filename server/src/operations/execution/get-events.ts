import type { ExecutionEvent, ExecutionState } from '@braid/contract/execution.ts'
import type { JsonValue } from '@braid/core/base/json.ts'
import { success } from '@braid/core/base/result.ts'
import type { StoredOutput } from '../../store/task-output-port.ts'
import { operation } from '../operation.ts'
import { openExecution } from './open-execution.ts'

/** A run has few of them: one per attempt, and its end. */
const maxEvents = 1_000

export const getExecutionEvents = operation({
  id: 'getExecutionEvents',
  run: async (context, { params, query }, { identity }) => {
    const opened = await openExecution(context, identity, params.executionKey)
    if (!opened.ok) return opened
    const { key, run } = opened.value
    const { entries } = await context.reads.readOutput({
      instanceKey: key,
      after: 0,
      kind: 'value',
      limit: maxEvents,
    })
    const requested = { type: 'execution_requested' as const, timestamp: run.createdAt }
    const events: readonly ExecutionEvent[] = [requested, ...entries.flatMap(eventOf)]
    return success({ items: events.filter(({ type }) => query.type === undefined || type === query.type) })
  },
})

const types: Readonly<Partial<Record<ExecutionState, ExecutionEvent['type']>>> = {
  RUNNING: 'execution_started',
  COMPLETED: 'execution_completed',
  TIMED_OUT: 'execution_timed_out',
  OUT_OF_MEMORY: 'execution_out_of_memory',
  CANCELED: 'execution_canceled',
  FAILED: 'execution_failed',
}

function eventOf({ at, attempt, entry }: StoredOutput): readonly ExecutionEvent[] {
  const { state, exitCode, message } = (entry.kind === 'value' ? entry.value : {}) as {
    readonly [field: string]: JsonValue
  }
  const type = types[state as ExecutionState]
  if (type === undefined) return []
  return [
    {
      type,
      timestamp: new Date(at).toISOString(),
      ...(attempt === 0 ? {} : { attempt }),
      ...(typeof exitCode === 'number' ? { exitCode } : {}),
      ...(typeof message === 'string' ? { message } : {}),
    },
  ]
}
