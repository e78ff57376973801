/** What comes in over HTTP as it should not, and what every one of them has to leave as it was. */
import { problem } from '@braid/contract/problem.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as documents from './documents.ts'
import { type Answer, type ProbedServer, type Stall, startProbedServer } from './probed-server.ts'

export type Case = readonly [name: string, ask: () => Promise<Answer>, status: number, detail: RegExp]

export type Asked = {
  readonly server: () => ProbedServer
  readonly send: ProbedServer['send']
  deploy(name: string, content: string | Uint8Array<ArrayBuffer>): Promise<Answer>
  /** Starts a process instance. */
  create(body: unknown): Promise<Answer>
  /** Of an unknown process, with variables written by hand, for what JSON.stringify can't write. */
  createWith(variables: string): Promise<Answer>
  /** A test of each: a problem says what was expected, others need not wait for it, and nothing is stored. */
  refuses(cases: readonly Case[]): void
  /** What `ask` gives; others need not wait for it, and nothing is stored. */
  unharmed<T>(name: string, ask: () => Promise<T>): Promise<T>
}

/** The bar: a server that computes longer at a stretch keeps everybody else waiting. */
const longestStallMs = 200

export const megabytes = (count: number): number => count * 1024 * 1024

export const bytes = (...values: readonly number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values)
export const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

/** A server for the tests of a file. */
export function askedServer(): Asked {
  let server: ProbedServer
  const stalls: string[] = []
  const send: ProbedServer['send'] = (...parameters) => server.send(...parameters)
  const deploy: Asked['deploy'] = (name, content) => server.deploy({ [name]: content })

  beforeAll(async () => {
    server = await startProbedServer()
    // The first requests compile code; what they cost is not the input's fault.
    await send('/jobs/activation', '{}')
    await deploy('warm.bpmn', documents.documentOf(''))
  })
  afterAll(async () => {
    // Others are answered as before.
    expect(await send('/topology', undefined, { method: 'GET' })).toMatchObject({ status: 200 })
    console.log(`longest stalls, the thread's own computing / wall clock:\n${stalls.join('\n')}`)
    await server.stop()
  })

  const unharmed: Asked['unharmed'] = async (name, ask) => {
    const stored = await server.countRows()
    await server.stall()
    const answer = await ask()
    const stall = await server.stall()
    stalls.push(lineOf(name, stall))
    expect(stall.busyMs).toBeLessThanOrEqual(longestStallMs)
    expect(await server.countRows()).toEqual(stored)
    return answer
  }

  return {
    server: () => server,
    send,
    deploy,
    create: (body) => send('/process-instances', JSON.stringify(body)),
    createWith: (variables) =>
      send('/process-instances', `{"processDefinitionId":"unknown","variables":${variables}}`),
    refuses: (cases) =>
      test.each(cases)('%s', async (name, ask, status, detail) => {
        const answer = await unharmed(name, ask)
        expect(answer.status, answer.body.slice(0, 1_000)).toBe(status)
        expect(answer.contentType).toContain('application/problem+json')
        const parsed = problem.parse(JSON.parse(answer.body))
        expect(parsed.status).toBe(status)
        expect(parsed.detail).toMatch(detail)
      }),
    unharmed,
  }
}

const lineOf = (name: string, { busyMs, wallMs }: Stall): string =>
  `${String(busyMs).padStart(5)} / ${String(wallMs).padStart(5)} ms  ${name}`
