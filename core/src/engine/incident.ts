/** Trouble that waits for an operator: the element instance stays, with the step to try again. */
import type { JsonObject } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import type { IncidentStep } from './event.ts'
import type { ElementInstance } from './state.ts'
import { emit, type Problem, type Transition } from './transition.ts'

export function raiseIncident(
  tx: Transition,
  instance: ElementInstance,
  step: IncidentStep,
  problem: Problem,
  about: { readonly jobKey?: Key; readonly payload?: JsonObject } = {},
): void {
  emit(tx, {
    type: 'incident-raised',
    key: tx.keys.next(),
    elementInstanceKey: instance.key,
    element: instance.element,
    incidentType: problem.type,
    message: problem.message,
    step,
    ...about,
  })
}

/** Closes the incidents of an element instance, or only those about one job. */
export function resolveIncidentsOf(tx: Transition, elementInstanceKey: Key, jobKey?: Key): void {
  if (tx.state.incidents.size === 0) return
  for (const incident of [...tx.state.incidents.values()]) {
    if (incident.elementInstanceKey !== elementInstanceKey) continue
    if (jobKey === undefined || incident.jobKey === jobKey)
      emit(tx, { type: 'incident-resolved', key: incident.key })
  }
}
