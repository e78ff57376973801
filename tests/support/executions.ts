/** Runs of scripts over the API, as a program that is told of them sees them. */
import { setTimeout as pause } from 'node:timers/promises'
import type { ExecutionFrame, ExecutionResult } from '@braid/contract/execution.ts'
import { isOver } from '@braid/contract/execution.ts'
import type { TestServer } from './server.ts'

/** What answers have of which tests take hold, whichever it is. */
type Body = {
  readonly executionKey: string
  readonly state: string
  readonly detail: string
  readonly secret: string
  readonly lastFailure?: { readonly message: string }
  readonly items: readonly {
    readonly executionKey: string
    readonly type: string
    readonly state: string
    readonly language: string
    readonly version: string
    readonly script: string
  }[]
  readonly page: { readonly endCursor: string }
}

export type Answered = { readonly status: number; readonly headers: Headers; readonly body: Body }

export type Executions = ReturnType<typeof createExecutionsOf>

type Credentials = Readonly<Record<string, string>>
const keyOf = (apiKey: string): Credentials => ({ authorization: `Bearer ${apiKey}` })

export const createExecutions = (
  server: Pick<TestServer, 'url' | 'apiKey'>,
  apiKey: string = server.apiKey,
): Executions => createExecutionsOf(server, keyOf(apiKey))

/** Of who has these headers, such as those of a session. */
export function createExecutionsOf(server: Pick<TestServer, 'url'>, credentials: Credentials) {
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered> => {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: {
        ...credentials,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? {} : JSON.parse(text)) as Body,
    }
  }

  const ask = async (request: object): Promise<string> => {
    const { status, body } = await call('POST', '/execute', request)
    if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`)
    return body.executionKey
  }

  /** Frames as they come, each with its SSE id. */
  async function* follow(
    executionKey: string,
    lastEventId?: string,
    signal?: AbortSignal,
  ): AsyncGenerator<ExecutionFrame & { readonly id?: string }> {
    const response = await fetch(`${server.url}/api/v1/events/executions/${executionKey}`, {
      headers: {
        ...credentials,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
      ...(signal === undefined ? {} : { signal }),
    })
    if (response.status !== 200 || response.body === null) throw new Error(`${response.status}`)
    let text = ''
    for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
      const frames = `${text}${part}`.split('\n\n')
      text = frames.pop() ?? ''
      for (const frame of frames) {
        const data = /^data: (.*)$/m.exec(frame)?.[1]
        const id = /^id: (.*)$/m.exec(frame)?.[1]
        if (data !== undefined) yield { ...JSON.parse(data), ...(id === undefined ? {} : { id }) }
      }
    }
  }

  const result = async (executionKey: string): Promise<ExecutionResult> =>
    (await call('GET', `/executions/${executionKey}/result`)).body as unknown as ExecutionResult

  /** By its stream, which ends with it. */
  const ended = async (executionKey: string): Promise<ExecutionResult> => {
    for await (const _ of follow(executionKey)) {
      // Until the end.
    }
    const run = await result(executionKey)
    if (!isOver(run.state)) throw new Error(`the stream of ${executionKey} ended while it is ${run.state}`)
    return run
  }

  /** Also when it is over already. */
  const begun = async (executionKey: string): Promise<void> => {
    while ((await call('GET', `/executions/${executionKey}`)).body.state === 'QUEUED') await pause(20)
  }

  return {
    call,
    ask,
    begun,
    follow,
    result,
    ended,
    run: async (request: object) => ended(await ask(request)),
    /** Resolves once this node has found out what it can run. */
    ready: async (): Promise<void> => {
      while ((await call('GET', '/runtimes')).body.items.length === 0) {
        await pause(50)
      }
    },
  }
}
