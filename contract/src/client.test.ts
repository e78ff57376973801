import { describe, expect, test } from 'vitest'
import { ApiError, createClient, operationUrl } from './client.ts'

/** A client whose requests are answered by the test. */
function clientFor(answer: () => Response) {
  const requests: Request[] = []
  const client = createClient({
    baseUrl: 'http://localhost/api/v1',
    csrfToken: () => 'token',
    fetch: async (url, init) => {
      requests.push(new Request(url, init))
      return answer()
    },
  })
  return { client, requests }
}

describe('the client', () => {
  test('fills in the path and the query', async () => {
    const { client, requests } = clientFor(() => Response.json({ items: [], hasMore: false }))
    await client.getProcessInstanceEvents({ params: { processInstanceKey: '7' }, query: { after: 3 } })
    expect(requests[0]?.url).toBe('http://localhost/api/v1/process-instances/7/events?after=3')
    expect(requests[0]?.headers.has('x-csrf-token')).toBe(false)
    const url = operationUrl('/api/v1', 'streamProcessInstance', { params: { processInstanceKey: '../x' } })
    expect(url).toBe('/api/v1/process-instances/..%2Fx/stream')
  })

  test('sends JSON and the CSRF token with changes', async () => {
    const { client, requests } = clientFor(() => new Response(null, { status: 204 }))
    await client.pinClock({ body: { timestamp: 5 } })
    expect(requests[0]?.headers.get('x-csrf-token')).toBe('token')
    expect(requests[0]?.headers.get('content-type')).toBe('application/json')
    expect(await requests[0]?.json()).toEqual({ timestamp: 5 })
  })

  test('throws the problem that the server states', async () => {
    const problem = {
      type: 'urn:braid:problem:not-found',
      title: 'Not found',
      status: 404,
      code: 'NOT_FOUND',
      detail: 'there is no incident with key 1',
      instance: '/api/v1/incidents/1',
    }
    const headers = { 'content-type': 'application/problem+json; charset=utf-8' }
    const { client } = clientFor(() => new Response(JSON.stringify(problem), { status: 404, headers }))
    const refused = client.getIncident({ params: { incidentKey: '1' } })
    await expect(refused).rejects.toThrow('there is no incident with key 1')
    await expect(refused).rejects.toMatchObject({ problem })
  })

  test('makes a problem of what a proxy answers', async () => {
    const { client } = clientFor(() => new Response('<h1>Bad gateway</h1>', { status: 502 }))
    const error: unknown = await client.getTopology().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ problem: { status: 502, code: 'INTERNAL_ERROR' } })
  })
})
