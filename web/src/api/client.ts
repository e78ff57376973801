/** The one client of this tab. Failures to reach the server show in the live dot. */
import { ApiError, type Client, createClient } from '@braid/contract/client.ts'
import { reportConnection } from '../live/connection.ts'

let csrfToken: string | undefined

export function setCsrfToken(token: string | undefined): void {
  csrfToken = token
}

async function watchedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  try {
    const response = await fetch(input, init)
    reportConnection('live')
    return response
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'AbortError')) reportConnection('lost')
    throw error
  }
}

export const baseUrl = '/api/v1'

export const api: Client = createClient({ baseUrl, csrfToken: () => csrfToken, fetch: watchedFetch })

/** What to tell a person about a failed call. */
export function describeFailure(error: unknown): string {
  if (error instanceof ApiError) return error.problem.detail || error.problem.title
  if (error instanceof TypeError) return 'The server can’t be reached. It may be restarting.'
  return error instanceof Error ? error.message : String(error)
}

export const isStatus = (error: unknown, status: number): boolean =>
  error instanceof ApiError && error.problem.status === status
