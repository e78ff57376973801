/** Starts what a schedule means, with the key that its time was given. */
import { failure, success } from '@braid/core/base/result.ts'
import type { StartScheduledRun } from '../../execution/schedule-loop.ts'
import type { Dependencies } from '../dependencies.ts'

export function createRunStarter({
  execution,
  findDefinition,
  reads,
}: Pick<Dependencies, 'execution' | 'findDefinition' | 'reads'>): StartScheduledRun {
  return async ({ definitionId, runKey, input = {} }) => {
    const key = await findDefinition({ processId: definitionId, binding: 'latest' })
    const definition = key === undefined ? undefined : await reads.getStartableDefinition(key)
    if (key === undefined || definition === undefined) {
      return failure(`there is no DAG or process with id ${definitionId}`)
    }
    if (definition.hasStartForm) return failure(`${definitionId} has a start form now, which nobody fills in`)
    const created = await execution.createInstance({
      instanceKey: runKey,
      definitionKey: key,
      variables: input,
    })
    // It exists already: another try started it.
    if (created.ok || created.error.kind === 'conflict') return success(undefined)
    return failure(created.error.message)
  }
}
