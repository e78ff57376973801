/** A server in a process of its own that tells how long its event loop was held up, and raw requests to it. */
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@braid/contract/client.ts'
import pg from 'pg'
import { apiKey, clientOf, freePort, startBraid } from '../../chaos/braid-process.ts'
import { createTestDatabase } from '../../support/database.ts'

export type Answer = { readonly status: number; readonly contentType: string; readonly body: string }
export type Flood = Answer & { readonly sentBytes: number }
/** See stall-probe.ts. */
export type Stall = { readonly wallMs: number; readonly busyMs: number }
type Bytes = Uint8Array<ArrayBuffer>
type Headers = Readonly<Record<string, string>>

export type ProbedServer = {
  readonly client: Client
  /** A JSON request unless headers say otherwise; paths lie below the mount point. */
  send(
    path: string,
    body?: string | Bytes,
    settings?: { readonly method?: string; readonly headers?: Headers },
  ): Promise<Answer>
  deploy(files: Readonly<Record<string, string | Bytes>>, field?: string): Promise<Answer>
  /** Sends head, then letters piece by piece until all is sent or the server answers. */
  flood(path: string, headers: Headers, head: string, totalBytes: number): Promise<Flood>
  /** The longest stall since the last call. */
  stall(): Promise<Stall>
  /** How many rows there are, by table. */
  countRows(): Promise<Readonly<Record<string, number>>>
  stop(): Promise<void>
}

const authorization = { authorization: `Bearer ${apiKey}` }
export const json: Headers = { 'content-type': 'application/json' }

export async function startProbedServer(): Promise<ProbedServer> {
  const database = await createTestDatabase()
  const server = await startBraid({
    port: await freePort(),
    settings: { BRAID_DATABASE_URL: database.url, BRAID_SEED: 'none', BRAID_LOG_LEVEL: 'fatal' },
    nodeArguments: ['--import', new URL('./stall-probe.ts', import.meta.url).href],
  })
  const urlOf = (path: string): string => `${server.url}/api/v1${path}`
  const stallLines = (): readonly string[] => server.output().match(/^stall .*$/gm) ?? []

  return {
    client: clientOf(server.url),
    send: async (path, body, { method = 'POST', headers = json } = {}) =>
      answerOf(
        await fetch(urlOf(path), {
          method,
          headers: { ...authorization, ...headers },
          ...(body === undefined ? {} : { body }),
        }),
      ),
    deploy: async (files, field = 'resources') => {
      const form = new FormData()
      for (const [name, content] of Object.entries(files)) form.append(field, new Blob([content]), name)
      return answerOf(
        await fetch(urlOf('/deployments'), { method: 'POST', headers: authorization, body: form }),
      )
    },
    flood: (path, headers, head, totalBytes) => flood(urlOf(path), headers, head, totalBytes),
    stall: async () => {
      const before = stallLines().length
      process.kill(server.pid, 'SIGUSR2')
      while (stallLines().length === before) await sleep(2)
      return JSON.parse(stallLines().at(-1)?.slice('stall '.length) ?? '') as Stall
    },
    countRows: () => countRows(database.url),
    stop: async () => {
      await server.stop()
      await database.drop()
    },
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const contentType = response.headers.get('content-type') ?? ''
  return { status: response.status, contentType, body: await response.text() }
}

function flood(url: string, headers: Headers, head: string, totalBytes: number): Promise<Flood> {
  return new Promise((resolve, reject) => {
    let sentBytes = 0
    let answered = false
    const outgoing = request(url, { method: 'POST', headers: { ...authorization, ...headers } })
    outgoing.on('response', (response) => {
      answered = true
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk
      })
      const done = (): void => {
        outgoing.destroy()
        const contentType = response.headers['content-type'] ?? ''
        resolve({ status: response.statusCode ?? 0, contentType, body, sentBytes })
      }
      response.once('end', done).once('error', done)
    })
    outgoing.on('error', (error) => {
      // We hang up after the answer.
      if (!answered) reject(error)
    })
    const piece = Buffer.alloc(64 * 1024, 'a')
    const pump = (): void => {
      if (answered) return
      if (sentBytes >= totalBytes) {
        outgoing.end()
        return
      }
      sentBytes += piece.length
      if (outgoing.write(piece)) setImmediate(pump)
      else outgoing.once('drain', pump)
    }
    outgoing.write(head, pump)
  })
}

const tables = [
  ...['deployment', 'definition', 'resource', 'start_subscription', 'instance', 'history', 'variable'],
  ...['job', 'timer', 'subscription', 'user_task', 'incident', 'outbox'],
]

async function countRows(databaseUrl: string): Promise<Readonly<Record<string, number>>> {
  const connection = new pg.Client({ connectionString: databaseUrl })
  await connection.connect()
  try {
    const counts: Record<string, number> = {}
    const count = async (table: string, condition = 'true'): Promise<void> => {
      const text = `select count(*)::int as rows from ${table} where ${condition}`
      counts[table] = (await connection.query<{ rows: number }>(text)).rows[0]?.rows ?? -1
    }
    for (const table of tables) await count(table)
    // Expired ones are removed by and by.
    await count('message', `expires_at > ${Date.now()}`)
    return counts
  } finally {
    await connection.end()
  }
}
