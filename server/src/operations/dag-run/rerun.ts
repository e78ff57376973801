import type { JsonObject } from '@braid/core/base/json.ts'
import { formatKey } from '@braid/core/base/key.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import { type Continuation, continuationOf } from '../../execution/rerun.ts'
import { keyOf } from '../keys.ts'
import { type Context, operation } from '../operation.ts'
import { notFound, type Refusal, refuse } from '../refusal.ts'
import { type OpenedRun, openRun } from './open-run.ts'
import { refuseRun, startedRun } from './start.ts'

export const rerunDag = operation({
  id: 'rerunDag',
  target: (_, answer) => answer.dagRunKey,
  run: async (context, { params, body = {} }, { identity }) => {
    const opened = await openRun(context, params.dagRunKey)
    if (!opened.ok) return opened
    const { key, found } = opened.value
    const { run } = found
    const dagKey = keyOf('DAG', run.dagKey)
    if (!dagKey.ok) return dagKey
    const { from, input } = body
    const continuation = from === undefined ? undefined : await continueAt(context, opened.value, from, input)
    if (continuation !== undefined && !continuation.ok) return continuation
    const dag = { dagKey: dagKey.value }
    const started = await context.dagRuns.start({
      dag,
      input: from === undefined ? (input ?? found.input) : found.input,
      priority: run.priority,
      trigger: 'rerun',
      rerunOf: key,
      ...(from === undefined ? {} : { rerunFrom: from }),
      ...(continuation === undefined ? {} : { continuation: continuation.value }),
      ...(identity === undefined ? {} : { startedBy: identity.username }),
    })
    return started.ok ? success(startedRun(started.value)) : refuseRun(started.error, dag)
  },
})

async function continueAt(
  { execution, reads }: Context,
  { key, found: { run, model, variables } }: OpenedRun,
  from: string,
  input: JsonObject | undefined,
): Promise<Result<Continuation, Refusal>> {
  const dagKey = keyOf('DAG', run.dagKey)
  const program = dagKey.ok ? await execution.program(dagKey.value) : undefined
  if (program === undefined) return notFound('DAG', run.dagKey)
  const taken = new Set(await reads.getTakenFlows(key))
  const continuation = continuationOf({
    ...{ model, program, from, variables, taken },
    ...(input === undefined ? {} : { input }),
  })
  if (continuation.ok) return continuation
  const { path, message } = continuation.error
  if (path === undefined) return refuse('INVALID_STATE', `run ${formatKey(key)}: ${message}`)
  return refuse('INVALID_REQUEST', `body.${path}: ${message}`, {
    errors: [{ path: `body.${path}`, message }],
  })
}
