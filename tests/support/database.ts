/** Databases of their own for tests: copies of a migrated template, made in a few milliseconds. */
import { createHash, randomUUID } from 'node:crypto'
import pg from 'pg'
import { migrate, readMigrations } from '../../server/src/store/migrate.ts'

/** URL of a server where databases may be created. */
export const databaseUrlVariable = 'BRAID_TEST_DATABASE_URL'

const templateLock = 0x7465

function serverUrl(): string {
  const url = process.env[databaseUrlVariable]
  if (url === undefined)
    throw new Error(`expected ${databaseUrlVariable}, set by tests/support/global-setup.ts`)
  return url
}

function urlOf(database: string): string {
  const url = new URL(serverUrl())
  url.pathname = `/${database}`
  return url.href
}

async function withServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: serverUrl() })
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

/** Test files run at the same time: the first makes the template, under a name of its own until it is complete. */
async function ensureTemplate(client: pg.Client): Promise<string> {
  const name = await templateName()
  await client.query('select pg_advisory_lock($1)', [templateLock])
  try {
    if (await exists(client, name)) return name
    const draft = `${name}_draft`
    await client.query(`drop database if exists ${draft}`)
    await client.query(`create database ${draft}`)
    await migrate(urlOf(draft))
    await client.query(`alter database ${draft} rename to ${name}`)
    return name
  } finally {
    await client.query('select pg_advisory_unlock($1)', [templateLock])
  }
}

export type TestDatabase = { readonly url: string; drop(): Promise<void> }

const createFrom = (template: string | undefined): Promise<TestDatabase> =>
  withServer(async (client) => {
    const source = template ?? (await ensureTemplate(client))
    const name = `braid_test_${randomUUID().replaceAll('-', '')}`
    await client.query(`create database ${name} template ${source}`)
    return {
      url: urlOf(name),
      drop: () =>
        withServer(async (server) => {
          await server.query(`drop database if exists ${name} with (force)`)
        }),
    }
  })

/** A migrated database. */
export const createTestDatabase = (): Promise<TestDatabase> => createFrom(undefined)

/** A database without any table. */
export const createEmptyDatabase = (): Promise<TestDatabase> => createFrom('template0')
