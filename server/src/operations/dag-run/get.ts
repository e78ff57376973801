import type { DagRunDetail } from '@braid/contract/dag-run.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import { nodeStatuses, runProgress, tasksOf } from '../../store/search/dag-tasks.ts'
import { type Context, operation } from '../operation.ts'
import type { Refusal } from '../refusal.ts'
import { openRun } from './open-run.ts'

/** As it is now. */
export async function runDetail(
  context: Pick<Context, 'reads' | 'execution'>,
  dagRunKey: string,
): Promise<Result<DagRunDetail, Refusal>> {
  const opened = await openRun(context, dagRunKey)
  if (!opened.ok) return opened
  const { key, found, view } = opened.value
  const { run, model, input, given, variables } = found
  const nodes = nodeStatuses(model, tasksOf(view, key, model), given)
  return success({
    ...run,
    progress: run.state === 'SUCCEEDED' ? 1 : runProgress(model, nodes),
    input,
    ...(run.state === 'SUCCEEDED' && variables.output !== undefined ? { output: variables.output } : {}),
    nodes: [...nodes],
  })
}

export const getDagRun = operation({
  id: 'getDagRun',
  run: (context, { params }) => runDetail(context, params.dagRunKey),
})
