import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { expect, test } from 'vitest'
import {
  createEmptyDatabase,
  createTestDatabase,
  type TestDatabase,
} from '../../../tests/support/database.ts'
import { migrate, readMigrations } from './migrate.ts'

const snapshot = fileURLToPath(new URL('./schema.sql', import.meta.url))

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

async function withDatabase(
  create: Promise<TestDatabase>,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const database = await create
  try {
    await work(database.url)
  } finally {
    await database.drop()
  }
}

/** The schema as the catalogue knows it, in an order that does not depend on how it came about. */
async function describeSchema(url: string): Promise<string> {
  const tables = await query<{ name: string; columns: string; options: string | null }>(
    url,
    `select c.relname as name, array_to_string(c.reloptions, ', ') as options,
       string_agg(format('  %s %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
         case when a.attnotnull then ' not null' else '' end,
         case a.attidentity when 'a' then ' generated always as identity'
           else coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') end), E',\\n' order by a.attnum) as columns
     from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
     group by c.oid order by c.relname`,
  )
  const constraints = await query<{ table_name: string; definition: string }>(
    url,
    `select conrelid::regclass::text as table_name, format('%s %s', conname, pg_get_constraintdef(oid)) as definition
     from pg_constraint
     where connamespace = 'public'::regnamespace and contype in ('p', 'u', 'f', 'c')
     order by 1, 2`,
  )
  const indexes = await query<{ table_name: string; definition: string }>(
    url,
    `select tablename as table_name, indexdef as definition from pg_indexes where schemaname = 'public' order by indexname`,
  )
  const sequences = await query<{ name: string; max: string }>(
    url,
    `select sequencename as name, max_value as max from pg_sequences where schemaname = 'public' order by 1`,
  )
  const linesOf = (table: string, rows: readonly { table_name: string; definition: string }[]): string[] =>
    rows.filter((row) => row.table_name === table).map((row) => `-- ${row.definition}`)
  return [
    '-- The schema after all migrations, from the catalogue of PostgreSQL. `UPDATE_SCHEMA=1` writes it anew.',
    ...sequences.map(({ name, max }) => `sequence ${name} up to ${max}`),
    ...tables.map(({ name, columns, options }) =>
      [
        '',
        `table ${name} (\n${columns}\n)${options === null ? '' : ` with (${options})`}`,
        ...linesOf(name, constraints),
        ...linesOf(name, indexes),
      ].join('\n'),
    ),
    '',
  ].join('\n')
}

test('the snapshot of the schema is what the migrations make', async () => {
  await withDatabase(createTestDatabase(), async (url) => {
    const schema = await describeSchema(url)
    if (process.env.UPDATE_SCHEMA === '1') await writeFile(snapshot, schema)
    expect(schema).toBe(await readFile(snapshot, 'utf8'))
  })
})

test('nodes that start together apply every migration once', async () => {
  await withDatabase(createEmptyDatabase(), async (url) => {
    const all = (await readMigrations()).length
    const counts = await Promise.all([migrate(url), migrate(url), migrate(url)])
    expect(counts.sort((a, b) => a - b)).toEqual([0, 0, all])
    expect(await migrate(url)).toBe(0)
    expect(await query(url, 'select number from migration')).toHaveLength(all)
  })
})

/** A database of an older version. */
async function migrateUntil(url: string, last: number): Promise<void> {
  await query(
    url,
    'create table migration (number int primary key, name text, applied_at timestamptz default now())',
  )
  for (const { number, name, sql } of (await readMigrations()).filter((one) => one.number <= last)) {
    await query(url, sql)
    await query(url, `insert into migration (number, name) values (${number}, '${name}')`)
  }
}

test('runs of scripts are told what began them', async () => {
  await withDatabase(createEmptyDatabase(), async (url) => {
    await migrateUntil(url, 25)
    await query(
      url,
      `insert into execution (key, owner_id, owner, state, language, version, source, stdin, input, timeout_ms, priority,
         retry_of, created_at)
       select key, id, owner, 'COMPLETED', 'bash', '5.2', 'true', '', '{}', 1, 'normal', retry_of, 1 from user_account,
         (values (1, 'admin', null), (2, 'key of mine', null), (3, 'admin', 1), (4, 'admin', null), (5, 'admin', null))
           run (key, owner, retry_of)
       where username = 'admin';
       insert into schedule (key, name, definition_id, kind, origin, timing, anchor, paused, revision, created_at, created_by)
         values (9, 'often', 'script:8', 'script', 'user', '{}', 1, false, 1, 1, 'admin');
       insert into schedule_run (schedule_key, scheduled_for, run_key, backfill, state, begins_at, taken_until)
         values (9, 1, 4, false, 'STARTED', 1, 1), (9, 2, 5, true, 'STARTED', 1, 1)`,
    )
    await migrate(url)
    const triggers = await query(url, 'select trigger from execution order by key')
    expect(triggers.map(({ trigger }) => trigger)).toEqual(['manual', 'api', 'retry', 'schedule', 'backfill'])
  })
})

test('accounts and keys of a database without people keep what they may', async () => {
  await withDatabase(createEmptyDatabase(), async (url) => {
    await migrateUntil(url, 12)
    await query(
      url,
      `insert into user_account (username, display_name, grants) values ('reader', 'Reader', '{job:read}');
       insert into session (id_hash, user_id, created_at, expires_at) select 'hash', id, 1, 2 from user_account where username = 'admin';
       insert into api_key (name, secret_hash, grants, created_at, created_by) values
         ('mine', 'one', '{*}', 1, 'admin'), ('of a key', 'two', '{*}', 1, 'mine'), ('theirs', 'three', '{*}', 1, 'reader')`,
    )
    await migrate(url)
    expect(await query(url, 'select username, role from user_account order by id')).toEqual([
      { username: 'admin', role: 'administrator' },
      { username: 'reader', role: 'user' },
    ])
    const keys =
      'select name, username from api_key join user_account on user_account.id = user_id order by api_key.id'
    expect(await query(url, keys)).toEqual([
      { name: 'mine', username: 'admin' },
      { name: 'of a key', username: 'admin' },
      { name: 'theirs', username: 'reader' },
    ])
    expect(await query(url, 'select id from session')).toHaveLength(1)
  })
})

test('a database of a newer version is refused and left alone', async () => {
  await withDatabase(createTestDatabase(), async (url) => {
    await query(url, `insert into migration (number, name) values (9000, '9000_future')`)
    await expect(migrate(url)).rejects.toThrow('migration 9000, which this version does not know')
  })
})

test('without a database the failure says that it is unavailable', async () => {
  await expect(migrate('postgres://nobody@127.0.0.1:1/none')).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'ECONNREFUSED',
  })
})
