/** What operators do. */
import type { Key } from '../../base/key.ts'
import type { Rejection, ResolveIncident, SetVariables } from '../command.ts'
import { completeElement, reenter } from '../lifecycle.ts'
import { elementInstance, emit, type Transition } from '../transition.ts'
import { propagate, setLocal } from '../variables.ts'
import { findWait } from '../waits.ts'

/** Does the step again that failed. A job must have retries first. */
export function resolveIncident(tx: Transition, command: ResolveIncident): Rejection | undefined {
  const incident = tx.state.incidents.get(command.incidentKey)
  if (incident === undefined) return unresolvable(tx, command.incidentKey)
  const instance = elementInstance(tx, incident.elementInstanceKey)
  const rejection = unresolvable(tx, incident.key)
  if (rejection !== undefined) return rejection
  emit(tx, { type: 'incident-resolved', key: incident.key })
  if (incident.step === 'activate') reenter(tx, instance, incident.payload)
  else if (incident.step === 'complete') completeElement(tx, instance)
  else if (incident.step === 'check') tx.agenda.push({ kind: 'check-scope', scope: instance.key })
  return undefined
}

/** Why an incident can't be resolved now. */
export function unresolvable(tx: Transition, incidentKey: Key): Rejection | undefined {
  const incident = tx.state.incidents.get(incidentKey)
  if (incident === undefined) {
    const message = `no open incident ${incidentKey}: it was resolved, or never existed`
    return { kind: 'not-found', message }
  }
  const job = incident.jobKey === undefined ? undefined : findWait(tx, incident.jobKey, ['job'])
  if (job === undefined || job.wait.retries >= 1) return undefined
  const message = `job ${job.wait.key} has no retries left: set retries to at least 1 first`
  return { kind: 'conflict', message }
}

export function setVariables(tx: Transition, command: SetVariables): Rejection | undefined {
  if (!tx.state.elements.has(command.scope)) {
    return { kind: 'not-found', message: `no living element instance ${command.scope}` }
  }
  if (command.local) setLocal(tx, command.scope, command.variables)
  else propagate(tx, command.scope, command.variables)
  return undefined
}
