/** Starts what a schedule means, with the key that its time was given. */
import { defaultMaxAttempts, defaultTimeoutMs } from '@braid/contract/execution.ts'
import { grantsOf, type Role } from '@braid/contract/role.ts'
import { parseKey } from '@braid/core/base/key.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { DagRunRefusal } from '../../execution/dag-runs.ts'
import type { StartScheduledRun } from '../../execution/schedule-loop.ts'
import type { DueRun } from '../../store/schedule-port.ts'
import type { Dependencies } from '../dependencies.ts'
import { chooseScript, ownerOf } from '../execution/choose-script.ts'
import { refusalOf } from '../execution/execute.ts'
import { scriptKeyOf } from './definition-kind.ts'

type Starter = Pick<
  Dependencies,
  'execution' | 'findDefinition' | 'reads' | 'dagRuns' | 'scriptRuns' | 'scripts'
>
type Started = Result<undefined, string>

export const createRunStarter =
  (dependencies: Starter): StartScheduledRun =>
  (run) =>
    starters[run.kind](dependencies, run)

/** As its owner: with what they may see and have at once. */
async function startScript(
  { scripts, reads, scriptRuns }: Starter,
  { definitionId, runKey, backfill, input = {} }: DueRun,
): Promise<Started> {
  const scriptKey = scriptKeyOf(definitionId) ?? ''
  const key = parseKey(scriptKey)
  const owner = key === undefined ? undefined : await scripts.findOwner(key)
  if (owner === undefined) return failure(`there is no script with key ${scriptKey}, or its owner is gone`)
  if (!mayRun(owner.role)) {
    return failure(
      `${owner.username}, whose script it is, may run none: the role ${owner.role} lacks execution:create`,
    )
  }
  const chosen = await chooseScript({ reads, scriptRuns }, owner, { scriptKey })
  if (!chosen.ok) return failure(chosen.error.detail)
  const started = await scriptRuns.start({
    ...chosen.value,
    ...ownerOf(owner),
    key: runKey,
    stdin: '',
    input,
    timeoutMs: defaultTimeoutMs,
    maxAttempts: defaultMaxAttempts,
    priority: 'normal',
    trigger: backfill ? 'backfill' : 'schedule',
  })
  if (started.ok) return success(undefined)
  const refused = refusalOf(started.error)
  return failure(refused.ok ? '' : refused.error.detail)
}

const mayRun = (role: Role): boolean => {
  const grants = grantsOf(role)
  return grants.has('*') || grants.has('execution:create')
}

async function startProcess(
  { execution, findDefinition, reads }: Starter,
  { definitionId, runKey, input = {} }: DueRun,
): Promise<Started> {
  const key = await findDefinition({ processId: definitionId, binding: 'latest' })
  const definition = key === undefined ? undefined : await reads.getStartableDefinition(key)
  if (key === undefined || definition === undefined) {
    return failure(`there is no process with id ${definitionId}`)
  }
  if (definition.hasStartForm) return failure(`${definitionId} has a start form now, which nobody fills in`)
  const created = await execution.createInstance({
    instanceKey: runKey,
    definitionKey: key,
    variables: input,
  })
  if (created.ok) return success(undefined)
  // It exists already, or has ended even: another try started it.
  const isThere = (await reads.getProcessInstance(runKey)) !== undefined
  return isThere ? success(undefined) : failure(created.error.message)
}

async function startDag({ dagRuns }: Starter, run: DueRun): Promise<Started> {
  const { runKey, definitionId, input = {}, variant, backfill, createdBy, scheduleKey, scheduledFor } = run
  const started = await dagRuns.start({
    key: runKey,
    dag: { dagId: definitionId },
    input,
    trigger: backfill ? 'backfill' : 'schedule',
    scheduleKey,
    scheduledFor,
    ...(variant === undefined ? {} : { variant }),
    ...(createdBy === '' ? {} : { startedBy: createdBy }),
  })
  return started.ok ? success(undefined) : failure(reasonOf(started.error, definitionId))
}

const starters = { dag: startDag, process: startProcess, script: startScript }

function reasonOf(refusal: DagRunRefusal, dagId: string): string {
  switch (refusal.kind) {
    case 'not-found':
      return `there is no DAG with id ${dagId}`
    case 'input':
      return refusal.errors.map(({ path, message }) => `${path}: ${message}`).join('; ')
    case 'queue-full':
      return `too many runs of ${dagId} wait in line`
    case 'rejected':
      return refusal.rejection.message
  }
}
