/** `npm start`: one node, its database, its address; ends cleanly on Ctrl-C. */
import { inspect } from 'node:util'
import { createScrub } from './config/scrub.ts'
import { loadConfig } from './config.ts'
import { type RunningServer, startServer } from './start-server.ts'
import { isBraids } from './stray-error.ts'

const loaded = await loadConfig()
if (!loaded.ok) {
  for (const sentence of loaded.error) console.error(sentence)
  process.exit(2)
}
const { config } = loaded.value
const scrub = createScrub(config.secrets)

/** Node would print what was thrown as it is, secrets included. */
function crash(error: unknown): void {
  console.error(scrub(inspect(error)))
  process.exit(1)
}
/** Whatever applications leave lying about does not end the node that others work on. */
function stray(error: unknown): void {
  if (isBraids(error, config.applicationsDir)) crash(error)
  else console.error(`An application left an error behind: ${scrub(inspect(error))}`)
}
process.on('uncaughtException', stray)
process.on('unhandledRejection', stray)

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
async function greeting({ url, testing, createAdminLink }: RunningServer): Promise<string> {
  if (config.runMode === 'WORKER') return `\n  Braid works; ${url}/health/status says at what\n`
  const lines = [
    `Braid runs at   ${url}`,
    `Sign in with    ${await createAdminLink()}`,
    '                (works once, for 15 minutes; start again for a new one)',
    ...(testing === undefined ? [] : [`Access key      ${testing.adminApiKey}`]),
  ]
  return `\n${lines.map((line) => `  ${line}`).join('\n')}\n`
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop())

try {
  server = await startServer(config)
  console.log(await greeting(server))
} catch (error) {
  console.error(scrub(error instanceof Error ? error.message : inspect(error)))
  process.exit(1)
}
