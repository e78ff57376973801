/** Every setting: what it takes, its default, and what is said of it in `docs/configuration.md`. */
import { isIP } from 'node:net'
import { z } from 'zod'

export const runModes = ['ALL', 'API', 'WORKER', 'TEST'] as const

const flag = z
  .enum(['true', 'false'], { error: 'expected true or false' })
  .transform((value) => value === 'true')

const positive = (max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, { error: `expected a whole number from 1 to ${max}` })
    .transform(Number)
    .pipe(
      z
        .int()
        .min(1)
        .max(max, { error: `expected a whole number from 1 to ${max}` }),
    )

export const scriptIsolations = ['auto', 'sandbox', 'gvisor', 'wasm', 'kubernetes', 'none'] as const

/** Becomes a part of a file's name. */
const word = z.string().regex(/^[\w-]{1,50}$/, { error: 'expected letters, digits, _ and -' })

const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, {
  error: 'expected an address such as postgresql://user:password@host:5432/database',
})

function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}

const redisUrl = z.string().refine((text) => /^rediss?:\/\/./.test(text) && URL.canParse(text), {
  error: 'expected an address such as redis://user:password@host:6379/0',
})

const tag = /^[\w.-]{1,50}$/
const maxTags = 50

/** Separated by commas. */
const words = z.string().transform((text) => [
  ...new Set(
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ),
])

/** As `trustProxy` of Fastify takes them. */
const proxies = words.refine((list) => list.every(isAddressOrRange), {
  error: 'expected addresses or ranges such as 10.0.0.0/8, separated by commas',
})

const tags = words.refine((list) => list.length <= maxTags && list.every((part) => tag.test(part)), {
  error: `expected up to ${maxTags} tags of letters, digits, _, - and ., separated by commas`,
})

const imageEntry = /^([a-z]+) (\d{1,3}(?:\.\d{1,3}){0,2})=(\S{1,500})$/

/** Which image runs a language of a version, e.g. `python 3.13=python:3.13-slim@sha256:…`. */
const images = words
  .refine((entries) => entries.every((entry) => imageEntry.test(entry)), {
    error: 'expected images separated by commas, each such as python 3.13=python:3.13-slim@sha256:…',
  })
  .transform((entries) =>
    entries.map((entry) => {
      const [, language = '', version = '', image = ''] = imageEntry.exec(entry) ?? []
      return { language, version, image }
    }),
  )

