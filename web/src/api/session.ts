import type { Session } from '@braid/contract/access.ts'
import { queryOptions } from '@tanstack/react-query'
import { api, isStatus, setCsrfToken } from './client.ts'

async function readSession(signal: AbortSignal): Promise<Session | null> {
  try {
    const session = await api.getSession({ signal })
    setCsrfToken(session.csrfToken)
    return session
  } catch (error) {
    if (isStatus(error, 401)) return null
    throw error
  }
}

/** Who is signed in; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => readSession(signal),
  staleTime: 60_000,
})
