import { ApiError } from '@braid/contract/client.ts'
import type { Incident } from '@braid/contract/incident.ts'
import { api } from './client.ts'

/** False: somebody else resolved it meanwhile, or a worker did its job, so that nothing is left to do. */
export async function retryIncident({ incidentKey }: Pick<Incident, 'incidentKey'>): Promise<boolean> {
  try {
    await api.resolveIncident({ params: { incidentKey }, body: { retries: 1 } })
    return true
  } catch (error) {
    if (error instanceof ApiError && error.problem.code === 'ALREADY_RESOLVED') return false
    throw error
  }
}