export const settingSchemas = {
  RUN_MODE: z.enum(runModes, { error: `expected one of ${runModes.join(', ')}` }).default('ALL'),
  BRAID_PORT: z
    .string()
    .regex(/^\d{1,5}$/, { error: 'expected a port number' })
    .transform(Number)
    .pipe(z.int().max(65_535, { error: 'expected a port number up to 65535' }))
    .optional(),
  BRAID_HOST: z.string().min(1).default('127.0.0.1'),
  BRAID_DATABASE_URL: postgresUrl.optional(),
  BRAID_TEST_DATABASE_URL: postgresUrl.optional(),
  BRAID_DATA_DIR: z.string().min(1).default('.braid'),
  BRAID_ADMIN_API_KEY: z.string().min(16, { error: 'expected at least 16 characters' }).max(200).optional(),
  BRAID_REGISTRATION: z.enum(['closed', 'open'], { error: 'expected closed or open' }).default('closed'),
  BRAID_RATE_LIMITS: z
    .enum(['on', 'off'], { error: 'expected on or off' })
    .transform((value) => value === 'on')
    .optional(),
  BRAID_REDIS_URL: redisUrl.optional(),
  BRAID_TRUSTED_PROXIES: proxies.default([]),
  BRAID_API_KEY: z.string().min(16, { error: 'expected at least 16 characters' }).max(200).optional(),
  BRAID_WORKER_TAGS: tags.default([]),
  BRAID_APPLICATIONS_DIR: z.string().min(1).default('applications'),
  BRAID_WATCH_APPLICATIONS: flag.optional(),
  BRAID_ALLOW_PRIVATE_EGRESS: words.default([]),
  BRAID_SCRIPT_ISOLATION: z
    .enum(scriptIsolations, { error: `expected one of ${scriptIsolations.join(', ')}` })
    .optional(),
  BRAID_ALLOW_UNCONFINED_SCRIPTS: flag.default(false),
  BRAID_KUBERNETES_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, { error: 'expected the name of a namespace' })
    .default('braid-runs'),
  BRAID_KUBERNETES_IMAGES: images.default([]),
  BRAID_KUBERNETES_RUNTIME_CLASS: z
    .string()
    .regex(/^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/, { error: 'expected the name of a runtime class' })
    .optional(),
  BRAID_SCRIPT_SLOTS: positive(1_000).optional(),
  BRAID_SCRIPTS_AT_ONCE: positive(100_000).optional(),
  BRAID_SCRIPTS_PER_USER: positive(100_000).optional(),
  BRAID_SCRIPT_MEMORY_MB: positive(1_000_000).default(256),
  BRAID_SCRIPT_CPUS: z
    .string()
    .regex(/^\d{1,3}(\.\d{1,2})?$/, { error: 'expected a number of cores such as 1 or 0.5' })
    .transform(Number)
    .pipe(z.number().min(0.05, { error: 'expected at least 0.05' }))
    .default(1),
  BRAID_SCRIPT_OUTPUT_MB: positive(100).default(10),
  BRAID_SEED: z
    .enum(['none', 'samples'], { error: 'expected none or samples' })
    .default('samples')
    .transform((value) => value === 'samples'),
  BRAID_CONTROLLED_CLOCK: flag.default(false),
  BRAID_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'expected one of fatal, error, warn, info, debug, trace, silent',
    })
    .default('warn'),
  BRAID_PLATFORM: word.default('local'),
  BRAID_ENVIRONMENT: word.default('development'),
  BRAID_SECRETS: z
    .string()
    .regex(/^(environment$|file:.|vault:https?:\/\/)/, {
      error: 'expected environment, file:<folder> or vault:https://<host>/<mount>/<path>',
    })
    .default('environment'),
  BRAID_VAULT_TOKEN: z.string().min(1).optional(),
  BRAID_VAULT_TOKEN_FILE: z.string().min(1).optional(),
} as const

export type SettingName = keyof typeof settingSchemas

export const settingNames = Object.keys(settingSchemas) as readonly SettingName[]

export const isSettingName = (name: string): name is SettingName => Object.hasOwn(settingSchemas, name)

/** Settings of applications: `BRAID_APP_<APPLICATION>_<FIELD>`. Their applications know them. */
export const applicationPrefix = 'BRAID_APP_'

type SettingText = {
  /** As a person would say it. */
  readonly default: string
  readonly about: string
}

