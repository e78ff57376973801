/** What a form shows for a JSON Schema (draft 2020-12): a tree of fields. What has no field of its own is typed as JSON. */
import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'

type Common = {
  readonly title: string
  readonly description?: string
  readonly default?: JsonValue
  /** Null is a value of it; left empty it is null where it has to be there. */
  readonly nullable: boolean
}

export type TextInput = 'text' | 'multiline' | 'email' | 'url' | 'password' | 'date' | 'date-time' | 'time'

export type TextField = Common & {
  readonly kind: 'text'
  readonly input: TextInput
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly example?: string
}
export type NumberField = Common & {
  readonly kind: 'number'
  readonly integer: boolean
  readonly minimum?: number
  readonly maximum?: number
  /** The bounds themselves are not allowed. */
  readonly above?: number
  readonly below?: number
  readonly multipleOf?: number
}
export type BooleanField = Common & { readonly kind: 'boolean' }
export type Choice = { readonly value: JsonValue; readonly label: string }
export type ChoiceField = Common & { readonly kind: 'choice'; readonly choices: readonly Choice[] }
export type ListField = Common & {
  readonly kind: 'list'
  readonly item: Field
  readonly minItems?: number
  readonly maxItems?: number
  readonly unique: boolean
}
export type ObjectField = Common & {
  readonly kind: 'object'
  readonly properties: readonly Property[]
}
export type Property = { readonly name: string; readonly required: boolean; readonly field: Field }
export type JsonField = Common & { readonly kind: 'json' }

export type Field = TextField | NumberField | BooleanField | ChoiceField | ListField | ObjectField | JsonField

/** Schemas may refer to themselves: deeper parts are typed as JSON. */
const deepest = 8
const longLine = 200
const mostChoices = 200

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value)

export const fieldOf = (schema: JsonObject): Field => read(schema, '', schema, 0)

/** "chunkSize" and "chunk_size" as "Chunk size". */
export function titleOf(name: string): string {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .trim()
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function read(given: JsonObject, name: string, root: JsonObject, depth: number): Field {
  const { schema, nullable } = withoutNull(resolved(given, root), root)
  const common: Common = {
    title: typeof schema.title === 'string' ? schema.title : titleOf(name),
    nullable,
    ...(typeof schema.description === 'string' ? { description: schema.description } : {}),
    ...(schema.default === undefined ? {} : { default: schema.default }),
  }
  const choices = choicesOf(schema, root)
  if (choices !== undefined) return { ...common, kind: 'choice', choices }
  if (depth >= deepest) return { ...common, kind: 'json' }
  switch (schema.type) {
    case 'string':
      return { ...common, kind: 'text', ...textRules(schema) }
    case 'number':
    case 'integer':
      return { ...common, kind: 'number', ...numberRules(schema) }
    case 'boolean':
      return { ...common, kind: 'boolean' }
    case 'array':
      return isObject(schema.items)
        ? { ...common, kind: 'list', item: read(schema.items, '', root, depth + 1), ...listRules(schema) }
        : { ...common, kind: 'json' }
    default:
      return objectOf(schema, common, root, depth)
  }
}

function objectOf(schema: JsonObject, common: Common, root: JsonObject, depth: number): Field {
  // Alternatives and free keys are more than a fixed list of fields can say.
  const free = ['anyOf', 'oneOf', 'if'].some((keyword) => schema[keyword] !== undefined)
  if (!isObject(schema.properties) || free || isObject(schema.additionalProperties))
    return { ...common, kind: 'json' }
  const required = isList(schema.required) ? schema.required : []
  const properties = Object.entries(schema.properties).flatMap(([name, part]): Property[] =>
    isObject(part)
      ? [{ name, required: required.includes(name), field: read(part, name, root, depth + 1) }]
      : [],
  )
  return { ...common, kind: 'object', properties }
}

/** Follows references within the schema, and takes what `allOf` adds. */
function resolved(schema: JsonObject, root: JsonObject): JsonObject {
  let current = schema
  for (let step = 0; step < deepest && typeof current.$ref === 'string'; step++) {
    const { $ref, ...rest } = current
    const target = targetOf(root, current.$ref)
    if (target === undefined) return rest
    current = { ...target, ...rest }
  }
  if (!isList(current.allOf)) return current
  const { allOf, ...rest } = current
  const parts = current.allOf.filter(isObject)
  const required = [current, ...parts].flatMap((part) => (isList(part.required) ? part.required : []))
  const properties = Object.assign(
    {},
    ...[...parts, current].map((part) => part.properties ?? {}),
  ) as JsonObject
  const merged = Object.assign({}, ...parts, rest) as JsonObject
  return Object.keys(properties).length === 0 ? merged : { ...merged, properties, required }
}

function targetOf(root: JsonObject, reference: string): JsonObject | undefined {
  if (!reference.startsWith('#')) return undefined
  let current: JsonValue | undefined = root
  for (const step of reference.split('/').slice(1)) {
    const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
    current = isObject(current) && Object.hasOwn(current, name) ? current[name] : undefined
  }
  return isObject(current) ? current : undefined
}

/** `type: [X, "null"]` and `anyOf: [X, {type: "null"}]` are an X that may be null. */
function withoutNull(schema: JsonObject, root: JsonObject): { schema: JsonObject; nullable: boolean } {
  if (isList(schema.type)) {
    const types = schema.type.filter((type) => type !== 'null')
    const nullable = types.length < schema.type.length
    const [only] = types
    if (types.length === 1 && only !== undefined) return { schema: { ...schema, type: only }, nullable }
    const { type, ...rest } = schema
    return { schema: rest, nullable }
  }
  const alternatives = schema.anyOf ?? schema.oneOf
  if (!isList(alternatives)) return { schema, nullable: false }
  const others = alternatives.filter((one) => !(isObject(one) && one.type === 'null'))
  const [only] = others
  if (others.length !== 1 || !isObject(only)) return { schema, nullable: others.length < alternatives.length }
  const { anyOf, oneOf, ...rest } = schema
  return {
    schema: { ...resolved(only, root), ...rest },
    nullable: others.length < alternatives.length,
  }
}

const labelOf = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value))

