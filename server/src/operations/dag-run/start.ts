import { type Result, success } from '@braid/core/base/result.ts'
import type { DagChoice, DagRunRefusal, StartedDagRun } from '../../execution/dag-runs.ts'
import { keyOf } from '../keys.ts'
import { type Answer, operation } from '../operation.ts'
import { type Refusal, refuse, rejected } from '../refusal.ts'
import { maxErrors } from '../validation.ts'

export const startDagRun = operation({
  id: 'startDagRun',
  target: (_, answer) => answer.dagRunKey,
  run: async ({ dagRuns }, { body }, { identity }) => {
    const dag = chosenDag(body)
    if (!dag.ok) return dag
    const { input = {}, variant, priority, businessId } = body
    const started = await dagRuns.start({
      dag: dag.value,
      input,
      trigger: 'manual',
      ...(identity === undefined ? {} : { startedBy: identity.username }),
      ...(variant === undefined ? {} : { variant }),
      ...(priority === undefined ? {} : { priority }),
      ...(businessId === undefined ? {} : { businessId }),
    })
    return started.ok ? success(startedRun(started.value)) : refuseRun(started.error, dag.value)
  },
})

function chosenDag(
  body: { readonly dagKey: string } | { readonly dagId: string },
): Result<DagChoice, Refusal> {
  if ('dagId' in body) return success({ dagId: body.dagId })
  const key = keyOf('DAG', body.dagKey)
  return key.ok ? success({ dagKey: key.value }) : key
}

export const startedRun = ({ key, dagKey, dagId, state }: StartedDagRun): Answer<'startDagRun'> => ({
  dagRunKey: String(key),
  dagKey: String(dagKey),
  dagId,
  state,
})

export function refuseRun(refusal: DagRunRefusal, dag: DagChoice): Result<never, Refusal> {
  switch (refusal.kind) {
    case 'not-found':
      return 'dagId' in dag
        ? refuse('NOT_FOUND', `there is no DAG with id ${dag.dagId}`)
        : refuse('NOT_FOUND', `there is no DAG with key ${dag.dagKey}`)
    case 'input': {
      const errors = refusal.errors.map(({ path, message }) => ({ path: `body.${path}`, message }))
      const [first] = errors
      return refuse('INVALID_REQUEST', `${first?.path}: ${first?.message}`, {
        errors: errors.slice(0, maxErrors),
      })
    }
    case 'queue-full':
      return refuse(
        'TOO_MANY_REQUESTS',
        `too many runs of ${refusal.dagId} wait in line: cancel some, or wait`,
      )
    case 'rejected':
      return rejected(refusal.rejection)
  }
}
