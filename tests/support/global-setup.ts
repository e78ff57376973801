/** One embedded PostgreSQL for the whole test run, unless `BRAID_TEST_DATABASE_URL` names a server. */
export { setup } from '../../server/src/testing/database-server.ts'
