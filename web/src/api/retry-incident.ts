import type { Incident } from '@braid/contract/incident.ts'
import { api, isStatus } from './client.ts'

/** A failed job gets one more try first: without one, resolving would raise the incident again. */
export async function retryIncident(incident: Pick<Incident, 'incidentKey' | 'jobKey'>): Promise<void> {
  if (incident.jobKey !== undefined)
    await api.updateJob({ params: { jobKey: incident.jobKey }, body: { changeset: { retries: 1 } } })
  try {
    await api.resolveIncident({ params: { incidentKey: incident.incidentKey } })
  } catch (error) {
    // A quick worker has done the job meanwhile: the incident went with it, and perhaps the run has ended.
    const wasQuicker = isStatus(error, 404) || isStatus(error, 409)
    if (incident.jobKey === undefined || !wasQuicker) throw error
  }
}
