import type { Session } from '@braid/contract/access.ts'
import type { Permission } from '@braid/contract/permission.ts'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
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

/** Somebody signed in, or nobody is any more: what others read before is forgotten, and every page hears of it. */
export function beginSession(queryClient: QueryClient, session: Session | null): void {
  setCsrfToken(session?.csrfToken)
  // First, for pages that are left by it must not ask again for what is removed next.
  queryClient.setQueryData(sessionQuery.queryKey, session)
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] })
}

/** Whether a session may do something; the server decides, pages only leave out what it would refuse. */
export const may = (session: Session, permission: Permission): boolean =>
  session.grants.includes('*') || session.grants.includes(permission)
