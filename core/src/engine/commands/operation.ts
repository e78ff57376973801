/** What operators do. */
import type { Rejection, ResolveIncident, SetVariables } from '../command.ts'
import { completeElement, reenter } from '../lifecycle.ts'
import type { Incident, JobWait } from '../state.ts'
import { elementInstance, emit, type Transition } from '../transition.ts'
import { propagate, setLocal } from '../variables.ts'
import { findWait } from '../waits.ts'

/** Does the step again that failed. A job must have retries, or get them with this. */
export function resolveIncident(tx: Transition, command: ResolveIncident): Rejection | undefined {
  const incident = tx.state.incidents.get(command.incidentKey)
  const rejection = unresolvable(tx, command)
  if (incident === undefined || rejection !== undefined) return rejection
  const instance = elementInstance(tx, incident.elementInstanceKey)
  const job = jobOf(tx, incident)
  const { retries = 0 } = command
  if (job !== undefined && job.retries < retries)
    emit(tx, { type: 'job-retries-updated', key: job.key, retries })
  emit(tx, { type: 'incident-resolved', key: incident.key })
  if (incident.step === 'activate') reenter(tx, instance, incident.payload)
  else if (incident.step === 'complete') completeElement(tx, instance)
  else if (incident.step === 'check') tx.agenda.push({ kind: 'check-scope', scope: instance.key })
  return undefined
}

/** Why an incident can't be resolved now. */
export function unresolvable(
  tx: Transition,
  { incidentKey, retries = 0 }: ResolveIncident,
): Rejection | undefined {
  const incident = tx.state.incidents.get(incidentKey)
  if (incident === undefined) {
    const message = `no open incident ${incidentKey}: it was resolved, or never existed`
    return { kind: 'not-found', message }
  }
  const job = jobOf(tx, incident)
  if (job === undefined || Math.max(job.retries, retries) >= 1) return undefined
  const message = `job ${job.key} has no retries left: give it at least 1, before or with the resolution`
  return { kind: 'conflict', message }
}

const jobOf = (tx: Transition, { jobKey }: Incident): JobWait | undefined =>
  jobKey === undefined ? undefined : findWait(tx, jobKey, ['job'])?.wait

export function setVariables(tx: Transition, command: SetVariables): Rejection | undefined {
  if (!tx.state.elements.has(command.scope)) {
    return { kind: 'not-found', message: `no living element instance ${command.scope}` }
  }
  if (command.local) setLocal(tx, command.scope, command.variables)
  else propagate(tx, command.scope, command.variables)
  return undefined
}
