/**
 * Whatever comes in over HTTP: a 4xx problem says what was expected, the event loop of the server stays free for
 * others, and nothing of it is stored.
 */
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@braid/contract/client.ts'
import { problem } from '@braid/contract/problem.ts'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiKey, type BraidProcess, clientOf, freePort, startBraid } from '../chaos/braid-process.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import * as documents from './bad-documents.ts'

/** The bar: a server that computes longer at a stretch keeps everybody else waiting. */
const longestStallMs = 200

let database: TestDatabase
let server: BraidProcess
let client: Client
let stored: Readonly<Record<string, number>>
const stalls: string[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startBraid({
    port: await freePort(),
    settings: { BRAID_DATABASE_URL: database.url, BRAID_SEED: 'none', BRAID_LOG_LEVEL: 'fatal' },
    nodeArguments: ['--import', new URL('./stall-probe.ts', import.meta.url).href],
  })
  client = clientOf(server.url)
  await prepare()
  // The first requests compile code; what they cost is not the input's fault.
  await send('/jobs/activation', '{}')
  await deploy('warm.bpmn', documents.documentOf(''))
  stored = await countRows()
  await readStall()
})
afterAll(async () => {
  console.log(`longest stalls, the thread's own computing / wall clock:\n${stalls.join('\n')}`)
  await server.stop()
  await database.drop()
})

type Answer = { readonly status: number; readonly contentType: string; readonly body: string }

const headers = { authorization: `Bearer ${apiKey}` }
const json = { ...headers, 'content-type': 'application/json' }

async function answerOf(response: Response): Promise<Answer> {
  const contentType = response.headers.get('content-type') ?? ''
  return { status: response.status, contentType, body: await response.text() }
}

async function send(
  path: string,
  body: string | Uint8Array<ArrayBuffer> | undefined,
  settings: { readonly method?: string; readonly headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method: settings.method ?? 'POST',
    headers: settings.headers ?? json,
    ...(body === undefined ? {} : { body }),
  })
  return answerOf(response)
}

async function deploy(name: string, content: string | Uint8Array<ArrayBuffer>, field = 'resources'): Promise<Answer> {
  const form = new FormData()
  form.append(field, new Blob([content]), name)
  const response = await fetch(`${server.url}/api/v1/deployments`, { method: 'POST', headers, body: form })
  return answerOf(response)
}

type Flood = Answer & { readonly sentBytes: number }

/** Sends a body piece by piece until all is sent or the server answers. */
function flood(path: string, extraHeaders: Record<string, string>, head: string, totalBytes: number): Promise<Flood> {
  return new Promise((resolve, reject) => {
    let sentBytes = 0
    let answered = false
    const outgoing = request(`${server.url}/api/v1${path}`, { method: 'POST', headers: { ...headers, ...extraHeaders } })
    outgoing.on('response', (response) => {
      answered = true
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk
      })
      const done = (): void => {
        outgoing.destroy()
        resolve({
          status: response.statusCode ?? 0,
          contentType: response.headers['content-type'] ?? '',
          body,
          sentBytes,
        })
      }
      response.once('end', done).once('error', done)
    })
    // A server that has said enough may close while we still send.
    outgoing.on('error', (error) => {
      if (!answered) reject(error)
    })
    const piece = Buffer.alloc(64 * 1024, 'a')
    const pump = (): void => {
      if (answered || sentBytes >= totalBytes) return void (answered || outgoing.end())
      sentBytes += piece.length
      if (outgoing.write(piece)) setImmediate(pump)
      else outgoing.once('drain', pump)
    }
    outgoing.write(head, pump)
  })
}

type Stall = { readonly wallMs: number; readonly busyMs: number }

/** The longest stall since the last look. */
async function readStall(): Promise<Stall> {
  const lines = (): readonly string[] => server.output().match(/^stall .*$/gm) ?? []
  const before = lines().length
  process.kill(server.pid, 'SIGUSR2')
  while (lines().length === before) await sleep(2)
  return JSON.parse(lines().at(-1)?.slice('stall '.length) ?? '') as Stall
}

async function countRows(): Promise<Readonly<Record<string, number>>> {
  const connection = new pg.Client({ connectionString: database.url })
  await connection.connect()
  try {
    const counts: Record<string, number> = {}
    for (const table of ['deployment', 'definition', 'resource', 'start_subscription', 'instance', 'history', 'variable', 'job', 'user_task', 'message']) {
      const { rows } = await connection.query<{ rows: number }>(`select count(*)::int as rows from ${table}`)
      counts[table] = rows[0]?.rows ?? -1
    }
    return counts
  } finally {
    await connection.end()
  }
}
