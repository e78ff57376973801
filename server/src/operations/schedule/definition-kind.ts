/** What a schedule runs, and whether the caller may start it. */

import type { JsonObject } from '@braid/core/base/json.ts'
import { formatKey } from '@braid/core/base/key.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import { runInput } from '../../execution/run-input.ts'
import type { ScheduleKind, StoredSchedule } from '../../store/schedule-port.ts'
import type { FoundDag } from '../../store/search/dags.ts'
import { holds } from '../identity.ts'
import type { Caller, Context } from '../operation.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { findForChange } from '../script/access.ts'
import { maxErrors } from '../validation.ts'

const permissions = {
  dag: 'dag-run:create',
  process: 'process-instance:create',
  script: 'execution:create',
} as const

export function mayStart(kind: ScheduleKind, { identity }: Caller): Result<undefined, Refusal> {
  const permission = permissions[kind]
  return identity !== undefined && holds(identity, permission)
    ? success(undefined)
    : refuse('FORBIDDEN', `runs of this schedule need the permission ${permission}`)
}

/** To start more by a schedule that is there, or something else: what runs as its owner only they decide. */
export async function mayStartBy(
  context: Context,
  { kind, definitionId }: Pick<StoredSchedule, 'kind' | 'definitionId'>,
  caller: Caller,
): Promise<Result<undefined, Refusal>> {
  const may = mayStart(kind, caller)
  const scriptKey = kind === 'script' ? scriptKeyOf(definitionId) : undefined
  if (!may.ok || scriptKey === undefined) return may
  const script = await findForChange(context, caller.identity, scriptKey)
  return script.ok ? success(undefined) : script
}

/** A DAG wants an input that fits. Scripts are their owner's, and so are their runs. */
export async function kindOf(
  context: Context,
  { definitionId, input = {}, variant }: Wanted,
  { identity }: Caller,
): Promise<Result<ScheduleKind, Refusal>> {
  const scriptKey = scriptKeyOf(definitionId)
  if (scriptKey !== undefined) {
    if (variant !== undefined) return noVariants('script')
    const script = await findForChange(context, identity, scriptKey)
    return script.ok ? success('script') : script
  }
  const key = await context.latestDefinitions.find(definitionId)
  if (key === undefined) return refuse('NOT_FOUND', `there is no DAG or process with id ${definitionId}`)
  const dag = await context.reads.getDag(key)
  if (dag !== undefined) return dagFor(dag, input, variant)
  const definition = await context.definitions.get(key)
  if (definition === undefined) {
    return refuse('NOT_FOUND', `there is no DAG or process with id ${definitionId}`)
  }
  if (variant !== undefined) return noVariants('process')
  if (definition.hasStartForm) {
    const detail = `process definition ${formatKey(key)} has a start form, which a schedule can't fill in`
    return refuse('INVALID_STATE', detail)
  }
  return success('process')
}

export const noVariants = (kind: Exclude<ScheduleKind, 'dag'>) =>
  refuse('INVALID_REQUEST', `body.variant: expected none, for a ${kind} has no variants`)

/** Of a saved script that a schedule names. */
export const scriptKeyOf = (definitionId: string): string | undefined =>
  /^script:(.*)$/.exec(definitionId)?.[1]

type Wanted = {
  readonly definitionId: string
  readonly input?: JsonObject | undefined
  readonly variant?: string | undefined
}

function dagFor(
  { model }: FoundDag,
  input: JsonObject,
  variant: string | undefined,
): Result<ScheduleKind, Refusal> {
  const checked = runInput(model, input, variant)
  if (checked.ok) return success('dag')
  const errors = checked.error.map(({ path, message }) => ({ path: `body.${path}`, message }))
  const [first] = errors
  return refuse('INVALID_REQUEST', `${first?.path}: ${first?.message}`, {
    errors: errors.slice(0, maxErrors),
  })
}
