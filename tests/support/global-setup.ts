/** One embedded PostgreSQL for the whole test run, unless `BRAID_TEST_DATABASE_URL` names a server. */
import { startThrowAwayServer } from '../../server/src/store/throw-away-database.ts'
import { databaseUrlVariable } from './database.ts'

export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[databaseUrlVariable] !== undefined) return undefined
  const server = await startThrowAwayServer()
  process.env[databaseUrlVariable] = server.url
  return () => server.drop()
}
