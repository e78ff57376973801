/** Whose run it is: people see their own, and who may read all sees all. */
import type { Execution, ExecutionDetail } from '@braid/contract/execution.ts'
import type { Key } from '@braid/core/base/key.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import type { Viewer } from '../../store/search/executions.ts'
import { holds, type Identity } from '../identity.ts'
import { keyOf } from '../keys.ts'
import type { Context } from '../operation.ts'
import { notFound, type Refusal, refuse } from '../refusal.ts'

export type OpenedExecution = { readonly key: Key; readonly userId: string; readonly run: ExecutionDetail }

export async function openExecution(
  { reads }: Pick<Context, 'reads'>,
  identity: Identity | undefined,
  executionKey: string,
): Promise<Result<OpenedExecution, Refusal>> {
  const key = keyOf('execution', executionKey)
  if (!key.ok) return key
  const { userId, seesAll } = viewerOf(identity)
  const run = await reads.getExecution(key.value, userId)
  if (run === undefined) return notFound('execution', executionKey)
  if (!run.own && !seesAll) return refuse('FORBIDDEN', 'Access denied: this run is of somebody else')
  return success({ key: key.value, userId, run })
}

/** For changes: one's own, or anybody's by who may do everything. */
export async function openForChange(
  context: Pick<Context, 'reads'>,
  identity: Identity | undefined,
  executionKey: string,
): Promise<Result<OpenedExecution, Refusal>> {
  const opened = await openExecution(context, identity, executionKey)
  if (!opened.ok || opened.value.run.own || identity?.grants.has('*')) return opened
  return refuse('FORBIDDEN', 'Access denied: only its owner or an administrator changes a run')
}

/** Routes of executions are closed to strangers; none has the id 0. */
export const viewerOf = (identity: Identity | undefined): Viewer => ({
  userId: identity?.userId ?? '0',
  seesAll: identity !== undefined && holds(identity, 'execution:read-all'),
})

/** Without what was run. */
export function plainExecution<Run extends Execution>(run: Run): Execution {
  const { script: _, stdin: __, input: ___, ...plain } = run as Run & Partial<ExecutionDetail>
  return plain
}
