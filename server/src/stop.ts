/** `npm run stop`: ends every Braid on the data folder, and its embedded PostgreSQL. */
import { loadConfig } from './config.ts'
import { stopEmbeddedPostgres } from './store/embedded/embedded-postgres.ts'

const config = await loadConfig()
if (config.ok) {
  try {
    const { nodes, server } = await stopEmbeddedPostgres(config.value.config.dataDir)
    if (nodes.length > 0) console.log(`Braid (process ${nodes.join(', ')}) stopped, and its database with it`)
    else if (server !== undefined) console.log(`The database (process ${server}) stopped`)
    else console.log(`Nothing runs on ${config.value.config.dataDir}`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
} else {
  console.error(config.error.join('\n'))
  process.exitCode = 2
}
