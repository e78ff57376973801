import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { retryIncident } from '../api/retry-incident.ts'
import { type Notice, useFailureNotice, useNotices } from '../frame/notices.tsx'

const goesOn: Notice = { severity: 'success', text: 'Trying again' }
const wasResolved: Notice = { severity: 'info', text: 'Resolved already: there is nothing left to do' }

/** Tries again what failed, one incident after the other; then what `shows` it is loaded anew. */
export function useRetryIncidents(shows: QueryKey) {
  const queryClient = useQueryClient()
  const show = useNotices()
  const onError = useFailureNotice()
  return useMutation({
    mutationFn: async (incidentKeys: readonly string[]) => {
      let tried = 0
      for (const incidentKey of incidentKeys) if (await retryIncident({ incidentKey })) tried++
      return tried
    },
    onSuccess: (tried) => show(tried > 0 ? goesOn : wasResolved),
    onError,
    onSettled: () => queryClient.invalidateQueries({ queryKey: shows }),
  })
}
