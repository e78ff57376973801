/**
 * The settings: read once at start, never again, and nowhere else. Environment over `.env` over
 * `.env.<platform>.<environment>` over defaults; a value `$NAME` names a secret, which is looked up here and now.
 */
import { availableParallelism } from 'node:os'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import { z } from 'zod'
import { type Found, readLayers, type Source, type Variables } from './config/layers.ts'
import { nearest } from './config/nearest.ts'
import { shortestSecret } from './config/scrub.ts'
import { SecretError, type SecretSource } from './config/secret.ts'
import { createSecretSource } from './config/secret-source.ts'
import {
  applicationPrefix,
  bootstrapNames,
  isSecretName,
  isSettingName,
  type runModes,
  type scriptIsolations,
  settingNames,
  settingSchemas,
} from './config/settings.ts'

export type RunMode = (typeof runModes)[number]

export type ApplicationSetting = {
  readonly value: string
  /** Must never be shown. */
  readonly isSecret: boolean
}

export type Config = {
  readonly runMode: RunMode
  /** When `portIsFixed` is false and it is busy, the next free one is taken. */
  readonly port: number
  readonly portIsFixed: boolean
  /** Address to listen on; only loopback addresses are reached from this machine alone. */
  readonly host: string
  /** Folder of the embedded database, relative to the current one. */
  readonly dataDir: string
  /** Absent: the embedded PostgreSQL. With `TEST`: the server to make a database on. */
  readonly databaseUrl?: string
  /** An administrator's API key, for containers and tests. */
  readonly adminApiKey?: string
  /** Who may make an account: `closed`: who has the permission `user:create`; `open`: anybody, as an ordinary user. */
  readonly registration: 'closed' | 'open'
  /** Whether this node limits how many requests somebody may send. */
  readonly rateLimits: boolean
  /** Absent: each node counts for itself. */
  readonly redisUrl?: string
  /** Addresses and ranges whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
  /** What this process signs in with where it is a client. */
  readonly apiKey?: string
  /** What this node offers beside tasks without tags. */
  readonly workerTags: readonly string[]
  /** Absent: no applications. */
  readonly applicationsDir?: string
  /** Whether they are loaded again when their files change. */
  readonly watchApplications: boolean
  /** Hosts, addresses and ranges that applications may call although they are private. */
  readonly allowPrivateEgress: readonly string[]
  readonly scripts: ScriptSettings
  /** Whether samples are deployed at the first start. */
  readonly seed: boolean
  /** Opens the clock operations of the API. */
  readonly controlledClock: boolean
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
  /** By the whole name, `BRAID_APP_<APPLICATION>_<FIELD>`. */
  readonly applicationSettings: Readonly<Record<string, ApplicationSetting>>
  /** Values that nothing may print. */
  readonly secrets: readonly string[]
}

export type ScriptSettings = {
  readonly isolation: (typeof scriptIsolations)[number]
  readonly allowUnconfined: boolean
  /** How many this node runs at once. */
  readonly slots: number
  /** Of those asked for over the API, how many run at once on all nodes, and of one user. */
  readonly bounds: { readonly atOnce: number; readonly atOncePerUser: number }
  readonly kubernetes: {
    readonly namespace: string
    readonly images: readonly {
      readonly language: string
      readonly version: string
      readonly image: string
    }[]
    readonly runtimeClass?: string
  }
  /** What each may use. */
  readonly limits: { readonly memoryBytes: number; readonly cpus: number; readonly outputBytes: number }
}

/** A setting as it was found, for `braid config`. */
export type ReadSetting = {
  readonly name: string
  /** As written; absent when nothing was. */
  readonly written?: string
  readonly source: Source | { readonly kind: 'default' }
  /** Name of the secret that it names. */
  readonly secretName?: string
}

export type LoadedConfig = {
  readonly config: Config
  readonly settings: readonly ReadSetting[]
}

export type ConfigSource = { readonly environment?: Variables; readonly folder?: string }

/** Reads everything and looks up all secrets; a refusal lists one sentence per mistake, without any value. */
export async function loadConfig(
  source: ConfigSource = {},
): Promise<Result<LoadedConfig, readonly string[]>> {
  const layers = layersOf(source)
  if (!layers.ok) return layers
  const settings = describe(layers.value)
  const resolved = await resolveSecrets(layers.value)
  if (!resolved.ok) return resolved
  const config = parseConfig(resolved.value.values, resolved.value.secretNames)
  return config.ok ? success({ config: config.value, settings }) : config
}

/** What is set, without looking up any secret. */
export function readSettings(source: ConfigSource = {}): Result<readonly ReadSetting[], readonly string[]> {
  const layers = layersOf(source)
  return layers.ok ? success(describe(layers.value)) : layers
}

