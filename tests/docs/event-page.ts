/** Writes `docs/events.md` from the schemas of the contract, so that the page says what travels. */
import { processEventChapters } from '@braid/contract/event.ts'
import { key } from '@braid/contract/schema.ts'
import { z } from 'zod'

/** What is used of JSON Schema. */
type Schema = {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly format?: string
  readonly pattern?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

const intro = `# Events

Everything that happens in a process instance is an event; its state, the lists and the screens are made from them.
\`GET /process-instances/{processInstanceKey}/events\` lists them, \`GET /process-instances/{processInstanceKey}/stream\`
follows them live. Both give entries of one commit each: \`version\` (counts the commits of the instance from 1),
\`timestamp\`, and \`events\`.

Every event has its name in the field \`type\`. Keys are strings of decimal digits, times ISO 8601, fields with a
question mark may be absent. Names and fields are stable: programs may rely on them, new ones may be added.

This page is written by \`UPDATE_DOCS=1 npx vitest run tests/docs\`.
`

export function eventPage(): string {
  const chapters = Object.entries(processEventChapters).map(
    ([title, events]) => `## ${title}\n\n${events.map((event) => section(event)).join('\n')}`,
  )
  return [intro, ...chapters].join('\n')
}

function section(event: z.ZodType): string {
  const {
    description,
    properties = {},
    required = [],
  } = z.toJSONSchema(event, {
    io: 'output',
    unrepresentable: 'any',
  }) as Schema
  const { type, ...fields } = properties
  if (description === undefined) throw new Error(`${String(type?.const)} has no sentence`)
  const rows = rowsOf(fields, required, '')
  return `### \`${String(type?.const)}\`\n\n${description}\n\n${table([['field', 'type', 'meaning'], ...rows])}\n`
}

type Row = readonly [string, string, string]

/** Columns as wide as their widest cell, as the formatter wants them. */
function table(rows: readonly Row[]): string {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  )
  const [head, ...body] = lines
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n')
}

function rowsOf(
  fields: Readonly<Record<string, Schema>>,
  required: readonly string[],
  prefix: string,
): readonly Row[] {
  return Object.entries(fields).flatMap(([name, schema]) => {
    const path = `${prefix}${name}`
    const optional = required.includes(name) ? '' : '?'
    const row: Row = [
      `\`${path}\`${optional}`,
      typeOf(schema).replaceAll('|', '\\|'),
      meaningOf(schema, path),
    ]
    return [row, ...rowsOf(schema.properties ?? {}, schema.required ?? [], `${path}.`)]
  })
}

const keySchema = z.toJSONSchema(key) as Schema
const isKey = ({ pattern }: Schema): boolean => pattern === keySchema.pattern

/** Of the field itself, not what is said of every key. */
function meaningOf({ description }: Schema, path: string): string {
  if (description === undefined || description === keySchema.description) throw new Error(`what is ${path}?`)
  return description
}

function typeOf(schema: Schema): string {
  const { anyOf, oneOf, items } = schema
  const branches = anyOf ?? oneOf
  if (branches !== undefined) return branches.map(branchOf).join(' | ')
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(' | ')
  if (schema.const !== undefined) return `\`${String(schema.const)}\``
  if (isKey(schema)) return 'key'
  if (schema.format === 'date-time') return 'time'
  if (schema.type === 'array') return items === undefined ? 'list' : `list of ${typeOf(items)}`
  return [schema.type ?? 'object'].flat().join(' | ')
}

/** `error (code, message, variables)` for one of several shapes told apart by `kind`. */
function branchOf(schema: Schema): string {
  const { kind, ...fields } = schema.properties ?? {}
  if (kind === undefined) return typeOf(schema)
  const names = Object.keys(fields)
  return `\`${String(kind.const)}\`${names.length === 0 ? '' : ` (${names.map((name) => `\`${name}\``).join(', ')})`}`
}
