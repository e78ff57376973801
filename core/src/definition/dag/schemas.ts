/** What is known of the values in a DAG, as JSON Schemas. */
import type { JsonObject, JsonValue } from '../../base/json.ts'
import { parseExpression } from '../../expression/parse/parse.ts'
import type { Expression } from '../../expression/syntax.ts'
import type { DagModel, JsonSchema } from '../../model/dag.ts'
import { isFeel, sourceOf } from '../../model/feel-text.ts'
import { type Analysis, type Item, itemOwner, type Part } from './analysis.ts'
import type { TaskRegistry } from './tasks.ts'

/** Schema of a variable; undefined: anything. */
export type SchemaOf = (name: string) => JsonSchema | undefined

type Known = { readonly model: DagModel; readonly tasks: TaskRegistry; readonly analysis: Analysis }

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const schemaIn = (schema: JsonSchema, key: string): JsonSchema | undefined => {
  const inner = schema[key]
  return isObject(inner) ? inner : undefined
}

/** What the variables hold that can be seen in a part. */
export function schemasOf(part: Part, known: Known): SchemaOf {
  return (name) => {
    if (name === 'input') return known.model.input
    if (name === 'loopCounter') return { type: 'integer' }
    const owner = itemOwner(name, part)
    if (owner !== undefined) return itemSchema(owner, known)
    const item = known.analysis.items.get(name)
    return item === undefined ? undefined : resultSchema(item, known)
  }
}

function itemSchema({ node, part }: Item, known: Known): JsonSchema | undefined {
  if (node.kind === 'generate') return known.tasks.get(node.task)?.output
  if (node.kind !== 'map') return undefined
  const list = givenSchema(node.over, schemasOf(part, known))
  return list === undefined ? undefined : schemaIn(list, 'items')
}

/** A node that may be skipped gives null then; whoever allows for that has to say so in FEEL. */
function resultSchema({ node, inner }: Item, known: Known): JsonSchema | undefined {
  if (node.kind === 'task') return known.tasks.get(node.task)?.output
  if (node.kind === 'choice') return { type: 'array', items: { type: 'string' } }
  if (inner === undefined || node.kind === 'dag') return undefined
  const one = givenSchema(('result' in node ? node.result : undefined) ?? null, schemasOf(inner, known))
  if (node.kind === 'repeat') return one
  return { type: 'array', ...(one === undefined ? {} : { items: one }) }
}

/** What a value with FEEL in it will be. */
export function givenSchema(value: JsonValue, schemaOf: SchemaOf): JsonSchema | undefined {
  if (isFeel(value)) {
    const parsed = parseExpression(sourceOf(value))
    return parsed.ok ? expressionSchema(parsed.value, schemaOf) : undefined
  }
  if (value === null) return { type: 'null' }
  if (typeof value === 'string') return { type: 'string', const: value }
  if (typeof value === 'boolean') return { type: 'boolean', const: value }
  if (typeof value === 'number') return { type: Number.isInteger(value) ? 'integer' : 'number', const: value }
  if (Array.isArray(value)) {
    const prefixItems = value.map((entry) => givenSchema(entry, schemaOf) ?? {})
    return { type: 'array', prefixItems, items: false }
  }
  const properties = Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, givenSchema(entry, schemaOf) ?? {}]),
  )
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}

/** Of names, paths and literals; the rest of FEEL can be anything. */
function expressionSchema(expression: Expression, schemaOf: SchemaOf): JsonSchema | undefined {
  if (expression.kind === 'name') return schemaOf(expression.name)
  if (expression.kind === 'literal') {
    const { value } = expression
    if (value === null) return { type: 'null' }
    if (typeof value === 'object') return { type: 'number' }
    return { type: typeof value === 'string' ? 'string' : 'boolean' }
  }
  if (expression.kind !== 'path') return undefined
  const source = expressionSchema(expression.source, schemaOf)
  if (source === undefined) return undefined
  if (source.type === 'object') {
    const properties = schemaIn(source, 'properties')
    return properties === undefined ? undefined : schemaIn(properties, expression.name)
  }
  // A path into a list goes into each of its items.
  if (source.type !== 'array') return undefined
  const items = schemaIn(source, 'items')
  const inner =
    items === undefined ? undefined : schemaIn(schemaIn(items, 'properties') ?? {}, expression.name)
  return { type: 'array', ...(inner === undefined ? {} : { items: inner }) }
}
