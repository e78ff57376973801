/** Databases of their own for tests. */
import { createDatabase, type ThrowAwayDatabase } from '../../server/src/store/throw-away-database.ts'

/** URL of a server where databases may be created. */
export const databaseUrlVariable = 'BRAID_TEST_DATABASE_URL'

export type TestDatabase = ThrowAwayDatabase

function serverUrl(): string {
  const url = process.env[databaseUrlVariable]
  if (url === undefined)
    throw new Error(`expected ${databaseUrlVariable}, set by tests/support/global-setup.ts`)
  return url
}

/** A migrated database. */
export const createTestDatabase = (): Promise<TestDatabase> => createDatabase(serverUrl())

/** A database without any table. */
export const createEmptyDatabase = (): Promise<TestDatabase> => createDatabase(serverUrl(), 'template0')