export const settingTexts: Readonly<Record<SettingName, SettingText>> = {
  RUN_MODE: { default: 'ALL', about: 'what this process does: `ALL`, `API`, `WORKER` or `TEST`' },
  BRAID_PORT: { default: '8080, or the next free one', about: 'where it listens' },
  BRAID_HOST: { default: '127.0.0.1', about: 'the address it listens on' },
  BRAID_DATABASE_URL: {
    default: 'an embedded PostgreSQL 18',
    about: 'any PostgreSQL 15 or newer; several nodes may share one',
  },
  BRAID_TEST_DATABASE_URL: {
    default: 'an embedded PostgreSQL 18',
    about: 'the server where `RUN_MODE=TEST` makes its database and drops it again',
  },
  BRAID_DATA_DIR: { default: '.braid', about: 'folder of the embedded database' },
  BRAID_ADMIN_API_KEY: { default: 'none', about: "an administrator's key, for containers and tests" },
  BRAID_REGISTRATION: {
    default: 'closed',
    about: '`open`: anybody may make an account, with the role `user`',
  },
  BRAID_RATE_LIMITS: {
    default: '`on`, but not with `RUN_MODE=TEST`',
    about: '`off`: this node limits nobody, whatever rate limits are stored',
  },
  BRAID_REDIS_URL: {
    default: 'none',
    about: 'a Redis where all nodes count rate limits together; without one each counts for itself',
  },
  BRAID_TRUSTED_PROXIES: {
    default: 'none',
    about:
      'addresses and ranges of the proxies in front, separated by commas: from these only, `X-Forwarded-For` is believed',
  },
  BRAID_API_KEY: { default: 'none', about: 'what `braid worker` signs in with' },
  BRAID_WORKER_TAGS: {
    default: 'none',
    about: 'tags of this node, separated by commas: it does tasks without tags and those whose tags it has',
  },
  BRAID_APPLICATIONS_DIR: { default: 'applications', about: 'folder of the applications' },
  BRAID_WATCH_APPLICATIONS: {
    default: 'true with `RUN_MODE=ALL`',
    about: 'whether applications are loaded again when their files change',
  },
  BRAID_ALLOW_PRIVATE_EGRESS: {
    default: 'none',
    about: 'private addresses that applications may call: hosts, addresses and ranges, separated by commas',
  },
  BRAID_SCRIPT_ISOLATION: {
    default: '`auto`, but `none` with `RUN_MODE=TEST`',
    about:
      'what confines scripts of people on this node: `sandbox` (bubblewrap), `gvisor` (as root), `wasm`, `kubernetes`; `auto`: the best that works here, but gVisor and pods of Kubernetes never; `none`: it runs none',
  },
  BRAID_ALLOW_UNCONFINED_SCRIPTS: {
    default: 'false',
    about:
      '`true` runs scripts although nothing of the operating system confines them: they may reach what this process reaches',
  },
  BRAID_KUBERNETES_NAMESPACE: {
    default: 'braid-runs',
    about: 'namespace of the pods of scripts, see [runs in Kubernetes](kubernetes-runs.md)',
  },
  BRAID_KUBERNETES_IMAGES: {
    default: 'none',
    about:
      'what pods of scripts run, by language and version: `python 3.13=python:3.13-slim@sha256:…`, more after commas',
  },
  BRAID_KUBERNETES_RUNTIME_CLASS: {
    default: 'that of the cluster',
    about: 'runtime class of the pods of scripts, such as one for gVisor',
  },
  BRAID_SCRIPT_SLOTS: { default: 'two per core', about: 'scripts that this node runs at once' },
  BRAID_SCRIPTS_AT_ONCE: {
    default: 'the slots of this node',
    about: 'scripts that are asked for over the API and run at once on all nodes; the others wait in line',
  },
  BRAID_SCRIPTS_PER_USER: {
    default: 'three quarters of those at once',
    about: 'of them, those of one user',
  },
  BRAID_SCRIPT_MEMORY_MB: { default: '256', about: 'memory of a script with its processes and files' },
  BRAID_SCRIPT_CPUS: { default: '1', about: 'cores that a script may keep busy' },
  BRAID_SCRIPT_OUTPUT_MB: {
    default: '10',
    about: 'output of a script that is kept: its first and its last part',
  },
  BRAID_SEED: { default: 'samples', about: '`none`: an empty installation' },
  BRAID_CONTROLLED_CLOCK: {
    default: 'false',
    about: '`true` opens `PUT /clock`, which pins the time that timers and leases see',
  },
  BRAID_LOG_LEVEL: { default: 'warn', about: '`fatal` … `trace`, `silent`' },
  BRAID_PLATFORM: { default: 'local', about: 'first part of the name of `.env.<platform>.<environment>`' },
  BRAID_ENVIRONMENT: {
    default: 'development',
    about: 'second part of the name of `.env.<platform>.<environment>`',
  },
  BRAID_SECRETS: {
    default: 'environment',
    about: 'where `$NAME` is looked up: `environment`, `file:<folder>`, `vault:<address>`',
  },
  BRAID_VAULT_TOKEN: { default: 'none', about: 'what Vault is asked with' },
  BRAID_VAULT_TOKEN_FILE: { default: 'none', about: 'the file that holds the token of Vault' },
}

/** Needed before secrets can be looked up, so none of them can be one. */
export const bootstrapNames: ReadonlySet<string> = new Set<SettingName>([
  'RUN_MODE',
  'BRAID_PLATFORM',
  'BRAID_ENVIRONMENT',
  'BRAID_SECRETS',
  'BRAID_VAULT_TOKEN',
  'BRAID_VAULT_TOKEN_FILE',
])

const secretWords = /(KEY|TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIALS?)$/

/** Never shown, wherever it comes from. */
export const isSecretName = (name: string): boolean => secretWords.test(name)
