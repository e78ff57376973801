import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { isStatus } from './client.ts'
import { sessionQuery } from './session.ts'

/** Refusals are final; only a server that can't be reached or is overloaded is asked again. */
function shouldRetry(failures: number, error: unknown): boolean {
  const worthIt = error instanceof TypeError || isStatus(error, 503)
  return worthIt && failures < 4
}

export function createQueryClient(): QueryClient {
  const signedOut = (error: unknown): void => {
    if (isStatus(error, 401)) client.setQueryData(sessionQuery.queryKey, null)
  }
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: signedOut }),
    mutationCache: new MutationCache({ onError: signedOut }),
    defaultOptions: {
      queries: { staleTime: 2_000, retry: shouldRetry, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  })
  return client
}
