/** The server's settings: read once at start from the environment, never again. */

import { failure, type Result, success } from '@braid/core/base/result.ts'
import { z } from 'zod'

export type Config = {
  readonly runMode: 'ALL'
  /** When `portIsFixed` is false and it is busy, the next free one is taken. */
  readonly port: number
  readonly portIsFixed: boolean
  /** Address to listen on; only loopback addresses are reached from this machine alone. */
  readonly host: string
  /** Folder of the embedded database, relative to the current one. */
  readonly dataDir: string
  /** Absent: the embedded PostgreSQL. */
  readonly databaseUrl?: string
  /** An administrator's API key, for containers and tests. */
  readonly adminApiKey?: string
  /** Whether samples are deployed at the first start. */
  readonly seed: boolean
  /** Opens the clock operations of the API. */
  readonly controlledClock: boolean
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
}

const flag = z
  .enum(['true', 'false'], { error: 'expected true or false' })
  .transform((value) => value === 'true')

const settings = {
  RUN_MODE: z.literal('ALL', { error: 'expected ALL' }).default('ALL'),
  BRAID_PORT: z
    .string()
    .regex(/^\d{1,5}$/, { error: 'expected a port number' })
    .transform(Number)
    .pipe(z.int().max(65_535, { error: 'expected a port number up to 65535' }))
    .optional(),
  BRAID_HOST: z.string().min(1).default('127.0.0.1'),
  BRAID_DATA_DIR: z.string().min(1).default('.braid'),
  BRAID_DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, {
      error: 'expected an address such as postgresql://user:password@host:5432/database',
    })
    .optional(),
  BRAID_ADMIN_API_KEY: z.string().min(16, { error: 'expected at least 16 characters' }).max(200).optional(),
  BRAID_SEED: z
    .enum(['none', 'samples'], { error: 'expected none or samples' })
    .default('samples')
    .transform((value) => value === 'samples'),
  BRAID_CONTROLLED_CLOCK: flag.default(false),
  BRAID_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('warn'),
} as const

const names = Object.keys(settings)
const schema = z.object(settings)

/** Reads settings from an environment; a refusal lists one sentence per wrong or unknown setting. */
export function parseConfig(
  environment: Readonly<Record<string, string | undefined>>,
): Result<Config, readonly string[]> {
  const given = Object.entries(environment).filter(
    ([name, value]) =>
      (name.startsWith('BRAID_') || name === 'RUN_MODE') && value !== undefined && value !== '',
  )
  const unknown = given
    .filter(([name]) => !names.includes(name))
    .map(([name]) => `${name} is not a setting; did you mean ${nearest(name, names)}?`)
  const parsed = schema.safeParse(Object.fromEntries(given))
  const wrong = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  if (!parsed.success || unknown.length > 0) return failure([...unknown, ...wrong])
  const values = parsed.data
  return success({
    runMode: values.RUN_MODE,
    port: values.BRAID_PORT ?? 8080,
    portIsFixed: values.BRAID_PORT !== undefined,
    host: values.BRAID_HOST,
    dataDir: values.BRAID_DATA_DIR,
    ...(values.BRAID_DATABASE_URL === undefined ? {} : { databaseUrl: values.BRAID_DATABASE_URL }),
    ...(values.BRAID_ADMIN_API_KEY === undefined ? {} : { adminApiKey: values.BRAID_ADMIN_API_KEY }),
    seed: values.BRAID_SEED,
    controlledClock: values.BRAID_CONTROLLED_CLOCK,
    logLevel: values.BRAID_LOG_LEVEL,
  })
}

function nearest(word: string, candidates: readonly string[]): string {
  const [best] = candidates.toSorted((a, b) => editDistance(word, a) - editDistance(word, b))
  return best ?? word
}

/** Insertions, deletions and replacements that turn one word into the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[to.length] ?? 0
}
