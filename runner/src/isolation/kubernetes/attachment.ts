/**
 * Says something to the process in a pod over the API server, and waits for its end. Frames of the protocol begin with the
 * number of a channel (https://kubernetes.io/docs/reference/using-api/websockets/); the last one tells how it went.
 */
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { KubeConfig, V1Status } from '@kubernetes/client-node'
import WebSocket, { type ClientOptions, type RawData } from 'ws'
import type { ApiFailure } from './api-failure.ts'

const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io']
const inputChannel = 0
const statusChannel = 3
const openPatienceMs = 5_000
/** Of what comes back nothing is wanted but the status. */
const maxPayloadBytes = 1024 * 1024

export async function sayAndWait(
  config: KubeConfig,
  url: URL,
  text: string,
  signal: AbortSignal,
): Promise<Result<undefined, ApiFailure>> {
  const options: ClientOptions = { handshakeTimeout: openPatienceMs, maxPayload: maxPayloadBytes }
  try {
    await config.applyToHTTPSOptions(options)
  } catch (error) {
    return failure({ status: 0, message: error instanceof Error ? error.message : String(error) })
  }
  return await new Promise((resolve) => {
    const socket = new WebSocket(url, protocols, options)
    const settle = (result: Result<undefined, ApiFailure>): void => {
      signal.removeEventListener('abort', abort)
      resolve(result)
      socket.terminate()
    }
    const fail = (status: number, message: string): void => settle(failure({ status, message }))
    const abort = (): void => fail(0, 'it was given up')
    socket.on('open', () => socket.send(Buffer.concat([Buffer.of(inputChannel), Buffer.from(text)])))
    socket.on('message', (data) => {
      const status = statusIn(data)
      if (status?.status === 'Success') settle(success(undefined))
      else if (status !== undefined) fail(status.code ?? 500, status.message ?? 'it failed')
    })
    socket.on('unexpected-response', (_, { statusCode = 0, statusMessage = '' }) =>
      fail(statusCode, statusMessage),
    )
    socket.on('error', ({ message }) => fail(0, message))
    socket.on('close', () => fail(0, 'the connection was closed'))
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
  })
}

function statusIn(data: RawData): V1Status | undefined {
  if (!Buffer.isBuffer(data) || data[0] !== statusChannel) return undefined
  try {
    return JSON.parse(data.toString('utf8', 1)) as V1Status
  } catch {
    return { status: 'Failure', message: 'its status can’t be read' }
  }
}
