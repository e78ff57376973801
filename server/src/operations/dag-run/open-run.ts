/** A run with what happened in it, for the operations that look inside. */
import type { Key } from '@braid/core/base/key.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import type { FoundDagRun } from '../../store/search/dag-runs.ts'
import type { RunView } from '../../store/search/dag-tasks.ts'
import { keyOf } from '../keys.ts'
import type { Context } from '../operation.ts'
import { notFound, type Refusal } from '../refusal.ts'

export type OpenedRun = {
  readonly key: Key
  readonly found: FoundDagRun
  readonly view: RunView
}

export async function openRun(
  { reads, execution }: Pick<Context, 'reads' | 'execution'>,
  dagRunKey: string,
): Promise<Result<OpenedRun, Refusal>> {
  const key = keyOf('DAG run', dagRunKey)
  if (!key.ok) return key
  const found = await reads.getDagRun(key.value)
  if (found === undefined) return notFound('DAG run', dagRunKey)
  const view = await reads.viewRun(key.value, execution.now())
  return success({ key: key.value, found, view })
}
