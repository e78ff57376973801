/** What a worker gets to see of a job. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import { nodeOf } from '@braid/core/engine/graph.ts'
import { placeOf } from '@braid/core/engine/rows.ts'
import type { InstanceState } from '@braid/core/engine/state.ts'
import { lookUp, visibleVariables } from '@braid/core/engine/variables.ts'
import type { ListenerStep } from '@braid/core/engine/wait-event.ts'
import { headersOf } from '@braid/core/model/work.ts'
import type { LoadedDefinition } from './definition-cache.ts'
import type { ActivatedJob } from './execution.ts'

type Held = {
  readonly key: Key
  readonly elementInstanceKey: Key
  readonly element: string
  readonly jobType: string
  readonly retries: number
  readonly worker: string
  readonly leaseUntil: Instant
}

export function activatedJob(
  state: InstanceState,
  definition: LoadedDefinition,
  job: Held,
  fetchVariables?: readonly string[],
): ActivatedJob {
  const listener = listenerOf(state, job)
  return {
    key: job.key,
    jobType: job.jobType,
    instanceKey: state.key,
    definitionKey: definition.key,
    processId: definition.processId,
    definitionVersion: definition.version,
    elementInstanceKey: job.elementInstanceKey,
    element: job.element,
    headers: headersOf(nodeOf(definition.graph, job.element).def, listener),
    retries: job.retries,
    leaseUntil: job.leaseUntil,
    worker: job.worker,
    ...placeOf(listener),
    variables: select(state, job.elementInstanceKey, fetchVariables),
  }
}

/** The job's wait knows when it is a listener's. */
function listenerOf(state: InstanceState, job: Held): ListenerStep | undefined {
  const wait = state.elements.get(job.elementInstanceKey)?.waits.find(({ key }) => key === job.key)
  return wait?.kind === 'job' ? wait.listener : undefined
}

function select(state: InstanceState, at: Key, names: readonly string[] | undefined): JsonObject {
  if (names === undefined || names.length === 0) return visibleVariables(state, at)
  const found = names.map((name) => [name, lookUp(state, at, name)] as const)
  return Object.fromEntries(found.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}
