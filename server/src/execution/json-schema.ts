/**
 * Checks values against JSON Schema (draft 2020-12). The library interprets a schema as it goes; others make a function
 * of its text, which Braid does nowhere. Its patterns run on an engine of linear time, for schemas come from strangers.
 */
import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import { compilePattern } from '@braid/core/form/pattern.ts'
import { format, type OutputUnit, Validator } from '@cfworker/json-schema'

/** What is wrong with a part of a value: `path` as in `a.b[0]`, empty for the value itself. */
export type SchemaError = { readonly path: string; readonly message: string }
export type SchemaCheck = (value: JsonValue) => readonly SchemaError[]

type Patterns = Map<string, (text: string) => boolean>

/** Data, in which nothing is a schema. */
const dataKeywords: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples'])
/** Errors of these say only that there are others, inside. */
const summaries: ReadonlySet<string> = new Set([
  ...[
    'properties',
    'additionalProperties',
    'unevaluatedProperties',
    'items',
    'prefixItems',
    'additionalItems',
  ],
  ...['unevaluatedItems', 'allOf', '$ref', '$recursiveRef', 'if', 'dependentSchemas', 'propertyNames'],
])

/** The failure says why the schema can't be used. */
export function compileSchema(schema: JsonObject): Result<SchemaCheck, string> {
  const patterns: Patterns = new Map()
  try {
    const validator = new Validator(withOwnPatterns(schema, patterns) as JsonObject, '2020-12', false)
    const check: SchemaCheck = (value) => withPatterns(patterns, () => errorsOf(validator, value))
    // References that lead nowhere are noticed by the first value only.
    check({})
    return success(check)
  } catch (error) {
    return failure(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error))
  }
}

/** The library asks a table of formats by name: a pattern becomes a format of that table while values are checked. */
function withPatterns<T>(patterns: Patterns, work: () => T): T {
  Object.assign(format, Object.fromEntries(patterns))
  try {
    return work()
  } finally {
    for (const name of patterns.keys()) delete format[name]
  }
}

function withOwnPatterns(schema: JsonValue, patterns: Patterns): JsonValue {
  if (Array.isArray(schema)) return schema.map((item) => withOwnPatterns(item, patterns))
  if (typeof schema !== 'object' || schema === null) return schema
  const copied = Object.entries(schema).map(([name, value]) => [
    name,
    dataKeywords.has(name) ? value : withOwnPatterns(value, patterns),
  ])
  const { pattern, patternProperties, ...rest } = Object.fromEntries(copied) as JsonObject
  if (typeof pattern !== 'string') {
    if (patternProperties === undefined) return Object.fromEntries(copied) as JsonObject
    throw new Error('expected a schema without patternProperties: name the properties')
  }
  const compiled = compilePattern(pattern)
  if (!compiled.ok) throw new Error(`pattern ${JSON.stringify(pattern)}: ${compiled.error}`)
  const name = `pattern ${pattern}`
  patterns.set(name, (text) => compiled.value.occursIn(text))
  return { ...rest, allOf: [...((rest.allOf as JsonValue[]) ?? []), { format: name }] }
}

function errorsOf(validator: Validator, value: JsonValue): readonly SchemaError[] {
  const { errors } = validator.validate(value)
  const told = errors.filter(({ keyword }) => !summaries.has(keyword)).filter(isOutermost)
  const found = new Map<string, SchemaError>()
  for (const error of told) {
    const { path, message } = describe(error)
    if (!found.has(`${path} ${message}`)) found.set(`${path} ${message}`, { path, message })
  }
  return [...found.values()]
}

/** What alternatives say is noise beside the sentence that none of them fits. */
const isOutermost = ({ keywordLocation }: OutputUnit): boolean =>
  !/\/(anyOf|oneOf|not|contains)\//.test(keywordLocation)

function pathOf(pointer: string): string {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))
  return steps.reduce((path, step) => (/^\d+$/.test(step) ? `${path}[${step}]` : join(path, step)), '')
}
const join = (path: string, step: string): string => (path === '' ? step : `${path}.${step}`)

/** The library's sentence holds the value, which may be secret; the bound stands at its end. */
function describe({ keyword, error, instanceLocation }: OutputUnit): SchemaError {
  const path = pathOf(instanceLocation)
  const bound = /(-?[\d.e+]+)\)?\.$/.exec(error)?.[1]
  switch (keyword) {
    case 'false':
      return { path, message: 'unknown field' }
    case 'required': {
      const [, name = ''] = /property "(.*)"\.$/s.exec(error) ?? []
      return { path: join(path, name), message: 'expected a value, got nothing' }
    }
    case 'type': {
      const [, actual, expected = ''] =
        /^Instance type "(.*?)" is invalid\. Expected (.*)\.$/s.exec(error) ?? []
      return { path, message: `expected ${expected.replaceAll('"', '')}, got ${actual}` }
    }
    case 'const':
    case 'enum':
      return { path, message: error.replace(/^Instance does not match (any of )?(.*)\.$/s, 'expected $1$2') }
    case 'minimum':
    case 'exclusiveMinimum':
    case 'maximum':
    case 'exclusiveMaximum':
      return { path, message: `expected a number ${comparisons[keyword]} ${bound}` }
    case 'multipleOf':
      return { path, message: `expected a multiple of ${bound}` }
    case 'format':
      return { path, message: formatMessage(error) }
    default:
      return { path, message: `${error.charAt(0).toLowerCase()}${error.slice(1).replace(/\.$/, '')}` }
  }
}

const comparisons = {
  minimum: 'of at least',
  exclusiveMinimum: 'greater than',
  maximum: 'of at most',
  exclusiveMaximum: 'less than',
} as const

function formatMessage(error: string): string {
  const [, name = ''] = /format "(.*)"\.$/s.exec(error) ?? []
  return name.startsWith('pattern ')
    ? `expected text that matches ${name.slice(8)}`
    : `expected text of the format ${name}`
}
