/** What a schedule runs, and whether the caller may start it. */
import { formatKey } from '@braid/core/base/key.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import type { ScheduleKind } from '../../store/schedule-port.ts'
import { holds } from '../identity.ts'
import type { Caller, Context } from '../operation.ts'
import { type Refusal, refuse } from '../refusal.ts'

const permissions = { dag: 'dag-run:create', process: 'process-instance:create' } as const

export function mayStart(kind: ScheduleKind, { identity }: Caller): Result<undefined, Refusal> {
  const permission = permissions[kind]
  return identity !== undefined && holds(identity, permission)
    ? success(undefined)
    : refuse('FORBIDDEN', `runs of this schedule need the permission ${permission}`)
}

export async function kindOf(context: Context, definitionId: string): Promise<Result<ScheduleKind, Refusal>> {
  const key = await context.latestDefinitions.find(definitionId)
  const definition = key === undefined ? undefined : await context.definitions.get(key)
  if (key === undefined || definition === undefined) {
    return refuse('NOT_FOUND', `there is no DAG or process with id ${definitionId}`)
  }
  if (definition.hasStartForm) {
    const detail = `process definition ${formatKey(key)} has a start form, which a schedule can't fill in`
    return refuse('INVALID_STATE', detail)
  }
  return success('process')
}
