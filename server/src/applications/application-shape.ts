/** What the definition of an application must look like; whether its parts fit each other is told elsewhere. */
import { permissions } from '@braid/contract/permission.ts'
import { addDuration, parseDuration } from '@braid/core/base/duration.ts'
import { z } from 'zod'
import { isZodType } from './json-schema.ts'

/** Also the name of a PostgreSQL role, with a prefix. */
export const applicationName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
export const maxApplicationName = 50
const partName = /^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$/

const called = z.string().max(100).regex(partName, { error: 'expected letters, digits and single -' })
const schema = z.custom<z.ZodType>(isZodType, { error: 'expected a zod schema' })
const objectSchema = z.custom<z.ZodObject>((value) => isZodType(value) && value._zod.def.type === 'object', {
  error: 'expected z.object({ … })',
})
const callable = z.custom<() => unknown>((value) => typeof value === 'function', {
  error: 'expected a function',
})
const words = z.string().max(1_000).optional()

/** Milliseconds; undefined when it is no duration, or none that time can be counted by. */
export function durationMs(text: string): number | undefined {
  const duration = parseDuration(text)
  const ms = duration.ok ? addDuration(0, duration.value) : undefined
  return ms !== undefined && ms > 0 ? ms : undefined
}

const duration = z.string().refine((text) => durationMs(text) !== undefined, {
  error: 'expected an ISO 8601 duration above zero, such as PT30S',
})

const taskParts = {
  name: called,
  title: words,
  description: words,
  input: schema,
  run: callable,
  retries: z.int().min(0).max(1_000).optional(),
  backoff: duration.optional(),
  timeout: duration.optional(),
  priority: z.int().min(-1_000).max(1_000).optional(),
  tags: z
    .array(z.string().regex(/^[\w.-]{1,50}$/, { error: 'expected letters, digits, _, . and -' }))
    .optional(),
  cacheFor: duration.optional(),
  concurrency: z.int().min(1).max(1_000_000).optional(),
  onFailure: z.enum(['incident', 'continue']).optional(),
}
const task = z.discriminatedUnion('kind', [
  z.object({ ...taskParts, kind: z.literal('task'), output: schema }),
  z.object({ ...taskParts, kind: z.literal('generator'), item: schema }),
])
const model = z.object({
  name: called,
  title: words,
  schema: objectSchema,
  label: z.string().optional(),
  columns: z.array(z.string()).optional(),
  actions: z
    .array(
      z.object({ name: called, title: z.string(), dag: z.string(), where: z.object().loose().optional() }),
    )
    .optional(),
})
const endpoint = z.object({
  method: z.enum(['GET', 'POST']),
  path: called,
  summary: z.string().max(200),
  permission: z
    .enum([...permissions, 'signed-in'], { error: 'expected a permission or signed-in' })
    .optional(),
  input: schema,
  output: schema,
  handle: callable,
})
const screen = z.object({ name: called, title: z.string(), endpoint: z.string(), show: z.object().loose() })
const resourceFile = (endings: RegExp, expected: string) =>
  z
    .string()
    .regex(endings, { error: `expected a file that ends in ${expected}` })
    .refine((name) => !name.split(/[\\/]/).includes('..') && !/^([\\/]|[A-Za-z]:)/.test(name), {
      error: 'expected a file of the folder of the application',
    })
const many = <T extends z.ZodType>(item: T) => z.array(item).max(1_000)

export const applicationShape = z.object(
  {
    name: z
      .string()
      .max(maxApplicationName)
      .regex(applicationName, { error: 'expected lower-case letters, digits and single -' }),
    title: words,
    description: words,
    version: words,
    models: many(model),
    tasks: many(task),
    dags: many(z.object({ id: z.string(), nodes: z.array(z.unknown()) }).loose()),
    processes: many(resourceFile(/\.(bpmn|dmn|dag\.yaml|dag\.json)$/, '.bpmn, .dmn, .dag.yaml or .dag.json')),
    forms: many(resourceFile(/\.form$/, '.form')),
    endpoints: many(endpoint),
    screens: many(screen),
    settings: objectSchema.optional(),
    migrations: many(z.string().min(1)),
    start: callable.optional(),
  },
  { error: 'expected application.ts to export application, made by defineApplication' },
)
