/** `npm start`: one node, its database, its address; ends cleanly on Ctrl-C. */
import { parseConfig } from './config.ts'
import { type RunningServer, startServer } from './start-server.ts'

const config = parseConfig(process.env)
if (!config.ok) {
  for (const sentence of config.error) console.error(sentence)
  process.exit(2)
}

let server: RunningServer | undefined
/** One Ctrl-C may arrive several times: from the terminal, from npm, from the script that started us. */
const sameSignalMs = 1_000

let stoppingSince: number | undefined
async function stop(): Promise<void> {
  if (stoppingSince !== undefined) {
    // A second one means it: what is not stored yet was not acknowledged, so nothing is lost.
    if (performance.now() - stoppingSince > sameSignalMs) process.exit(130)
    return
  }
  stoppingSince = performance.now()
  console.log('\nStopping …')
  await server?.stop()
  process.exit(0)
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop())

try {
  server = await startServer(config.value)
  console.log(`
  Braid runs at   ${server.url}
  Sign in with    ${await server.createAdminLink()}
                  (works once, for 15 minutes; start again for a new one)
`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
