/** A small HTTP server of a test on a free port of this machine: JSON in, JSON out. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type ReceivedRequest = {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}
export type Reply = { readonly status?: number; readonly contentType?: string; readonly body: unknown }

export type SmallServer = {
  readonly url: string
  readonly requests: ReceivedRequest[]
  stop(): Promise<void>
}

const answered = (answer: (request: ReceivedRequest) => Reply, request: ReceivedRequest): Reply => {
  try {
    return answer(request)
  } catch (error) {
    return { status: 500, body: { error: { message: String(error) } } }
  }
}

/** Bodies that are no text become JSON; what is thrown becomes status 500. */
export async function startHttpServer(answer: (request: ReceivedRequest) => Reply): Promise<SmallServer> {
  const requests: ReceivedRequest[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { method = 'GET', url = '/', headers } = request
      const received = { method, path: url, headers, body: Buffer.concat(parts).toString('utf8') }
      requests.push(received)
      const { status = 200, contentType = 'application/json', body } = answered(answer, received)
      response.writeHead(status, { 'content-type': contentType })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
