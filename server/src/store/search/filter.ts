/** Filters of a search as SQL conditions. Values are always parameters; SQL comes from the tables of fields only. */
import type { SearchField } from './field.ts'

type Scalar = string | number | boolean

export type FilterValue =
  | Scalar
  | {
      readonly $eq?: Scalar | undefined
      readonly $neq?: Scalar | undefined
      readonly $exists?: boolean | undefined
      readonly $in?: readonly Scalar[] | undefined
      readonly $notIn?: readonly Scalar[] | undefined
      readonly $gt?: Scalar | undefined
      readonly $gte?: Scalar | undefined
      readonly $lt?: Scalar | undefined
      readonly $lte?: Scalar | undefined
      readonly $like?: string | undefined
    }

/** Collects parameters; `add` answers with the placeholder. */
export type Parameters = { readonly values: unknown[]; add(value: unknown): string }

export function createParameters(): Parameters {
  const values: unknown[] = []
  return { values, add: (value) => `$${values.push(value)}` }
}

/** `*` and `?` as LIKE knows them; a backslash takes them, and itself, literally. */
export function likePattern(pattern: string): string {
  let like = ''
  for (let index = 0; index < pattern.length; index++) {
    let char = pattern.charAt(index)
    const escaped = char === '\\' && /[*?\\]/.test(pattern.charAt(index + 1))
    if (escaped) char = pattern.charAt(++index)
    if (!escaped && char === '*') like += '%'
    else if (!escaped && char === '?') like += '_'
    else like += /[%_\\]/.test(char) ? `\\${char}` : char
  }
  return like
}

const comparisons = { $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' } as const

/** The condition that `filter` sets on one field. */
export function fieldCondition(field: SearchField, filter: FilterValue, parameters: Parameters): string {
  const { sql, type } = field
  const stored = (value: Scalar): unknown => field.toStored?.(value) ?? value
  const one = (value: Scalar): string => `${parameters.add(stored(value))}::${type}`
  const many = (values: readonly Scalar[]): string => `${parameters.add(values.map(stored))}::${type}[]`
  const equal = (value: Scalar): string => field.conditions?.[String(value)] ?? `${sql} = ${one(value)}`
  if (typeof filter !== 'object') return equal(filter)
  const conditions: string[] = []
  if (filter.$eq !== undefined) conditions.push(equal(filter.$eq))
  if (filter.$neq !== undefined) conditions.push(`${sql} is distinct from ${one(filter.$neq)}`)
  if (filter.$exists !== undefined) conditions.push(`${sql} is ${filter.$exists ? 'not ' : ''}null`)
  if (filter.$in !== undefined) conditions.push(`${sql} = any(${many(filter.$in)})`)
  if (filter.$notIn !== undefined) {
    conditions.push(`(${sql} is null or ${sql} <> all(${many(filter.$notIn)}))`)
  }
  for (const operator of ['$gt', '$gte', '$lt', '$lte'] as const) {
    const bound = filter[operator]
    if (bound !== undefined) conditions.push(`${sql} ${comparisons[operator]} ${one(bound)}`)
  }
  if (filter.$like !== undefined) {
    conditions.push(`${sql} like ${parameters.add(likePattern(String(stored(filter.$like))))}`)
  }
  return conditions.length === 0 ? 'true' : conditions.join(' and ')
}

/** Some item of an array column satisfies the filter. */
export const someItem = (array: string, filter: FilterValue, parameters: Parameters): string =>
  `exists (select from unnest(${array}) as item where ${fieldCondition({ sql: 'item', type: 'text' }, filter, parameters)})`

export type VariableFilter = { readonly name: string; readonly value: FilterValue }

/** JSON text as it is stored: without white space that the client may have written. */
function storedJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return text
  }
}

const variableValue: SearchField = {
  sql: 'v.value',
  type: 'text',
  toStored: (value) => storedJson(String(value)),
}

/** The index holds the beginning of each value. */
const indexedCharacters = 64

function beginning(filter: FilterValue, parameters: Parameters): string {
  const equal = typeof filter === 'object' ? filter.$eq : filter
  if (equal === undefined) return ''
  const placeholder = parameters.add(storedJson(String(equal)))
  return `and left(v.value, ${indexedCharacters}) = left(${placeholder}, ${indexedCharacters})`
}

/** The instance has, in any scope, a variable of that name whose JSON text satisfies the filter. */
export const hasVariable = (instance: string, filter: VariableFilter, parameters: Parameters): string =>
  `exists (
    select from variable v
    where v.instance_key = ${instance} and v.name = ${parameters.add(filter.name)}
      ${beginning(filter.value, parameters)} and ${fieldCondition(variableValue, filter.value, parameters)}
  )`
