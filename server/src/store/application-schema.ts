/**
 * A schema of its own for each application that has tables, and a role that owns it and can reach nothing else. The
 * role signs in by itself: a role that a session only took on could be put off again by any statement.
 */
import { createHash, randomBytes } from 'node:crypto'
import pg from 'pg'
import { type Database, openApplicationDatabase, type PooledDatabase } from './database.ts'
import { advisoryLocks } from './key-sequence.ts'

export type ApplicationSchemas = {
  /** Makes the role and the schema where they are missing, then connects with the first statement. */
  open(application: string): Promise<Database>
  /** Those not applied yet, in order, each once over all nodes. Throws when one changed after it was applied. */
  migrate(application: string, statements: readonly string[]): Promise<void>
  /** Whether the extension can be used; made available when it can be. */
  hasExtension(name: string): Promise<boolean>
  close(): Promise<void>
}

/** Extensions that add types, functions and indexes and reach nothing outside the database. */
const harmlessExtensions = new Set([
  ...['vector', 'pg_trgm', 'unaccent', 'citext', 'hstore', 'ltree', 'intarray', 'cube', 'earthdistance'],
  ...['btree_gin', 'btree_gist', 'fuzzystrmatch', 'pgcrypto', 'uuid-ossp', 'tablefunc', 'seg', 'isn'],
])

/** Of one application and node. */
const poolSize = 3

export function createApplicationSchemas(database: Database, url: string): ApplicationSchemas {
  const open = new Map<string, Promise<PooledDatabase>>()

  const connect = async (application: string): Promise<PooledDatabase> => {
    const { role, password } = await ensureSchema(database, application)
    const own = new URL(url)
    own.username = role
    own.password = password
    return openApplicationDatabase({
      url: own.href,
      max: poolSize,
      applicationName: `braid-app-${application}`,
    })
  }

  const opened = (application: string): Promise<PooledDatabase> => {
    let pool = open.get(application)
    if (pool === undefined) {
      pool = connect(application)
      open.set(application, pool)
      // The next call tries again.
      pool.catch(() => open.delete(application))
    }
    return pool
  }

  return {
    open: opened,
    migrate: async (application, statements) => migrateSchema(await opened(application), statements),
    hasExtension: async (name) => {
      if (!harmlessExtensions.has(name)) return false
      const [row] = await database.run<{ installed: string | null }>({
        text: 'select installed_version as installed from pg_available_extensions where name = $1',
        values: [name],
      })
      if (row === undefined) return false
      if (row.installed === null) {
        await database.run({
          text: `create extension if not exists ${pg.escapeIdentifier(name)} schema public`,
        })
      }
      return true
    },
    close: async () => {
      const pools = await Promise.allSettled(open.values())
      await Promise.all(pools.map((pool) => (pool.status === 'fulfilled' ? pool.value.close() : undefined)))
    },
  }
}

type ApplicationRole = { readonly role: string; readonly password: string }

/** `my-documents` has schema and role `app_my_documents`. */
export const schemaOf = (application: string): string => `app_${application.replaceAll('-', '_')}`

/** Roles belong to the server, not the database, so another installation on it may have one by the same name. */
async function roleName(database: Database, application: string): Promise<string> {
  const [row] = await database.run<{ oid: string }>({
    text: 'select oid::text as oid from pg_database where datname = current_database()',
  })
  return `${schemaOf(application).slice(0, 50)}_${row?.oid}`
}

function ensureSchema(database: Database, application: string): Promise<ApplicationRole> {
  return database.transaction(async (joined) => {
    await joined.run({
      text: 'select pg_advisory_xact_lock($1, $2)',
      values: [advisoryLocks.space, advisoryLocks.applications],
    })
    const [known] = await joined.run<ApplicationRole>({
      text: `select role, password from application_role
             where application = $1 and role in (select rolname from pg_roles)`,
      values: [application],
    })
    if (known !== undefined) return known
    const made = {
      role: await roleName(joined, application),
      password: randomBytes(24).toString('base64url'),
    }
    await createRole(joined, application, made)
    await joined.run({
      text: `insert into application_role (application, role, password) values ($1, $2, $3)
             on conflict (application) do update set role = excluded.role, password = excluded.password`,
      values: [application, made.role, made.password],
    })
    return made
  })
}

async function createRole(
  database: Database,
  application: string,
  { role, password }: ApplicationRole,
): Promise<void> {
  const name = pg.escapeIdentifier(role)
  const schema = pg.escapeIdentifier(schemaOf(application))
  const [present] = await database.run({ text: 'select from pg_roles where rolname = $1', values: [role] })
  if (present === undefined) await database.run({ text: `create role ${name}` })
  for (const text of [
    `alter role ${name} login noinherit nosuperuser nocreatedb nocreaterole noreplication
       connection limit 50 password ${pg.escapeLiteral(password)}`,
    `alter role ${name} set search_path = ${schema}, public`,
    `alter role ${name} set statement_timeout = '60s'`,
    // Who makes a schema for another role must be in that role.
    `grant ${name} to current_user`,
    `create schema if not exists ${schema} authorization ${name}`,
  ]) {
    await database.run({ text })
  }
}

const table = 'applied_migration'

/** What was applied is kept in the schema itself, so that it is stored with what it did. */
async function migrateSchema(database: Database, statements: readonly string[]): Promise<void> {
  if (statements.length === 0) return
  await database.transaction(async (joined) => {
    await joined.run({ text: 'select pg_advisory_xact_lock(hashtext(current_user), 1)' })
    await joined.run({
      text: `create table if not exists ${table} (number int primary key, checksum text not null)`,
    })
    const applied = await joined.run<{ number: number; checksum: string }>({
      text: `select number, checksum from ${table} order by number`,
    })
    if (applied.length > statements.length) {
      throw new Error(
        `migrations: ${applied.length} are applied, ${statements.length} are there: append only`,
      )
    }
    for (const [index, statement] of statements.entries()) {
      const checksum = createHash('sha256').update(statement).digest('hex')
      const before = applied[index]
      if (before !== undefined && before.checksum !== checksum) {
        throw new Error(`migrations[${index}] was changed after it was applied: append another one instead`)
      }
      if (before !== undefined) continue
      try {
        await joined.run({ text: statement })
      } catch (error) {
        throw new Error(`migrations[${index}]: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        })
      }
      await joined.run({
        text: `insert into ${table} (number, checksum) values ($1, $2)`,
        values: [index, checksum],
      })
    }
  })
}
