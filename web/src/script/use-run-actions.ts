import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../api/client.ts'
import { useFailureNotice } from '../frame/notices.tsx'

/** What can be done with a run of a script; lists of runs are read again afterwards. */
export function useRunActions(onNewRun: (executionKey: string) => void) {
  const queryClient = useQueryClient()
  const onError = useFailureNotice()
  const onSettled = () => queryClient.invalidateQueries({ queryKey: ['executions'] })
  const cancel = useMutation({
    mutationFn: (executionKey: string) => api.cancelExecution({ params: { executionKey } }),
    onSettled,
    onError,
  })
  const retry = useMutation({
    mutationFn: (executionKey: string) => api.retryExecution({ params: { executionKey } }),
    onSuccess: ({ executionKey }) => onNewRun(executionKey),
    onSettled,
    onError,
  })
  return { cancel, retry }
}
