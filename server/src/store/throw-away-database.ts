/** Databases that live as long as one test: copies of a migrated template, made in a few milliseconds. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { removeEmbeddedPostgres, startEmbeddedPostgres } from './embedded/embedded-postgres.ts'
import { migrate, readMigrations } from './migrate.ts'

export type ThrowAwayDatabase = { readonly url: string; drop(): Promise<void> }

const templateLock = 0x7465

/** A PostgreSQL in a temporary folder, for any number of databases; `drop` leaves nothing of it. */
export async function startThrowAwayServer(): Promise<ThrowAwayDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'braid-test-'))
  const server = await startEmbeddedPostgres({
    dataDir,
    settings: {
      // Tests kill processes, not machines: without waiting for the disk they take half the time.
      ...{ fsync: 'off', full_page_writes: 'off' },
      // Files side by side start several nodes each.
      max_connections: '300',
    },
  })
  return {
    url: server.url,
    drop: async () => {
      await server.stop()
      await removeEmbeddedPostgres(dataDir)
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** A migrated database on the server, or on one that is started for it. */
export async function createThrowAwayDatabase(serverUrl: string | undefined): Promise<ThrowAwayDatabase> {
  if (serverUrl !== undefined) return createDatabase(serverUrl)
  const server = await startThrowAwayServer()
  try {
    await migrate(server.url)
    return server
  } catch (error) {
    await server.drop()
    throw error
  }
}

/** `template`: what it is a copy of; all tables without any rows unless said. */
export function createDatabase(serverUrl: string, template?: string): Promise<ThrowAwayDatabase> {
  return withServer(serverUrl, async (client) => {
    const source = template ?? (await ensureTemplate(serverUrl, client))
    const name = `braid_test_${randomUUID().replaceAll('-', '')}`
    await client.query(`create database ${name} template ${source}`)
    return {
      url: urlOf(serverUrl, name),
      drop: () =>
        withServer(serverUrl, async (server) => {
          await server.query(`drop database if exists ${name} with (force)`)
        }),
    }
  })
}

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}

async function withServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Named after what is in it, so that changed migrations get a new one. */
async function templateName(): Promise<string> {
  const hash = createHash('sha256')
  for (const { sql } of await readMigrations()) hash.update(sql)
  return `braid_template_${hash.digest('hex').slice(0, 16)}`
}

async function exists(client: pg.Client, database: string): Promise<boolean> {
  const result = await client.query('select from pg_database where datname = $1', [database])
  return result.rowCount === 1
}

/** Processes ask at the same time: the first makes the template, under a name of its own until it is complete. */
async function ensureTemplate(serverUrl: string, client: pg.Client): Promise<string> {
  const name = await templateName()
  await client.query('select pg_advisory_lock($1)', [templateLock])
  try {
    if (await exists(client, name)) return name
    const draft = `${name}_draft`
    await client.query(`drop database if exists ${draft}`)
    await client.query(`create database ${draft}`)
    await migrate(urlOf(serverUrl, draft))
    await client.query(`alter database ${draft} rename to ${name}`)
    return name
  } finally {
    await client.query('select pg_advisory_unlock($1)', [templateLock])
  }
}
