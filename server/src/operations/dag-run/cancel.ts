import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound, rejected } from '../refusal.ts'

export const cancelDagRun = operation({
  id: 'cancelDagRun',
  target: ({ params }) => params.dagRunKey,
  run: async ({ reads, dagRuns }, { params: { dagRunKey } }) => {
    const key = keyOf('DAG run', dagRunKey)
    if (!key.ok) return key
    // What is no run of a DAG is canceled by those who may cancel processes.
    if ((await reads.getDagRun(key.value)) === undefined) return notFound('DAG run', dagRunKey)
    const canceled = await dagRuns.cancel(key.value)
    return canceled.ok ? success(undefined) : rejected(canceled.error)
  },
})
