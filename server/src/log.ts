/** The log: lines of JSON on standard output, without secrets whoever logs them. */
import { type Logger, pino } from 'pino'
import { createScrub, redacted } from './config/scrub.ts'
import type { Config } from './config.ts'

/** Fields that hold secrets by their meaning, also those that nobody named in a setting. */
const secretFields = [
  ...['authorization', 'cookie', '["set-cookie"]', '["x-vault-token"]', 'password', 'token', 'apiKey'],
  ...['adminApiKey', 'databaseUrl', 'connectionString', 'secret', 'secrets'],
]
const join = (path: string, field: string): string =>
  field.startsWith('[') ? path + field : `${path}.${field}`
const paths = [
  ...secretFields,
  ...['*', 'err', 'headers', 'config', 'req.headers', 'res.headers'].flatMap((path) =>
    secretFields.map((field) => join(path, field)),
  ),
]

export type LogSink = { write(line: string): unknown }

/** Lines are scrubbed as the last thing before they go: what an error, a driver or an application put in is text by then. */
export function createLog(
  { logLevel, secrets }: Pick<Config, 'logLevel' | 'secrets'>,
  sink: LogSink = pino.destination(1),
): Logger {
  const scrub = createScrub(secrets)
  return pino(
    { level: logLevel, redact: { paths, censor: redacted } },
    { write: (line: string) => sink.write(scrub(line)) },
  )
}
