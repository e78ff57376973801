/** What a worker gets to see of a job. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import { nodeOf } from '@braid/core/engine/graph.ts'
import { placeOf } from '@braid/core/engine/rows.ts'
import type { ElementInstance, InstanceState, JobWait } from '@braid/core/engine/state.ts'
import { lookUp, visibleVariables } from '@braid/core/engine/variables.ts'
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
  readonly attempt: number
}

export function activatedJob(
  state: InstanceState,
  definition: LoadedDefinition,
  job: Held,
  fetchVariables?: readonly string[],
): ActivatedJob {
  const owner = state.elements.get(job.elementInstanceKey)
  const { listener, items, priority = 0 } = waitOf(owner, job) ?? {}
  return {
    key: job.key,
    jobType: job.jobType,
    instanceKey: state.key,
    definitionKey: definition.key,
    processId: definition.processId,
    definitionVersion: definition.version,
    elementInstanceKey: job.elementInstanceKey,
    element: job.element,
    headers: headersOf(nodeOf(definition.graph, job.element).def, {
      ...(listener === undefined ? {} : { listener }),
      ...(items === undefined ? {} : { items }),
    }),
    retries: job.retries,
    priority,
    leaseUntil: job.leaseUntil,
    worker: job.worker,
    attempt: job.attempt,
    ...placeOf(listener),
    ...(items === undefined ? {} : { itemsTaken: owner?.extras.loop?.started ?? 0 }),
    variables: select(state, job.elementInstanceKey, fetchVariables),
  }
}

/** It knows whose job it is. */
function waitOf(owner: ElementInstance | undefined, job: Held): JobWait | undefined {
  const wait = owner?.waits.find(({ key }) => key === job.key)
  return wait?.kind === 'job' ? wait : undefined
}

function select(state: InstanceState, at: Key, names: readonly string[] | undefined): JsonObject {
  if (names === undefined || names.length === 0) return visibleVariables(state, at)
  const found = names.map((name) => [name, lookUp(state, at, name)] as const)
  return Object.fromEntries(found.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}
