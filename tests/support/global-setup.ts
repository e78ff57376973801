/** One embedded PostgreSQL for the whole test run, unless `BRAID_TEST_DATABASE_URL` names a server. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../server/src/store/embedded/embedded-postgres.ts'
import { databaseUrlVariable } from './database.ts'

export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[databaseUrlVariable] !== undefined) return undefined
  const dataDir = await mkdtemp(join(tmpdir(), 'braid-test-'))
  // Tests kill processes, not machines: without waiting for the disk they take half the time.
  const server = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off', full_page_writes: 'off' } })
  process.env[databaseUrlVariable] = server.url
  return async () => {
    await server.stop()
    await removeEmbeddedPostgres(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  }
}
