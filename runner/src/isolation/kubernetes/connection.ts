/**
 * Talks with the API server of Kubernetes, over connections that are kept. The client library reads the configuration and
 * signs in; its own calls would open a connection each, and its logs don't tell when they broke off.
 */
import { randomInt } from 'node:crypto'
import http, { type IncomingMessage } from 'node:http'
import https, { type RequestOptions } from 'node:https'
import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { KubeConfig } from '@kubernetes/client-node'
import type { ApiFailure } from './api-failure.ts'
import { sayAndWait } from './attachment.ts'

const answerPatienceMs = 15_000
/** A watch tells each minute that it lives; a silent log is opened again. */
const idlePatienceMs = 150_000
const maxAnswerBytes = 64 * 1024 * 1024
const maxTries = 6
const firstPauseMs = 100
const maxPauseMs = 10_000
/** Too many requests, and what servers and the proxies before them say while they start, stop or are overloaded. */
const passing = new Set([0, 429, 500, 502, 503, 504])

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

export type Call = {
  /** JSON; a PATCH is a merge patch. */
  readonly body?: unknown
  readonly signal?: AbortSignal
}

export type Connection = {
  /**
   * Asks for or changes an object. What may go better soon is tried again, so a change can have happened although it is
   * refused in the end: whoever creates must take 409 for an answer, whoever deletes 404.
   */
  call<T>(method: Method, path: string, call?: Call): Promise<Result<T, ApiFailure>>
  /** An answer that goes on, like a watch or a log. One try; the stream fails when the connection breaks. */
  open(path: string, signal: AbortSignal): Promise<Result<Readable, ApiFailure>>
  /** Says something to a process, by the path of its attachment, and waits for its end. One try. */
  say(path: string, text: string, signal: AbortSignal): Promise<Result<undefined, ApiFailure>>
  close(): void
}

export function connect(config: KubeConfig): Connection {
  const cluster = config.getCurrentCluster()
  if (cluster === null) throw new Error('expected a cluster in the configuration of Kubernetes')
  const server = new URL(cluster.server)
  const library = server.protocol === 'http:' ? http : https
  // Where there is a proxy on the way, the agent of the client library knows it.
  const agent = cluster.proxyUrl === undefined ? new library.Agent({ keepAlive: true }) : undefined
  const urlOf = (path: string): URL => new URL(server.pathname.replace(/\/$/, '') + path, server)
  const send = async (method: Method, path: string, { body, signal }: Call): Promise<IncomingMessage> => {
    const options: RequestOptions = {}
    await config.applyToHTTPSOptions(options)
    if (agent !== undefined) options.agent = agent
    const text = body === undefined ? undefined : JSON.stringify(body)
    const headers = {
      ...options.headers,
      accept: 'application/json, */*',
      ...(text === undefined
        ? {}
        : {
            'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
            'content-length': Buffer.byteLength(text),
          }),
    }
    return await answerTo(
      library.request(urlOf(path), {
        ...options,
        method,
        headers,
        ...(signal === undefined ? {} : { signal }),
      }),
      text,
    )
  }

  const once = async <T>(method: Method, path: string, call: Call): Promise<Attempt<T>> => {
    try {
      const answer = await send(method, path, call)
      const text = await textOf(answer)
      const status = answer.statusCode ?? 0
      const waitMs = Number(answer.headers['retry-after'] ?? 0) * 1_000
      if (status >= 400) return { ...failure({ status, message: messageIn(text) }), waitMs }
      return { ...success(JSON.parse(text) as T), waitMs: 0 }
    } catch (error) {
      return { ...failure({ status: 0, message: messageOf(error) }), waitMs: 0 }
    }
  }

  return {
    call: async <T>(method: Method, path: string, call: Call = {}): Promise<Result<T, ApiFailure>> => {
      for (let tries = 1; ; tries += 1) {
        const attempt = await once<T>(method, path, call)
        if (attempt.ok || !passing.has(attempt.error.status) || tries === maxTries) return attempt
        const ownMs = firstPauseMs * 2 ** tries + randomInt(firstPauseMs)
        const waitMs = Math.min(maxPauseMs, Math.max(ownMs, attempt.waitMs || 0))
        if (!(await paused(waitMs, call.signal))) return attempt
      }
    },
    open: async (path, signal) => {
      try {
        const answer = await send('GET', path, { signal })
        const status = answer.statusCode ?? 0
        if (status >= 400) return failure({ status, message: messageIn(await textOf(answer)) })
        return success(answer)
      } catch (error) {
        return failure({ status: 0, message: messageOf(error) })
      }
    },
    say: (path, text, signal) => sayAndWait(config, urlOf(path), text, signal),
    close: () => agent?.destroy(),
  }
}

type Attempt<T> = Result<T, ApiFailure> & { readonly waitMs: number }

function answerTo(request: http.ClientRequest, text: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      request.destroy(new Error(`no answer within ${answerPatienceMs / 1_000} s`))
    }, answerPatienceMs)
    request.on('response', (answer) => {
      clearTimeout(late)
      answer.setTimeout(idlePatienceMs, () => answer.destroy(new Error('the connection has fallen silent')))
      resolve(answer)
    })
    request.on('error', (error) => {
      clearTimeout(late)
      reject(error)
    })
    request.end(text)
  })
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const late = setTimeout(() => answer.destroy(new Error('the answer did not end')), answerPatienceMs)
  try {
    const pieces: Buffer[] = []
    let bytes = 0
    for await (const data of answer as AsyncIterable<Buffer>) {
      pieces.push(data)
      bytes += data.length
      if (bytes > maxAnswerBytes) throw new Error(`expected an answer of at most ${maxAnswerBytes} bytes`)
    }
    return Buffer.concat(pieces).toString()
  } finally {
    clearTimeout(late)
  }
}

/** What the API server says in a Status, or the text as it is. */
function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown }
    if (typeof message === 'string') return message
  } catch {
    // No Status: a proxy has answered.
  }
  return text.slice(0, 500)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** False when it was ended early. */
export async function paused(ms: number, signal?: AbortSignal): Promise<boolean> {
  try {
    await pause(ms, undefined, signal === undefined ? {} : { signal })
    return true
  } catch {
    return false
  }
}
