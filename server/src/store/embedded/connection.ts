/** Connecting to the embedded server, and the database in it. */
import { Client } from 'pg'
import { type Cluster, readPassword, superuser } from './cluster.ts'
import { PostgresStartError } from './postgres-start-error.ts'
import type { Postmaster } from './postmaster.ts'

const database = 'braid'

/** Over the Unix socket where there is one (a fifth less work per round trip), else TCP on the loopback address. */
export function connectionUrl(cluster: Cluster, postmaster: Postmaster): string {
  return urlOf(cluster, postmaster, database)
}

/** Proves that the server is this cluster's and answers; makes the database when it is new. */
export async function openDatabase(cluster: Cluster, postmaster: Postmaster): Promise<void> {
  try {
    await proveIdentity(cluster, postmaster)
  } catch (error) {
    if (codeOf(error) !== databaseIsMissing) throw refusal(cluster, error)
    await withClient(urlOf(cluster, postmaster, 'postgres'), (client) =>
      client.query(`create database ${database}`),
    )
    await proveIdentity(cluster, postmaster)
  }
}

/** PostgreSQL's code `invalid_catalog_name`. */
const databaseIsMissing = '3D000'

async function proveIdentity(cluster: Cluster, postmaster: Postmaster): Promise<void> {
  const served = await withClient(connectionUrl(cluster, postmaster), async (client) => {
    const result = await client.query<{ data_directory: string }>('show data_directory')
    return result.rows[0]?.data_directory
  })
  if (served !== cluster.data) throw new Error(`port ${postmaster.port} serves ${served}`)
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  // An end of the server between two queries is told here; without a listener it would end the process.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function urlOf(cluster: Cluster, postmaster: Postmaster, name: string): string {
  const who = `${superuser}:${readPassword(cluster)}`
  return postmaster.socketFolder === ''
    ? `postgresql://${who}@127.0.0.1:${postmaster.port}/${name}`
    : `postgresql://${who}@localhost:${postmaster.port}/${name}?host=${encodeURIComponent(postmaster.socketFolder)}`
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function refusal(cluster: Cluster, error: unknown): PostgresStartError {
  const reason = error instanceof Error ? error.message : String(error)
  return new PostgresStartError(`The PostgreSQL that runs in ${cluster.folder} can't be used`, reason)
}
