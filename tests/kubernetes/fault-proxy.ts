/** Stands before the API server and does to requests what networks and servers do on bad days. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { request as askServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** What happens to one request; undefined: it passes. */
export type Fault =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers?: Record<string, string>
      readonly text?: string
    }
  /** Before it reaches the server. */
  | { readonly kind: 'reset' }
  /** After the server has done it. */
  | { readonly kind: 'lose-answer' }
  /** So much of the answer passes, then the connection breaks. */
  | { readonly kind: 'break-after'; readonly bytes: number }
  /** Each piece of the answer comes so much later. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Its head passes, the rest never comes. */
  | { readonly kind: 'silent' }

export type Asked = {
  readonly method: string
  readonly url: string
  readonly isWatch: boolean
  readonly isLog: boolean
  /** Of requests to this proxy, from 0. */
  readonly index: number
}

export type FaultProxy = {
  readonly url: string
  readonly asked: readonly Asked[]
  /** From now on. */
  setFaults(faults: (asked: Asked) => Fault | undefined): void
  close(): Promise<void>
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const asked: Asked[] = []
  let faults: (asked: Asked) => Fault | undefined = () => undefined
  const server = createServer((request, response) => {
    const url = request.url ?? ''
    const one: Asked = {
      ...{ method: request.method ?? '', url, index: asked.length },
      ...{ isWatch: url.includes('watch=true'), isLog: url.includes('/log?') },
    }
    asked.push(one)
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    const fault = faults(one)
    if (fault?.kind === 'reset') request.socket.destroy()
    else if (fault?.kind === 'answer') {
      request.resume()
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
      response.end(fault.text ?? JSON.stringify({ kind: 'Status', code: fault.status, message: 'a fault' }))
    } else forward(target, request, response, fault)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    setFaults: (more) => {
      faults = more
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function forward(
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
  fault: Fault | undefined,
): void {
  const options = { method: request.method, headers: request.headers, rejectUnauthorized: false }
  const onward = askServer(new URL(request.url ?? '', target), options, (answer) => {
    answer.on('error', () => response.destroy())
    if (fault?.kind === 'lose-answer') {
      answer.resume()
      answer.on('end', () => request.socket.destroy())
      return
    }
    response.writeHead(answer.statusCode ?? 500, answer.headers)
    // Of a watch it comes long before the rest.
    response.flushHeaders()
    if (fault === undefined) answer.pipe(response)
    else if (fault.kind === 'slow') passSlowly(answer, response, fault.ms)
    else if (fault.kind === 'break-after') passSome(answer, response, fault.bytes)
  })
  onward.on('error', () => response.destroy())
  response.on('close', () => onward.destroy())
  request.pipe(onward)
}

async function passSlowly(answer: IncomingMessage, response: ServerResponse, ms: number): Promise<void> {
  try {
    for await (const data of answer) {
      await new Promise((resolve) => setTimeout(resolve, ms))
      response.write(data)
    }
    response.end()
  } catch {
    response.destroy()
  }
}

function passSome(answer: IncomingMessage, response: ServerResponse, bytes: number): void {
  let left = bytes
  answer.on('data', (data: Buffer) => {
    if (left <= 0) return
    const part = data.subarray(0, left)
    left -= part.length
    response.write(part, () => {
      if (left <= 0) response.socket?.destroy()
    })
  })
  answer.on('end', () => response.end())
}
