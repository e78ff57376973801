/** Runs of DAGs that code of an application asks for. */
import type { JsonObject } from '@braid/core/base/json.ts'
import type { DagRuns } from '../execution/dag-runs.ts'
import { refuseRun } from '../operations/dag-run/start.ts'
import { plainJson } from './check-output.ts'
import type { EndpointDependencies } from './hosted-endpoint.ts'

/** What is refused is thrown. */
export const runStarter =
  (dagRuns: Pick<DagRuns, 'start'>): EndpointDependencies['startRun'] =>
  async (dagId, values, startedBy) => {
    const dag = { dagId }
    const input = plainJson(values) as JsonObject
    const started = await dagRuns.start({ dag, input, trigger: 'manual', startedBy })
    if (started.ok) return String(started.value.key)
    const refused = refuseRun(started.error, dag)
    throw new Error(refused.ok ? `${dagId} was refused` : refused.error.detail)
  }