function choicesOf(schema: JsonObject, root: JsonObject): readonly Choice[] | undefined {
  if (schema.const !== undefined) return [{ value: schema.const, label: labelOf(schema.const) }]
  if (isList(schema.enum) && schema.enum.length <= mostChoices)
    return schema.enum.map((value) => ({ value, label: labelOf(value) }))
  const alternatives = schema.oneOf ?? schema.anyOf
  if (!isList(alternatives) || alternatives.length === 0 || alternatives.length > mostChoices)
    return undefined
  const choices = alternatives.flatMap((one): Choice[] => {
    const part = isObject(one) ? resolved(one, root) : undefined
    if (part?.const === undefined) return []
    return [{ value: part.const, label: typeof part.title === 'string' ? part.title : labelOf(part.const) }]
  })
  return choices.length === alternatives.length ? choices : undefined
}

function only<Name extends string>(schema: JsonObject, names: readonly Name[]): { [N in Name]?: number } {
  const entries = names.flatMap((name) => (typeof schema[name] === 'number' ? [[name, schema[name]]] : []))
  return Object.fromEntries(entries) as { [N in Name]?: number }
}

const inputs: Readonly<Record<string, TextInput>> = {
  date: 'date',
  'date-time': 'date-time',
  time: 'time',
  email: 'email',
  uri: 'url',
  password: 'password',
  multiline: 'multiline',
  textarea: 'multiline',
}

function textRules(schema: JsonObject) {
  const example = isList(schema.examples) ? schema.examples[0] : undefined
  const { maxLength, minLength } = only(schema, ['maxLength', 'minLength'])
  const input = typeof schema.format === 'string' ? inputs[schema.format] : undefined
  const long = maxLength !== undefined && maxLength > longLine && schema.pattern === undefined
  // A schema for programs says the pattern of dates too, which says nothing to people.
  const pattern =
    typeof schema.pattern === 'string' && schema.format === undefined ? schema.pattern : undefined
  return {
    input: input ?? (schema.writeOnly === true ? 'password' : long ? 'multiline' : 'text'),
    ...(minLength === undefined ? {} : { minLength }),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(typeof example === 'string' ? { example } : {}),
  } as const
}

function numberRules(schema: JsonObject) {
  const { exclusiveMinimum: above, exclusiveMaximum: below } = only(schema, [
    'exclusiveMinimum',
    'exclusiveMaximum',
  ])
  const bounds = only(schema, ['minimum', 'maximum', 'multipleOf'])
  // What every integer in JSON is within: nothing to tell.
  const { minimum, maximum, ...rest } = bounds
  return {
    integer: schema.type === 'integer',
    ...rest,
    ...(minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? {} : { minimum }),
    ...(maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? {} : { maximum }),
    ...(above === undefined ? {} : { above }),
    ...(below === undefined ? {} : { below }),
  }
}

const listRules = (schema: JsonObject) => ({
  ...only(schema, ['minItems', 'maxItems']),
  unique: schema.uniqueItems === true,
})
