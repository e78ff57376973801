/** Connections to PostgreSQL: two bounded pools, one for the engine and one for searches. */
import pg from 'pg'
import { type StoreError, toStoreError } from './store-error.ts'

export type Statement = {
  readonly text: string
  readonly values?: readonly unknown[]
  /** Parsed and planned once per connection. */
  readonly name?: string
}

/** Runs statements; failures are `StoreError`s. Inside `transaction` they share one connection. */
export type Database = {
  run<Row>(statement: Statement): Promise<readonly Row[]>
  transaction<T>(work: (database: Database) => Promise<T>): Promise<T>
}

/** `degraded`: the last statement found no database. */
export type ConnectionState = 'connecting' | 'ready' | 'degraded' | 'closed'

export type PooledDatabase = Database & {
  readonly state: ConnectionState
  close(): Promise<void>
}

const int8Oid = 20

/** Keys, times and counts stay below 2^53, so bigint columns are read as numbers. */
const types: pg.CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (oid === int8Oid && format !== 'binary') return Number
    return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text')
  },
}

type PoolOptions = {
  readonly url: string
  readonly max: number
  readonly applicationName: string
  readonly connectTimeoutMs: number
  /** Sent once per connection. */
  readonly settings: string
  /** Refuses a text of several statements. */
  readonly onlyOne?: boolean
}

/**
 * Engine statements are lookups by index with parameters. Statistics of tables whose rows come and go are often
 * wrong, and a cached plan that reads a whole table would stay: so the planner may not choose one.
 */
const engineSettings = [
  'set plan_cache_mode = force_generic_plan',
  'set enable_seqscan = off',
  'set enable_hashjoin = off',
  'set enable_mergejoin = off',
  'set enable_material = off',
  'set random_page_cost = 1.1',
  'set jit = off',
].join(';')

/** Stops a search that no index serves before it takes the machine from the engine. */
const searchSettings = "set statement_timeout = '10s'; set jit = off; set default_transaction_read_only = on"

type Watch = (state: 'ready' | 'degraded') => void

function toWatchedError(error: unknown, watch: Watch): StoreError {
  const failure = toStoreError(error)
  if (failure.kind === 'unavailable') watch('degraded')
  return failure
}

const runOn =
  (client: pg.Pool | pg.PoolClient, watch: Watch, onlyOne: boolean): Database['run'] =>
  async <Row>({ text, name, values }: Statement): Promise<readonly Row[]> => {
    try {
      const result = await client.query({
        text,
        ...(onlyOne ? { queryMode: 'extended' } : {}),
        ...(name === undefined ? {} : { name }),
        ...(values === undefined ? {} : { values: [...values] }),
      })
      watch('ready')
      return result.rows
    } catch (error) {
      throw toWatchedError(error, watch)
    }
  }

async function inTransaction<T>(
  pool: pg.Pool,
  watch: Watch,
  onlyOne: boolean,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw toWatchedError(error, watch)
  })
  const joined: Database = { run: runOn(client, watch, onlyOne), transaction: (inner) => inner(joined) }
  let broken = false
  try {
    await joined.run({ text: 'begin' })
    const value = await work(joined)
    await joined.run({ text: 'commit' })
    return value
  } catch (error) {
    await client.query('rollback').catch(() => {
      broken = true
    })
    throw error
  } finally {
    client.release(broken)
  }
}

function openPool(options: PoolOptions): PooledDatabase {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    types,
    onConnect: async (client) => {
      // Without a listener a lost connection would end the process; its statement rejects anyway.
      client.on('error', () => undefined)
      await client.query(options.settings)
    },
  })
  // A connection lost while idle: the pool drops it, and the next statement reports what is wrong, if anything.
  pool.on('error', () => undefined)
  const { onlyOne = false } = options
  let state: ConnectionState = 'connecting'
  const watch: Watch = (seen) => {
    if (state !== 'closed') state = seen
  }
  return {
    run: runOn(pool, watch, onlyOne),
    transaction: (work) => inTransaction(pool, watch, onlyOne, work),
    get state() {
      return state
    },
    close: () => {
      state = 'closed'
      return pool.end()
    },
  }
}

type DatabaseOptions = { readonly url: string; readonly max: number; readonly applicationName: string }

const connectTimeoutMs = 10_000

export const openEngineDatabase = (options: DatabaseOptions): PooledDatabase =>
  openPool({ ...options, connectTimeoutMs, settings: engineSettings })

export const openSearchDatabase = (options: DatabaseOptions): PooledDatabase =>
  openPool({ ...options, connectTimeoutMs, settings: searchSettings })

/** For statements that applications write. */
export const openApplicationDatabase = (options: DatabaseOptions): PooledDatabase =>
  openPool({ ...options, connectTimeoutMs, settings: 'set jit = off', onlyOne: true })
