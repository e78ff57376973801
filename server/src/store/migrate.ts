/** Brings a database to the newest schema: numbered files in `migrations/`, each applied once, in order. */
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { advisoryLocks } from './key-sequence.ts'
import { toStoreError } from './store-error.ts'

export type Migration = { readonly number: number; readonly name: string; readonly sql: string }

const folder = fileURLToPath(new URL('./migrations/', import.meta.url))
const minServerVersion = 150_000

export async function readMigrations(): Promise<readonly Migration[]> {
  const files = (await readdir(folder)).filter((file) => /^\d{4}_[a-z0-9_]+\.sql$/.test(file)).sort()
  const migrations = await Promise.all(
    files.map(async (file) => ({
      number: Number(file.slice(0, 4)),
      name: file.slice(0, -4),
      sql: await readFile(`${folder}${file}`, 'utf8'),
    })),
  )
  if (new Set(migrations.map(({ number }) => number)).size < migrations.length) {
    throw new Error('two migrations have the same number')
  }
  return migrations
}

async function appliedMigrations(client: pg.Client): Promise<ReadonlySet<number>> {
  await client.query(`
    create table if not exists migration (
      number int primary key,
      name text not null,
      applied_at timestamptz not null default now()
    )`)
  const result = await client.query<{ number: number }>('select number from migration')
  return new Set(result.rows.map((row) => row.number))
}

async function applyPending(client: pg.Client, migrations: readonly Migration[]): Promise<number> {
  const applied = await appliedMigrations(client)
  const known = new Set(migrations.map(({ number }) => number))
  const unknown = [...applied].filter((number) => !known.has(number))
  if (unknown.length > 0) {
    throw new Error(`the database has migration ${unknown.join(', ')}, which this version does not know`)
  }
  const pending = migrations.filter(({ number }) => !applied.has(number))
  for (const migration of pending) {
    await client.query(migration.sql)
    await client.query('insert into migration (number, name) values ($1, $2)', [
      migration.number,
      migration.name,
    ])
  }
  return pending.length
}

/**
 * Applies what is missing in one transaction, under a lock, so that nodes may start together.
 * Answers how many were applied. Throws when the server is too old or the database is newer than this program.
 */
export async function migrate(url: string): Promise<number> {
  const migrations = await readMigrations()
  const client = new pg.Client({ connectionString: url, application_name: 'braid-migrate' })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const version = await client.query<{ number: number }>(
      `select current_setting('server_version_num')::int as number`,
    )
    const found = version.rows[0]?.number ?? 0
    if (found < minServerVersion) {
      throw new Error(`PostgreSQL 15 or newer is needed, the server is ${Math.floor(found / 10_000)}`)
    }
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock($1, $2)', [advisoryLocks.space, advisoryLocks.migrate])
    const count = await applyPending(client, migrations)
    await client.query('commit')
    return count
  } catch (error) {
    throw toStoreError(error)
  } finally {
    await client.end().catch(() => undefined)
  }
}