const layersOf = ({ environment = process.env, folder = process.cwd() }: ConfigSource) =>
  readLayers(environment, folder)

const isOurs = (name: string): boolean => name.startsWith('BRAID_') || name === 'RUN_MODE'

export const isKnownSetting = (name: string): boolean =>
  isSettingName(name) || (name.startsWith(applicationPrefix) && name.length > applicationPrefix.length)

/** A sentence for a name that is no setting. */
export const unknownSetting = (name: string): string =>
  `${name} is not a setting; did you mean ${nearest(name, settingNames)}?`

function describe(found: ReadonlyMap<string, Found>): readonly ReadSetting[] {
  const set = [...found].filter(([name]) => isOurs(name))
  const unset = settingNames.filter((name) => !found.has(name))
  return [
    ...set.map(([name, { value, source }]) => ({
      name,
      written: value,
      source,
      ...(value.startsWith('$') && !bootstrapNames.has(name) ? { secretName: value.slice(1) } : {}),
    })),
    ...unset.map((name) => ({ name, source: { kind: 'default' } as const })),
  ].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

type Resolved = {
  readonly values: Readonly<Record<string, string>>
  /** Settings whose values came from a secret. */
  readonly secretNames: ReadonlySet<string>
}

const secretNamePattern = /^[A-Za-z_][A-Za-z0-9_.-]{0,199}$/

async function resolveSecrets(
  found: ReadonlyMap<string, Found>,
): Promise<Result<Resolved, readonly string[]>> {
  const ours = [...found].filter(([name]) => isOurs(name))
  const values = Object.fromEntries(ours.map(([name, { value }]) => [name, value]))
  const naming = ours.filter(([name, { value }]) => value.startsWith('$') && !bootstrapNames.has(name))
  if (values.RUN_MODE === 'TEST') {
    // Tests need no secret of anybody: settings that name one keep their defaults, applications see the name.
    for (const [name] of naming) if (!name.startsWith(applicationPrefix)) delete values[name]
    return success({ values, secretNames: new Set() })
  }
  const kind = settingSchemas.BRAID_SECRETS.safeParse(values.BRAID_SECRETS)
  if (!kind.success) return failure([`BRAID_SECRETS: ${kind.error.issues[0]?.message}`])
  const lookUp = sourceOf(kind.data, found)
  const wrong: string[] = []
  for (const [name, { value }] of naming) {
    const secret = await tryLookUp(lookUp, value.slice(1))
    if (secret.ok) values[name] = secret.value
    else wrong.push(`${name}: ${secret.error}`)
  }
  if (wrong.length > 0) return failure(wrong)
  return success({ values, secretNames: new Set(naming.map(([name]) => name)) })
}

function sourceOf(kind: string, found: ReadonlyMap<string, Found>): SecretSource {
  const variable = (name: string): string | undefined => found.get(name)?.value
  const [token, tokenFile] = [variable('BRAID_VAULT_TOKEN'), variable('BRAID_VAULT_TOKEN_FILE')]
  return createSecretSource({
    kind,
    variable,
    ...(token === undefined ? {} : { vaultToken: token }),
    ...(tokenFile === undefined ? {} : { vaultTokenFile: tokenFile }),
  })
}

async function tryLookUp(lookUp: SecretSource, name: string): Promise<Result<string, string>> {
  if (!secretNamePattern.test(name)) {
    return failure('expected the name of a secret behind $: letters, digits, _, . and -')
  }
  try {
    const value = await lookUp(name)
    return value.length < shortestSecret
      ? failure(`expected the secret ${name} to have at least ${shortestSecret} characters`)
      : success(value)
  } catch (error) {
    if (error instanceof SecretError) return failure(`the secret ${name} is not there: ${error.message}`)
    throw error
  }
}

const schema = z.object(settingSchemas)

/** Reads settings whose secrets are looked up. */
export function parseConfig(
  values: Variables,
  secretNames: ReadonlySet<string> = new Set(),
): Result<Config, readonly string[]> {
  const given = Object.entries(values).filter(
    (entry): entry is [string, string] => isOurs(entry[0]) && entry[1] !== undefined && entry[1] !== '',
  )
  const unknown = given.filter(([name]) => !isKnownSetting(name)).map(([name]) => unknownSetting(name))
  const parsed = schema.safeParse(Object.fromEntries(given))
  const wrong = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  if (!parsed.success || unknown.length > 0) return failure([...unknown, ...wrong])
  return success(configOf(parsed.data, given, secretNames))
}

/** For servers that tests start themselves: nothing of what is set for others, but the server of databases. */
export const testConfig = (
  settings: Variables,
  environment: Variables = process.env,
): Result<Config, readonly string[]> =>
  parseConfig({
    RUN_MODE: 'TEST',
    BRAID_TEST_DATABASE_URL: environment.BRAID_TEST_DATABASE_URL,
    BRAID_LOG_LEVEL: 'error',
    ...settings,
  })

/** Lets the processes of a test run have one server of databases; `start` gives its address where there is none. */
export async function offerTestDatabase(start: () => Promise<string>): Promise<void> {
  process.env.BRAID_TEST_DATABASE_URL ??= await start()
}

function configOf(
  values: z.output<typeof schema>,
  given: readonly (readonly [string, string])[],
  secretNames: ReadonlySet<string>,
): Config {
  const isTest = values.RUN_MODE === 'TEST'
  const databaseUrl = isTest ? values.BRAID_TEST_DATABASE_URL : values.BRAID_DATABASE_URL
  const isSecret = (name: string): boolean => secretNames.has(name) || isSecretName(name)
  return {
    runMode: values.RUN_MODE,
    port: values.BRAID_PORT ?? (isTest ? 0 : 8080),
    portIsFixed: values.BRAID_PORT !== undefined || isTest,
    host: values.BRAID_HOST,
    dataDir: values.BRAID_DATA_DIR,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(values.BRAID_ADMIN_API_KEY === undefined ? {} : { adminApiKey: values.BRAID_ADMIN_API_KEY }),
    registration: values.BRAID_REGISTRATION,
    rateLimits: values.BRAID_RATE_LIMITS ?? !isTest,
    ...(values.BRAID_REDIS_URL === undefined ? {} : { redisUrl: values.BRAID_REDIS_URL }),
    trustedProxies: values.BRAID_TRUSTED_PROXIES,
    ...(values.BRAID_API_KEY === undefined ? {} : { apiKey: values.BRAID_API_KEY }),
    workerTags: values.BRAID_WORKER_TAGS,
    applicationsDir: values.BRAID_APPLICATIONS_DIR,
    watchApplications: values.BRAID_WATCH_APPLICATIONS ?? values.RUN_MODE === 'ALL',
    allowPrivateEgress: values.BRAID_ALLOW_PRIVATE_EGRESS,
    scripts: scriptsOf(values),
    seed: values.BRAID_SEED && !isTest,
    controlledClock: values.BRAID_CONTROLLED_CLOCK || isTest,
    logLevel: values.BRAID_LOG_LEVEL,
    applicationSettings: Object.fromEntries(
      given
        .filter(([name]) => name.startsWith(applicationPrefix))
        .map(([name, value]) => [name, { value, isSecret: isSecret(name) }]),
    ),
    secrets: [
      ...given.filter(([name]) => isSecret(name)).map(([, value]) => value),
      ...given.map(([, value]) => passwordOf(value)).filter((password) => password !== undefined),
    ],
  }
}

const megabyte = 1024 * 1024
const slotsPerCore = 2

function scriptsOf(values: z.output<typeof schema>): ScriptSettings {
  const slots = values.BRAID_SCRIPT_SLOTS ?? slotsPerCore * availableParallelism()
  const atOnce = values.BRAID_SCRIPTS_AT_ONCE ?? slots
  return {
    // Finding out what works takes a second of a processor: a test that runs scripts says so.
    isolation: values.BRAID_SCRIPT_ISOLATION ?? (values.RUN_MODE === 'TEST' ? 'none' : 'auto'),
    allowUnconfined: values.BRAID_ALLOW_UNCONFINED_SCRIPTS,
    kubernetes: {
      namespace: values.BRAID_KUBERNETES_NAMESPACE,
      images: values.BRAID_KUBERNETES_IMAGES,
      ...(values.BRAID_KUBERNETES_RUNTIME_CLASS === undefined
        ? {}
        : { runtimeClass: values.BRAID_KUBERNETES_RUNTIME_CLASS }),
    },
    slots,
    bounds: { atOnce, atOncePerUser: values.BRAID_SCRIPTS_PER_USER ?? Math.ceil((atOnce * 3) / 4) },
    limits: {
      memoryBytes: values.BRAID_SCRIPT_MEMORY_MB * megabyte,
      cpus: values.BRAID_SCRIPT_CPUS,
      outputBytes: values.BRAID_SCRIPT_OUTPUT_MB * megabyte,
    },
  }
}

/** In an address such as that of the database. */
export function passwordOf(value: string): string | undefined {
  const url = value.includes('://') && URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || url.password === '') return undefined
  try {
    return decodeURIComponent(url.password)
  } catch {
    return url.password
  }
}
