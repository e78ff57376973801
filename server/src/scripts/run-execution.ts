/**
 * Does the jobs of runs of scripts. Invariants:
 * R1 a run is begun by whoever has its job, and ends once, with what its last attempt gave;
 * R2 a node that stops says nothing of its runs: their jobs are done again elsewhere, as the next attempt, as often as
 *    the run allows.
 */
import type { JsonValue } from '@braid/core/base/json.ts'
import type { Outcome, Runner } from '@braid/runner/runner.ts'
import type { ActivatedJob, Execution, JobHandler } from '../execution/execution.ts'
import type { ScriptRunEnd, ScriptRunStore, ScriptToRun } from '../store/script-run-port.ts'
import type { OutputEntry } from '../store/task-output-port.ts'
import type { ScriptLimits } from './script-limits.ts'
import { storeOutput } from './script-output.ts'
import type { Slots } from './slots.ts'

export type ExecutionHandlerDependencies = {
  readonly store: Pick<ScriptRunStore, 'begin' | 'end'>
  readonly execution: Pick<Execution, 'writeOutput' | 'now'>
  readonly runner: Pick<Runner, 'run' | 'tier'>
  readonly slots: Slots
  readonly limits: ScriptLimits
}

export function executionHandler(dependencies: ExecutionHandlerDependencies): JobHandler {
  const { store, execution, runner, slots, limits } = dependencies

  const finish = async (job: ActivatedJob, end: ScriptRunEnd, ifEnded: boolean): Promise<void> => {
    if (await store.end(job.instanceKey, end, execution.now(), { ifEnded }))
      await sayingFor(job, execution)([{ kind: 'value', value: wordOf(end) }])
  }

  const run = async (job: ActivatedJob, script: ScriptToRun, signal: AbortSignal): Promise<void> => {
    const say = sayingFor(job, execution)
    // Before its output, but the script need not wait for it.
    const told = say([{ kind: 'value', value: { state: 'RUNNING' } }])
    // Awaited below; till then nobody looks at it.
    told.catch(() => undefined)
    const { timeoutMs, ...request } = script
    const outcome = await runner.run(
      { ...request, id: `${job.key}-${job.attempt}`, limits: { ...limits, wallMs: timeoutMs }, signal },
      storeOutput((entries) => told.then(() => say(entries))),
    )
    await told
    // Aborted, but not canceled: this node stops, or has lost the job.
    await finish(job, endOf(outcome), signal.aborted)
  }

  return (job, { signal }) =>
    slots.use(async () => {
      if (signal.aborted) return {}
      const start = { attempt: job.attempt, isolation: runner.tier, at: execution.now() }
      const begun = await store.begin(job.instanceKey, start)
      if (begun.kind === 'begun') await run(job, begun.script, signal)
      if (begun.kind === 'spent') await finish({ ...job, attempt: begun.attempt }, lostFor(begun), false)
      return {}
    })
}

const sayingFor =
  (
    { instanceKey, elementInstanceKey: taskKey, element, attempt }: ActivatedJob,
    execution: Pick<Execution, 'writeOutput'>,
  ) =>
  (entries: readonly OutputEntry[]): Promise<void> =>
    execution.writeOutput({ instanceKey, taskKey, element, attempt }, entries)

/** Of a run whose end nobody saw. */
const lostFor = ({ maxAttempts }: { readonly maxAttempts: number }): ScriptRunEnd => ({
  state: 'FAILED',
  message: `the server that ran it was lost, and it may be begun ${maxAttempts === 1 ? 'once' : `${maxAttempts} times`}`,
  wallMs: 0,
  outputBytes: 0,
})

const states = {
  completed: 'COMPLETED',
  'timed-out': 'TIMED_OUT',
  'out-of-memory': 'OUT_OF_MEMORY',
  cancelled: 'CANCELED',
  'runner-failed': 'FAILED',
} as const satisfies Readonly<Record<Outcome['kind'], ScriptRunEnd['state']>>

function endOf(outcome: Outcome): ScriptRunEnd {
  const { wallMs, cpuMs, peakMemoryBytes, outputBytes } = outcome.usage
  return {
    state: states[outcome.kind],
    wallMs,
    outputBytes,
    ...(cpuMs === undefined ? {} : { cpuMs }),
    ...(peakMemoryBytes === undefined ? {} : { peakMemoryBytes }),
    ...(outcome.kind === 'completed' ? resultOf(outcome) : {}),
    ...(outcome.kind === 'runner-failed' ? { message: outcome.message } : {}),
  }
}

function resultOf({ exitCode, result }: Extract<Outcome, { kind: 'completed' }>) {
  if (result === undefined) return { exitCode }
  return result.ok ? { exitCode, result: result.value } : { exitCode, message: result.error }
}

/** What the log says of the end. */
const wordOf = ({ state, exitCode, message }: ScriptRunEnd): JsonValue => ({
  state,
  ...(exitCode === undefined ? {} : { exitCode }),
  ...(message === undefined ? {} : { message }),
})
