/** One PostgreSQL for all test files of a run, unless `BRAID_TEST_DATABASE_URL` names one. */
import { offerTestDatabase } from '../config.ts'
import { startThrowAwayServer } from '../store/throw-away-database.ts'

export async function setup(): Promise<(() => Promise<void>) | undefined> {
  let server: Awaited<ReturnType<typeof startThrowAwayServer>> | undefined
  await offerTestDatabase(async () => {
    server = await startThrowAwayServer()
    return server.url
  })
  return server?.drop
}
